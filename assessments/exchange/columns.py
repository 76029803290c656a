"""The workbook of a questionnaire: its sheets and columns, and where each value goes.

The headings are part of the format and the same in every language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assessments.question import Kind, Respondent, Tier
from assessments.schema import Dimension
from vendors.intake import IpKind, Service

FORMAT: Final = "surety-questionnaire 1"
README: Final = "Read me"
ABOUT: Final = "Questionnaire"
SECTIONS: Final = "Sections"
QUESTIONS: Final = "Questions"
OPTIONS: Final = "Options"
CURVES: Final = "Curves"
TEXTS: Final = "Texts"
SHEETS: Final = (ABOUT, SECTIONS, QUESTIONS, OPTIONS, CURVES, TEXTS)

Sort = Literal["key", "word", "text", "plain", "number", "whole", "yes_no", "keys"]


@dataclass(frozen=True)
class Column:
    """A column: `path` is where its value goes, "knock_out.at" into the knock-out of a question.

    sort: "text" is a text of people, English here and in other languages on its own sheet; "plain"
    one without translations; "keys" a list; "word" one of `words`.
    """

    path: str
    heading: str
    sort: Sort
    says: str
    words: Sequence[str] = ()
    width: int = 14


_DIMENSIONS: Final = [one.value for one in Dimension]
_TIERS: Final = [one.value for one in Tier]
_APPLIES: Final = (
    Column("applies.ip_kinds", "For kinds of IP", "keys",
           "Asked only where one of these is entrusted; empty: always.",
           [one.value for one in IpKind]),
    Column("applies.services", "For services", "keys",
           "Asked only for these services; empty: for all.", [one.value for one in Service]),
    Column("applies.tiers", "For tiers", "keys",
           "Asked only in these tiers; empty: in all.", _TIERS),
)  # fmt: skip
_COMMENT: Final = Column(
    "comment", "Comment", "plain", "A note among authors; never shown to who answers.", width=30
)
ABOUT_FIELDS: Final = (
    Column("key", "Key", "key", "Small letters, figures and hyphens; the same in every version."),
    Column("version", "Version", "plain", "Any short text, such as 2.0."),
    Column("title", "Title", "text", "As people see it."),
    Column("languages", "Languages", "keys", "Languages of the texts, such as: en, de."),
    Column("own_rule.name", "Own rule", "plain",
           "Name of the rule by which the questionnaire scores itself; empty: none."),
    Column("own_rule.measure", "Own measure", "word",
           "Weight of compliant answers, or how many are yes, no, not applicable.",
           ("weighted", "shares")),
    _COMMENT,
)  # fmt: skip
SECTION_COLUMNS: Final = (
    Column("key", "Key", "key", "Small letters, figures and _; used once in the file.", width=24),
    Column("title", "Title", "text", "In English.", width=40),
    Column("intro", "Introduction", "text", "In English.", width=60),
    Column("dimension", "Dimension", "word", "Which dimension of the score it belongs to.",
           _DIMENSIONS, 24),
    Column("weight", "Weight", "number", "Relative to the other sections of its dimension."),
    Column("reviewer", "Reviewer", "word", "Who reviews it.", ("procurement", "legal")),
    *_APPLIES,
    _COMMENT,
)  # fmt: skip
QUESTION_COLUMNS: Final = (
    Column("section", "Section", "key", "Key of its section.", width=20),
    Column("behind", "Behind", "key", "Key of the question that opens it; empty: always asked.",
           width=20),
    Column("key", "Key", "key", "Small letters, figures and _; used once in the file.", width=24),
    Column("kind", "Kind", "word", "How it is answered.", [one.value for one in Kind]),
    Column("respondent", "Answered by", "word", "Who answers it.",
           [one.value for one in Respondent]),
    Column("min_tier", "From tier", "word", "Asked from this tier up; empty: low.", _TIERS),
    Column("weight", "Weight", "number", "Relative to its neighbours; empty: 1."),
    Column("mandatory", "Mandatory", "yes_no", "Whether it must be answered; empty: no."),
    Column("valid_for", "Holds for", "plain",
           "Months, or none where the answer does not age; empty: by tier."),
    Column("text", "Text", "text", "The question, in English.", width=60),
    Column("why", "Why", "text", "Why it is asked, in English.", width=40),
    Column("good_evidence", "Good evidence", "text", "What would prove it, in English.", width=40),
    Column("help", "Help", "text", "In English; may be empty.", width=40),
    Column("gate.opens_on", "Opens on", "keys",
           "Keys of the answers (or yes, no) on which the questions behind it are asked."),
    Column("risk.yes", "Risk of yes", "number", "0 (best) to 1 (worst); for yes_no."),
    Column("risk.no", "Risk of no", "number", "0 (best) to 1 (worst); for yes_no."),
    Column("resolve", "Joined by", "word", "How several answers make one risk; for multiple.",
           ("max", "capped_sum", "mean")),
    Column("counts", "Counts", "word", "Which answers carry the risk; for multiple.",
           ("chosen", "missing")),
    Column("allow_not_applicable", "May not apply", "yes_no",
           "Whether “does not apply” may be said; empty: no."),
    Column("evidence_expected", "Evidence expected", "yes_no", "Empty: yes."),
    Column("max_length", "Longest text", "whole", "Characters; empty: 4000."),
    *_APPLIES,
    Column("knock_out.at", "Knock-out from risk", "number", "0 to 1; empty: no knock-out."),
    Column("knock_out.floor", "Knock-out floor", "whole", "The score is at least this, 0 to 100."),
    Column("knock_out.block", "Knock-out blocks", "yes_no", "Whether it also blocks approval."),
    Column("knock_out.reason", "Knock-out reason", "text", "In English.", width=40),
    Column("curve.unit", "Unit", "text", "Of a number, in English."),
    Column("curve.minimum", "Least", "number", "Smallest number taken."),
    Column("curve.maximum", "Most", "number", "Largest number taken."),
    Column("curve.whole", "Whole numbers", "yes_no", "Empty: no."),
    Column("date.risk", "Risk of a date", "number", "0 to 1; for date; empty: 0."),
    Column("date.clock", "Date is", "word", "Whether a date starts or ends what the answer holds.",
           ("none", "starts", "ends")),
    Column("date.past_only", "Not in the future", "yes_no", "For date; empty: no."),
    Column("own.weight", "Own weight", "number", "Weight by the questionnaire's own rule."),
    Column("own.compliant", "Own compliant", "keys",
           "Keys of the answers (or yes, no) that earn it; empty: not scored by the own rule."),
    Column("own.half", "Own half", "keys", "Keys of the answers that earn half of it."),
    _COMMENT,
)  # fmt: skip
OPTION_COLUMNS: Final = (
    Column("question", "Question", "key", "Key of its question.", width=24),
    Column("key", "Key", "key", "Small letters, figures and _; used once in its question.",
           width=20),
    Column("label", "Label", "text", "In English.", width=60),
    Column("risk", "Risk", "number", "0 (best) to 1 (worst)."),
    Column("exclusive", "Stands alone", "yes_no", "Not with others; for multiple; empty: no."),
    _COMMENT,
)  # fmt: skip
CURVE_COLUMNS: Final = (
    Column("question", "Question", "key", "Key of its question, of kind number.", width=24),
    Column("value", "Value", "number", "Rising from row to row."),
    Column("risk", "Risk", "number", "0 to 1 at this value; straight between the rows."),
)
#: On the sheet of texts, before one column per further language.
TEXT_COLUMNS: Final = (
    Column("sheet", "Sheet", "key", "Where the text stands.", width=14),
    Column("key", "Key", "key", "Key of the section or question.", width=24),
    Column("option", "Option", "key", "Key of the option, for its label.", width=18),
    Column("column", "Column", "key", "The column in which the English text stands.", width=18),
    Column("en", "English", "plain", "For reading; the sheet named on the left counts.", width=60),
)
COLUMNS: Final[Mapping[str, Sequence[Column]]] = {
    SECTIONS: SECTION_COLUMNS,
    QUESTIONS: QUESTION_COLUMNS,
    OPTIONS: OPTION_COLUMNS,
    CURVES: CURVE_COLUMNS,
    TEXTS: TEXT_COLUMNS,
}


def heading_of(sheet: str, path: str) -> str:
    """The heading under which a path of the format stands, or that of what holds it."""
    columns = ABOUT_FIELDS if sheet == ABOUT else COLUMNS.get(sheet, ())
    while path:
        for column in columns:
            if column.path == path:
                return column.heading
        for column in columns:
            if column.path.startswith(f"{path}."):
                return column.heading
        path = path.rpartition(".")[0]
    return ""
