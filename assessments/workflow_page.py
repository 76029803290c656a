"""The page of the documentation that draws the life of an assessment, written from the table."""

from typing import Final

from django.utils import translation

from assessments.models import Assessment
from assessments.wording import action_words, role_words
from assessments.workflow import STEPS, Action, Status

#: Where the page stands, below the root of the repository.
PATH: Final = "docs/workflow.md"

_HEAD: Final = """\
# The life of an assessment

Written by `manage.py draw_workflow` from the table in `assessments/workflow.py`. Change that, not
this page: a test compares them.

What is not in the table is refused, with a sentence that says what is possible and who may do it.
Which permission makes somebody procurement, a legal reviewer or an administrator stands in
`assessments/services/locking.py`. The vendor's contact holds no permission: an invitation to one
assessment lets them in.
"""
_TABLE: Final = (
    "| while it is | this can be done | by | then it is |",
    "|---|---|---|---|",
)


def text() -> str:
    """The whole page, in English."""
    with translation.override("en"):
        return "\n".join([_HEAD, *_diagram(), "", *_TABLE, *_rows(), ""])


def _label(status: Status) -> str:
    return str(Assessment.Status(status).label)


def _diagram() -> list[str]:
    """Steps that lead to another status; what leaves it as it is stands in the table."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{_label(status)}" as {status}' for status in Status]
    lines.append(f"    [*] --> {Status.DRAFT}: Open")
    lines += [
        f"    {at} --> {step.to}: {action_words(action)}"
        for (at, action), step in STEPS.items()
        if step.to is not at
    ]
    return [*lines, f"    {Status.CLOSED} --> [*]", "```"]


def _rows() -> list[str]:
    return [
        f"| {_label(at)} | {action_words(action)} | {role_words(STEPS[at, action].roles)} |"
        f" {_label(STEPS[at, action].to)} |"
        for at in Status
        for action in Action
        if (at, action) in STEPS
    ]
