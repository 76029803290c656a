"""Drafts, versions and runs of moves for tests, made by the services."""

from typing import Any

from accounts.principal import SYSTEM
from assessments import drafting
from assessments.models import MoveItem, MoveRun, Questionnaire
from assessments.services import drafts, questionnaires
from tests.factories.assessments import small_questionnaire


def small_draft() -> Questionnaire:
    """A draft that begins as a copy of the small questionnaire."""
    return drafts.copy(source=small_questionnaire(), by=SYSTEM)


def change(draft: Questionnaire, key: str, **values: Any) -> Questionnaire:
    """Set values of one question; None takes one away."""
    node = drafting.place(draft.content, key).node | values
    return drafts.edit(
        draft=draft,
        change=drafting.set_question(key, {k: v for k, v in node.items() if v is not None}),
        did="question_changed",
        place=key,
        by=SYSTEM,
    )


def add(draft: Questionnaire, section: str, **values: Any) -> Questionnaire:
    """Add a yes-or-no question of that key to a section."""
    words = {"why": "We ask.", "good_evidence": "Anything.", "text": f"And {values['key']}?"}
    usual = {"kind": "yes_no", "respondent": "vendor", "risk": {"yes": 0, "no": 1}}
    return drafts.edit(
        draft=draft,
        change=drafting.add_question(words | usual | values, section_key=section),
        did="question_added",
        place=str(values["key"]),
        by=SYSTEM,
    )


def put_in_use(draft: Questionnaire) -> Questionnaire:
    """Publish a draft as it is."""
    return questionnaires.publish_draft(
        draft=draft, revision=draft.revision, reason="Reviewed.", by=SYSTEM
    )


def second_version() -> Questionnaire:
    """Version 2 of the small questionnaire: a risk differs, and one question is new."""
    draft = change(small_draft(), "assigns", risk={"yes": 0.1, "no": 1})
    return put_in_use(add(draft, "secrets", key="alarmed"))


def states(run: MoveRun) -> dict[str, int]:
    """How many assessments of a run are waiting, moved, left as they are."""
    found = {"waiting": 0, "moved": 0, "left": 0}
    for state in MoveItem.objects.filter(run=run).values_list("state", flat=True):
        found[state] += 1
    return found
