"""Moving open assessments over to another version of their questionnaire, one at a time.

One transaction each: the selection is made anew from the other version, answers to questions that
mean the same stay, those to questions that changed or are gone are set aside, the sheet is packed
anew and the version of the inputs rises. Answers that were set aside do not count: a question that
is still asked is blank until somebody confirms what was said, or answers anew.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from assessments import workflow
from assessments.carrying import Carried, carry
from assessments.errors import AlreadyOpen, NothingToAsk
from assessments.events.questionnaires import AssessmentMoved, AssessmentMovedBack
from assessments.models import Answer, Assessment, Move, MoveRun, Questionnaire, SetAside
from assessments.schema import Kind, Tier
from assessments.selection import select
from assessments.selectors.assessments import (
    answers_of,
    is_dealt_with,
    schema_of,
    schema_of_version,
)
from assessments.selectors.moves import fits, last_move, to_confirm
from assessments.services import answers as answer_service
from assessments.services import sheets
from assessments.services.answers import STATES, AnswerInput, Said
from assessments.services.assessments import facts_of
from assessments.services.locking import lock, user_id
from assessments.sheet import EvidenceLevel, State
from audit import clock
from audit.errors import Refused
from audit.record import record

#: What of an answer is kept when it is set aside, and put back when the move is undone.
_KEPT: Final = (
    "value", "state", "evidence", "evidence_until", "note", "answered_at", "answered_by_id",
    "answered_by_contact_id", "answered_by_client_id", "version", "review", "review_note",
    "reviewed_at", "reviewed_by_id",
)  # fmt: skip


_OVERRIDE: Final = ("override_state", "override_value", "override_reason")


class CannotMove(Refused):
    """This assessment does not go to this version."""

    code = "cannot_move"


@dataclass(frozen=True)
class Preview:
    """What a move would do. `to_confirm` and `lost` name answered questions only."""

    carried: Carried
    to_confirm: tuple[str, ...]
    lost: tuple[str, ...]
    answered: frozenset[str]


def may_move(principal: Principal, unit_id: UUID) -> bool:
    """Whether they may move assessments of this unit."""
    everywhere = principal.units(Permission.MANAGE_QUESTIONNAIRES) is None
    return everywhere or principal.can(Permission.OPEN_ASSESSMENTS, unit_id)


def preview(
    *, assessment: Assessment, target: Questionnaire, confirm_wording: bool, by: Principal
) -> Preview:
    """What moving an assessment to `target` would do. Raises CannotMove, NothingToAsk."""
    _require(assessment, target, by)
    return _preview(assessment, target, answers_of(assessment), confirm_wording)


@transaction.atomic
def move(
    *,
    assessment: Assessment,
    target: Questionnaire,
    confirm_wording: bool = True,
    run: MoveRun | None = None,
    by: Principal,
) -> Move:
    """Let an open assessment go on with `target`, another version of its questionnaire.

    confirm_wording: answers are to be confirmed also where only the wording of a question differs.
    Raises CannotMove, NothingToAsk, AlreadyOpen.
    """
    row = lock(assessment)
    _require(row, target, by)
    source, stored = row.questionnaire, answers_of(row)
    seen = _preview(row, target, stored, confirm_wording)
    made = Move.objects.create(
        assessment=row,
        source=source,
        target=target,
        run=run,
        sections=list(row.sections),
        questions=list(row.questions),
        added=list(seen.carried.added),
        after="",
        moved_at=clock.now(),
        moved_by_id=user_id(by),
    )
    aside = {
        **dict.fromkeys(seen.to_confirm, SetAside.Why.CHANGED),
        **dict.fromkeys(seen.carried.dropped, SetAside.Why.DROPPED),
    }
    SetAside.objects.bulk_create(
        [
            _set_aside(made, stored[key], why)
            for key, why in aside.items()
            if is_dealt_with(stored.get(key))
        ]
    )
    Answer.objects.filter(assessment=row, question_key__in=seen.carried.dropped).delete()
    _blank(row, seen.to_confirm)
    row.questionnaire = target
    row.sections = list(seen.carried.selection.section_keys)
    row.questions = list(seen.carried.selection.question_keys)
    _write(row)
    record(
        AssessmentMoved(
            aggregate_id=row.pk,
            unit_id=row.unit_id,
            vendor_id=row.vendor_id,
            status=row.status,
            inputs_version=row.inputs_version,
            source=f"{source.key} {source.version}",
            questionnaire=f"{target.key} {target.version}",
            questionnaire_hash=target.content_hash,
            kept=len(seen.carried.kept),
            added=list(seen.carried.added),
            to_confirm=list(seen.to_confirm),
            dropped=list(seen.carried.dropped),
            answers={
                key: {"value": stored[key].value, "state": stored[key].state}
                for key in aside
                if is_dealt_with(stored.get(key))
            },
        ),
        by=by,
    )
    made.after = digest_of(row)
    made.save(update_fields=["after"])
    return made


@transaction.atomic
def move_back(*, assessment: Assessment, by: Principal) -> Move:
    """Undo the last move, as long as nothing else has changed since. Raises CannotMove."""
    row = lock(assessment)
    if not may_move(by, row.unit_id):
        raise NotAllowed(_("Your role does not allow this."))
    made = last_move(row)
    if made is None or made.undone_at is not None or digest_of(row) != made.after:
        raise CannotMove(
            _("Something has changed since this assessment was moved, so that cannot be undone.")
        )
    row.questionnaire = Questionnaire.objects.defer("content").get(pk=made.source_id)
    asked = schema_of(row).by_key
    for one in made.set_aside.all():
        kind = asked[one.question_key].question.kind
        Answer.objects.update_or_create(
            assessment=row,
            question_key=one.question_key,
            defaults={
                **{name: getattr(one, name) for name in _KEPT},
                **_overridden(one.override),
                "in_words": kind is Kind.TEXT,
            },
        )
    row.sections, row.questions = list(made.sections), list(made.questions)
    _write(row)
    made.undone_at, made.undone_by_id = clock.now(), user_id(by)
    made.save(update_fields=["undone_at", "undone_by"])
    record(
        AssessmentMovedBack(
            aggregate_id=row.pk,
            unit_id=row.unit_id,
            vendor_id=row.vendor_id,
            status=row.status,
            inputs_version=row.inputs_version,
            source=f"{row.questionnaire.key} {made.target.version}",
            questionnaire=f"{row.questionnaire.key} {row.questionnaire.version}",
            questionnaire_hash=row.questionnaire.content_hash,
        ),
        by=by,
    )
    return made


def confirm(*, assessment: Assessment, keys: list[str], by: Principal) -> list[str]:
    """Let answers that were set aside count again, as they were; returns the keys of those.

    What does not fit its question any more is left out: it has to be answered anew. An answer that
    somebody has given meanwhile stays. Raises what saving answers raises.
    """
    questionnaire, waiting = schema_of(assessment), to_confirm(assessment)
    words: dict[int, Said] = {state: word for word, state in STATES.items()}
    words[State.NA_APPROVED] = "not_applicable"
    values: dict[str, AnswerInput] = {}
    for key in keys:
        one = waiting.get(key)
        if one is None:
            continue
        if fits(questionnaire, one):
            said = words[State(one.state)]
            values[key] = AnswerInput(value=one.value, state=said, note=one.note)
    if values:
        answer_service.save(assessment=assessment, values=values, by=by)
    return list(values)


def can_move_back(assessment: Assessment) -> bool:
    """Whether the last move can still be undone."""
    made = last_move(assessment)
    return made is not None and made.undone_at is None and digest_of(assessment) == made.after


def digest_of(assessment: Assessment) -> str:
    """A digest of everything that answering and reviewing an assessment changes."""
    rows = Answer.objects.filter(assessment=assessment).order_by("question_key")
    said = [
        [one.question_key, one.version, one.state, one.evidence, one.review, one.review_note]
        for one in rows
    ]
    whole: list[Any] = [
        str(assessment.questionnaire_id), assessment.status, assessment.inputs_version,
        list(assessment.questions), said,
    ]  # fmt: skip
    return hashlib.sha256(rfc8785.dumps(whole)).hexdigest()


def _require(assessment: Assessment, target: Questionnaire, by: Principal) -> None:
    if not may_move(by, assessment.unit_id):
        raise NotAllowed(_("Your role does not allow this."))
    current = assessment.questionnaire
    if target.status != Questionnaire.Status.PUBLISHED:
        raise CannotMove(_("Only a published version can be moved to."))
    if target.key != current.key or target.pk == current.pk:
        raise CannotMove(_("An assessment moves to another version of its own questionnaire."))
    if assessment.status not in Assessment.OPEN:
        raise CannotMove(_("It is finished: what was signed off or closed never changes."))
    if not workflow.is_editable(assessment.status):
        raise CannotMove(_("It is handed in. Send it back first, then move it over."))
    others = Assessment.objects.filter(
        engagement=assessment.engagement_id, questionnaire=target, status__in=Assessment.OPEN
    ).exclude(pk=assessment.pk)
    there = others.first()
    if there is not None:
        raise AlreadyOpen(
            _("This engagement has an assessment that is not finished yet."),
            assessment_id=there.pk,
        )


def _preview(
    assessment: Assessment, target: Questionnaire, stored: dict[str, Answer], wording: bool
) -> Preview:
    after = schema_of_version(target)
    # Its tier was fixed when it was opened; so it stays.
    facts = facts_of(assessment.engagement).model_copy(update={"tier": Tier(assessment.tier)})
    selection = select(after, facts)
    if not selection.question_keys:
        raise NothingToAsk(_("The questionnaire has no question for this kind of engagement."))
    carried = carry(schema_of(assessment), frozenset(assessment.questions), after, selection)
    answered = frozenset(key for key, row in stored.items() if is_dealt_with(row))
    return Preview(
        carried=carried,
        to_confirm=carried.to_confirm(answered, wording=wording),
        lost=tuple(key for key in carried.dropped if key in answered),
        answered=answered,
    )


def _set_aside(made: Move, answer: Answer, why: str) -> SetAside:
    kept: dict[str, Any] = {name: getattr(answer, name) for name in _KEPT}
    return SetAside(
        move=made,
        assessment_id=made.assessment_id,
        question_key=answer.question_key,
        why=why,
        override=_override(answer),
        **kept,
    )


def _override(answer: Answer) -> dict[str, Any] | None:
    """What a reviewer said instead, as plain data."""
    if answer.overridden_at is None:
        return None
    said = {name: getattr(answer, name) for name in _OVERRIDE}
    return said | {
        "overridden_at": answer.overridden_at.isoformat(),
        "overridden_by_id": str(answer.overridden_by_id),
    }


def _overridden(said: dict[str, Any] | None) -> dict[str, Any]:
    """The same as values of columns."""
    if said is None:
        return {}
    return said | {"overridden_at": datetime.fromisoformat(said["overridden_at"])}


def _blank(assessment: Assessment, keys: tuple[str, ...]) -> None:
    for row in Answer.objects.filter(assessment=assessment, question_key__in=keys):
        row.value, row.state, row.version = None, State.BLANK, row.version + 1
        row.evidence, row.evidence_until = EvidenceLevel.SELF_DECLARED, None
        row.review = Answer.Review.OPEN
        row.reviewed_at = row.reviewed_by_id = None
        row.override_state = row.override_value = None
        row.override_reason = ""
        row.overridden_at = row.overridden_by_id = None
        row.save()


def _write(row: Assessment) -> None:
    """The sheet packed anew; also where it is the same, weights may differ: the inputs are new."""
    before = row.inputs_version
    sheets.repack(row)
    row.inputs_version = before + 1
    row.save(
        update_fields=[
            "questionnaire", "sections", "questions", "inputs_version", "answered", "applicable",
        ]
    )  # fmt: skip
