"""What somebody said about a foreign layout: sheets, columns, answers, weights, dimensions."""

import re
import unicodedata
from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Self


class Role(StrEnum):
    """What a column holds."""

    ID = "id"
    TEXT = "text"
    SECTION = "section"
    GUIDANCE = "guidance"
    WHY = "why"
    ANSWER = "answer"
    COMPLIANT = "compliant"
    WEIGHT = "weight"
    ONLY_IF = "only_if"
    IF_YES = "if_yes"
    IF_NO = "if_no"
    INFO = "info"


class Meaning(StrEnum):
    """What an answer says, whatever the word for it."""

    YES = "yes"
    NO = "no"
    PARTIAL = "partial"
    NOT_APPLICABLE = "not_applicable"
    DONT_KNOW = "dont_know"
    DECLINED = "declined"
    BLANK = "blank"


#: Columns whose values decide something: a formula there may show what is no longer true.
EXACT: Final = frozenset(
    {Role.ID, Role.TEXT, Role.ANSWER, Role.COMPLIANT, Role.WEIGHT, Role.ONLY_IF}
)
#: Where several columns may have the same role: their texts are put together.
REPEATABLE: Final = frozenset({Role.GUIDANCE, Role.WHY, Role.INFO})

_MEANINGS: Final[AnyMapping[str, Meaning]] = {
    **dict.fromkeys(
        ("yes", "y", "true", "x", "ja", "oui", "si", "compliant", "implemented", "fully",
         "fullyimplemented", "inplace", "agree"),
        Meaning.YES,
    ),
    **dict.fromkeys(
        ("no", "n", "false", "nein", "non", "noncompliant", "notcompliant", "notimplemented",
         "notinplace", "disagree"),
        Meaning.NO,
    ),
    **dict.fromkeys(
        ("partial", "partially", "partly", "partiallyimplemented", "inprogress", "planned",
         "teilweise"),
        Meaning.PARTIAL,
    ),
    **dict.fromkeys(
        ("na", "notapplicable", "doesnotapply", "nichtzutreffend"), Meaning.NOT_APPLICABLE
    ),
    **dict.fromkeys(("unknown", "dontknow", "notsure", "unsure", "tbd"), Meaning.DONT_KNOW),
    **dict.fromkeys(("declined", "prefernottosay", "confidential"), Meaning.DECLINED),
    **dict.fromkeys(("notscored", "unscored", "none"), Meaning.BLANK),
}  # fmt: skip
_WEIGHTS: Final = (
    ("critical", 20.0), ("essential", 20.0), ("very high", 20.0), ("high", 15.0),
    ("standard", 10.0), ("medium", 10.0), ("moderate", 10.0), ("normal", 10.0), ("minor", 5.0),
    ("low", 5.0), ("none", 0.0), ("informational", 0.0), ("not scored", 0.0), ("info", 0.0),
)  # fmt: skip
#: Words of headings by which a role is guessed, the surest first.
_HEADINGS: Final = (
    (Role.COMPLIANT, ("compliant answer", "compliant response", "preferred response",
                      "preferred answer", "expected answer", "expected response")),
    (Role.WEIGHT, ("default weight", "weight", "default importance", "importance", "criticality",
                   "priority", "severity")),
    (Role.ONLY_IF, ("if/then", "if then", "only if", "depends on", "dependency", "condition",
                    "applicable if", "parent question")),
    (Role.IF_YES, ("if yes",)),
    (Role.IF_NO, ("if no", "reason if no")),
    (Role.INFO, ("additional information", "additional info", "implementation description",
                 "comments", "comment", "remarks", "details", "notes", "explanation", "evidence")),
    (Role.GUIDANCE, ("guidance", "help", "instructions", "control specification")),
    (Role.WHY, ("reason for question", "reason", "rationale", "why")),
    (Role.ANSWER, ("answer", "answers", "response", "vendor answers", "vendor response",
                   "yes/no")),
    (Role.ID, ("question id", "question number", "question no", "control id", "id", "ref", "no.",
               "number", "#", "identifier")),
    (Role.SECTION, ("domain title", "domain", "section", "category", "topic", "area", "chapter")),
    (Role.TEXT, ("question text", "question", "questions", "requirement", "control question")),
)  # fmt: skip


@dataclass(frozen=True)
class Mapping:
    """How a workbook is read. Names of columns, answers and words are kept as `plain` has them.

    sheets: name -> row of the headings, from 1. columns: heading -> role. answers: label ->
    meaning. weights: word -> weight. dimensions: title of a section -> dimension.
    compliant: which answer earns the weight where no column says so. rule: name of the rule by
    which the questionnaire scores itself; measure: how (`assessments.own_rule`).
    """

    sheets: dict[str, int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    dimensions: dict[str, str] = field(default_factory=dict)
    default_dimension: str = "technology_protection"
    default_weight: float = 1.0
    compliant: str = Meaning.YES.value
    key: str = ""
    version: str = "1"
    title: str = ""
    reviewer: str = "procurement"
    respondent: str = "vendor"
    profile: str = ""
    rule: str = ""
    measure: str = "weighted"

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: AnyMapping[str, Any]) -> Self:
        """The mapping that `as_json` gave; what is not known is left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})

    def for_reuse(self) -> dict[str, Any]:
        """What of it holds for other workbooks of the same layout."""
        data = self.as_json()
        for name in ("key", "version", "title"):
            data.pop(name)
        return data


def plain(text: str) -> str:
    """A heading or label as it is compared: no capitals, blanks around or twice, or marks.

    Line breaks are blanks; marks are what is not seen, such as those of writing directions.
    """
    seen = bare(unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", " ", seen).strip().casefold()


def bare(text: str) -> str:
    """The text without characters that are not seen: joiners, marks of writing directions."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def meaning_of(label: str) -> Meaning | None:
    """What a label most likely says; None where it could be anything."""
    if not label.strip():
        return Meaning.BLANK
    bare = re.sub(r"[^\w]", "", plain(label))
    return _MEANINGS.get(bare)


def weight_of(word: str) -> float | None:
    """The weight a word or number most likely stands for."""
    said = plain(word)
    try:
        number = float(said.replace(",", "."))
    except ValueError:
        return next((weight for name, weight in _WEIGHTS if name in said), None)
    return number if 0 <= number <= 1000 else None


def role_of(heading: str) -> Role | None:
    """The role a heading most likely names."""
    said = plain(heading)
    if not said:
        return None
    for role, names in _HEADINGS:
        if said in names:
            return role
    for role, names in _HEADINGS:
        if any(re.search(rf"\b{re.escape(name)}\b", said) for name in names if len(name) > 3):
            return role
    return None


def guess_columns(headings: list[str]) -> dict[str, str]:
    """Heading -> role, each role once except those that may be repeated."""
    found: dict[str, str] = {}
    exact = {name for _role, names in _HEADINGS for name in names}
    for heading in sorted(headings, key=lambda one: plain(one) not in exact):
        role = role_of(heading)
        if role is None or (role in found.values() and role not in REPEATABLE):
            continue
        found[plain(heading)] = role.value
    return found
