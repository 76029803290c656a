"""What must be translated without a gap, and what a translation must keep."""

import re
from typing import Final

from babel.messages import Message

#: Files of which every text stands in every language, as patterns; more may be added.
WHOLE: Final[tuple[str, ...]] = (
    "assessments/exchange/offline_in.py",
    "assessments/exchange/offline_out.py",
    "accounts/number_fields.py",
    "assessments/forms/portal.py",
    "assessments/portal/*",
    "assessments/services/answer_comparison.py",
    "assessments/services/answers.py",
    "assessments/services/delegations.py",
    "assessments/services/entering.py",
    "assessments/services/invited.py",
    "assessments/services/offline.py",
    "assessments/services/portal_letters.py",
    "assessments/services/proof.py",
    "assessments/services/receipts.py",
    "assessments/services/respondents.py",
    "assessments/services/threads.py",
    "assessments/values.py",
    "templates/503.html",
    "templates/_components/autosave.html",
    "templates/_components/conflict.html",
    "templates/_components/error_summary.html",
    "templates/_components/evidence_row.html",
    "templates/_components/messages.html",
    "templates/_components/task_list.html",
    "templates/assessments/_offer.html",
    "templates/assessments/_offered.html",
    "templates/assessments/files/_compared.html",
    "templates/assessments/files/_diff.html",
    "templates/assessments/files/_lines.html",
    "templates/portal/*",
    "templates/portal_base.html",
    "vendors/file_types.py",
    "vendors/question_file.py",
    "vendors/services/evidence.py",
    "vendors/services/finding_answers.py",
    "vendors/services/finding_disputes.py",
    "vendors/services/finding_rows.py",
    "vendors/services/evidence_bytes.py",
)
#: Languages that staff read, too: every text of every file stands in them.
WHOLE_FOR_STAFF: Final[frozenset[str]] = frozenset({"de"})

_PERCENT: Final = re.compile(r"%(?:\((\w+)\))?[#0 +-]*\d*(?:\.\d+)?([sdfrxi%])")
_BRACES: Final = re.compile(r"\{(\w*)[^{}]*\}")


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a text, sorted: "%(name)s", "%s", "{name}"."""
    percent = [
        f"%({name}){kind}" if name else f"%{kind}"
        for name, kind in _PERCENT.findall(text)
        if kind != "%"
    ]
    return sorted(percent + [f"{{{name}}}" for name in _BRACES.findall(text)])


def same_meaning(message: Message) -> bool:
    """Return whether each translation there is has the placeholders of its source.

    The one form for exactly one thing may leave the number out, as English often does.
    """
    if isinstance(message.id, str):
        said = str(message.string or "")
        return not said or placeholders(said) == placeholders(message.id)
    plural = placeholders(message.id[1])
    *firsts, last = tuple(message.string or ("",))
    return all(set(placeholders(text)) <= set(plural) for text in firsts) and (
        not last or placeholders(last) == plural
    )
