"""Saving answers: the one way in for pages, the API and imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.organisation import organisation_name
from accounts.principal import Principal
from assessments import schema
from assessments.errors import Conflict, Frozen, InvalidAnswers
from assessments.events.assessments import AnswersSaved
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.told import WORDS
from assessments.services import proof, respondents, rework, sheets
from assessments.services.locking import allow, client_id, contact_id, lock, move, user_id
from assessments.sheet import EvidenceLevel, State
from assessments.wording import refusal_words
from assessments.workflow import Action
from audit import clock
from audit.record import record

__all__ = ["AnswerInput", "Conflict", "Frozen", "Invalid", "Saved", "save"]

Invalid = InvalidAnswers
Said = Literal["answered", "dont_know", "declined", "not_applicable", "blank"]

#: What people say -> what is stored. "Not applicable" waits for a reviewer's yes.
STATES: Final[Mapping[Said, State]] = {
    "answered": State.ANSWERED,
    "dont_know": State.DONT_KNOW,
    "declined": State.DECLINED,
    "not_applicable": State.NA_PENDING,
    "blank": State.BLANK,
}
MAX_NOTE: Final = 4_000


@dataclass(frozen=True)
class AnswerInput:
    """What someone says to one question.

    value: as a form or a JSON client sends it; only looked at when `state` is "answered".
    note: a remark, and the reason for "not_applicable". version: of the answer that was on their
    screen, 0 for none; None saves whatever is stored.
    """

    value: Any = None
    state: Said = "answered"
    note: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Saved:
    """After a save: versions of all stored answers, the questions asked now, and the progress."""

    versions: dict[str, int]
    changed: tuple[str, ...]
    visible: tuple[str, ...]
    answered: int
    applicable: int
    inputs_version: int


@dataclass(frozen=True)
class _Wanted:
    """A checked input, as it would be stored."""

    value: schema.Value | None
    state: State
    note: str
    in_words: bool

    def same_answer(self, stored: Answer | None) -> bool:
        """Whether this says the same as what is stored; an approved reason stays approved."""
        state, value = (stored.state, stored.value) if stored else (State.BLANK, None)
        if state == State.NA_APPROVED:
            state = State.NA_PENDING
        # For "not applicable" the reason is what was approved, so it is part of the answer.
        same_reason = self.state != State.NA_PENDING or (stored and stored.note == self.note)
        return self.state == state and self.value == value and bool(same_reason)

    def same(self, stored: Answer | None) -> bool:
        """Whether nothing would change, the note included."""
        return self.same_answer(stored) and self.note == (stored.note if stored else "")


@transaction.atomic
def save(*, assessment: Assessment, values: Mapping[str, AnswerInput], by: Principal) -> Saved:
    """Write `values` (question key -> input); all of them or, when one is refused, none.

    Raises Frozen (status), Invalid (a sentence per question), Conflict (someone saved another
    version since). What is already stored is not written again and makes no event.
    """
    allow(assessment, Action.SAVE, by)
    assessment = lock(assessment)
    respondents.require_scope(by, assessment, values)
    move(assessment, Action.SAVE, by)
    stored = answers_of(assessment)
    wanted = _checked(assessment, values)
    changes = {key: want for key, want in wanted.items() if not want.same(stored.get(key))}
    _refuse_outdated(changes, values, stored, by)
    rework.refuse_settled(assessment, changes, stored)
    if not changes:
        return _saved(assessment, stored, (), sheets.pack(assessment, stored))
    rework.keep_earlier(assessment, changes, stored)
    rows = [_row(assessment, key, want, stored.get(key), by) for key, want in changes.items()]
    said = [
        row
        for row in rows
        if not changes[row.question_key].same_answer(stored.get(row.question_key))
    ]
    proof.settle(said, assessment)
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["assessment", "question_key"],
        update_fields=_WRITTEN,
    )
    respondents.note_answer(by, assessment)
    stored |= {row.question_key: row for row in rows}
    packed = sheets.repack(assessment, stored)
    assessment.save(update_fields=["inputs_version", "answered", "applicable"])
    record(
        AnswersSaved(
            aggregate_id=assessment.pk,
            unit_id=assessment.unit_id,
            vendor_id=assessment.vendor_id,
            status=assessment.status,
            inputs_version=assessment.inputs_version,
            keys=list(changes),
            answers={
                key: {"value": want.value, "state": want.state.name.lower(), "note": want.note}
                for key, want in changes.items()
            },
        ),
        by=by,
    )
    return _saved(assessment, stored, tuple(changes), packed)


_WRITTEN: Final = (
    "value",
    "in_words",
    "state",
    "evidence",
    "evidence_until",
    "note",
    "answered_at",
    "answered_by",
    "answered_by_contact",
    "answered_by_client",
    "version",
    "review",
    "review_note",
    "reviewed_at",
    "reviewed_by",
    "override_state",
    "override_value",
    "override_reason",
    "overridden_at",
    "overridden_by",
)


def _saved(
    assessment: Assessment,
    stored: Mapping[str, Answer],
    changed: tuple[str, ...],
    packed: sheets.Packed,
) -> Saved:
    return Saved(
        versions={key: answer.version for key, answer in stored.items()},
        changed=changed,
        visible=packed.visible,
        answered=packed.answered,
        applicable=packed.applicable,
        inputs_version=assessment.inputs_version,
    )


def _checked(assessment: Assessment, values: Mapping[str, AnswerInput]) -> dict[str, _Wanted]:
    questionnaire = schema_of(assessment)
    chosen = frozenset(assessment.questions)
    errors: dict[str, str] = {}
    wanted: dict[str, _Wanted] = {}
    for key, given in values.items():
        if key not in chosen:
            errors[key] = _("This assessment does not ask this question.")
            continue
        try:
            wanted[key] = _want(questionnaire.by_key[key].question, given)
        except ValueError as error:
            errors[key] = refusal_words(error)
    if errors:
        raise InvalidAnswers(errors)
    return wanted


def _want(question: schema.Question, given: AnswerInput) -> _Wanted:
    """The input as it would be stored. Raises ValueError with a sentence for the reader."""
    if given.state not in STATES:
        raise ValueError(_("There is no such kind of answer."))
    state = STATES[given.state]
    note = given.note.strip().replace("\r\n", "\n")
    if len(note) > MAX_NOTE:
        raise ValueError(_("Shorten the note to %(most)d characters.") % {"most": MAX_NOTE})
    if "\0" in note:
        raise ValueError(_("Remove the unprintable character from the note."))
    if state == State.NA_PENDING:
        if not question.allow_not_applicable:
            raise ValueError(_("This question applies to everyone. Choose another answer."))
        if not note:
            raise ValueError(_("Say why this does not apply. A reviewer has to agree."))
    value = None
    if state == State.ANSWERED:
        value = schema.validate_value(question, given.value, clock.today())
    return _Wanted(value, state, note, question.kind is schema.Kind.TEXT)


def _refuse_outdated(
    changes: Mapping[str, _Wanted],
    values: Mapping[str, AnswerInput],
    stored: Mapping[str, Answer],
    by: Principal,
) -> None:
    conflicts = []
    for key, want in changes.items():
        seen, there = values[key].version, stored.get(key)
        if seen is None or seen == (there.version if there else 0):
            continue
        conflicts.append(
            {
                "question": key,
                "yours": {"value": want.value, "state": WORDS[want.state], "note": want.note},
                "theirs": {
                    "value": there.value if there else None,
                    "state": WORDS[State(there.state)] if there else "blank",
                    "note": there.note if there else "",
                },
                "theirs_by": _saved_by(there, by) if there else "",
                "theirs_at": there.answered_at if there else None,
                "version": there.version if there else 0,
            }
        )
    if conflicts:
        raise Conflict(conflicts)


def _saved_by(answer: Answer, by: Principal) -> str:
    """Who gave the answer that stands. The vendor is not told who in the house it was."""
    if answer.answered_by_contact:
        return str(answer.answered_by_contact)
    if by.kind == "contact":
        return organisation_name()
    return str(answer.answered_by or answer.answered_by_client or _("Surety"))


def _row(
    assessment: Assessment, key: str, want: _Wanted, there: Answer | None, by: Principal
) -> Answer:
    """The row to write: another note costs only the reviewer's mark, another answer also an
    override and what the reviewer had found proved (what documents prove comes back, see
    `proof.settle`)."""
    row = Answer(
        assessment=assessment,
        question_key=key,
        value=want.value,
        state=want.state,
        note=want.note,
        in_words=want.in_words,
        evidence=EvidenceLevel.SELF_DECLARED,
        answered_at=clock.now(),
        answered_by_id=user_id(by),
        answered_by_contact_id=contact_id(by),
        answered_by_client_id=client_id(by),
        version=there.version + 1 if there else 1,
        # What the reviewer had asked stays readable beside the new answer.
        review_note=there.review_note if there else "",
    )
    if there is not None and want.same_answer(there):
        row.state = there.state
        row.evidence, row.evidence_until = there.evidence, there.evidence_until
        # The period for which the answer holds does not start again with a remark.
        row.answered_at, row.answered_by_id = there.answered_at, there.answered_by_id
        row.answered_by_contact_id = there.answered_by_contact_id
        row.answered_by_client_id = there.answered_by_client_id
        row.override_state, row.override_value = there.override_state, there.override_value
        row.override_reason = there.override_reason
        row.overridden_at, row.overridden_by_id = there.overridden_at, there.overridden_by_id
    return row
