"""Keeping the packed sheet, the version of the inputs and the progress with the answer rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import numpy as np
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from assessments import schema, sheet
from assessments.models import Answer, Assessment, Sheet
from assessments.selectors.assessments import (
    answers_of,
    is_dealt_with,
    schema_of,
    visible_questions,
)
from assessments.services.locking import lock
from assessments.sheet import State

#: Assessments read at a time to be checked, and what of their answers is packed.
_PAGE: Final = 200
_PACKED: Final = (
    "assessment_id", "question_key", "value", "state", "evidence", "evidence_until", "answered_at",
    "override_value", "override_state", "overridden_at",
)  # fmt: skip
#: What rows may be like that nobody could have saved.
_WRONG: Final = (ValueError, KeyError, TypeError, ObjectDoesNotExist)


@dataclass(frozen=True)
class Packed:
    """What the rows say: the sheet's bytes, the questions asked, and how many are dealt with."""

    layout: bytes
    cells: bytes
    visible: tuple[str, ...]
    answered: int

    @property
    def applicable(self) -> int:
        """How many questions are asked now."""
        return len(self.visible)


def pack(assessment: Assessment, answers: Mapping[str, Answer]) -> Packed:
    """The sheet of an assessment worked out from its answer rows alone."""
    questionnaire = schema_of(assessment)
    keys = list(assessment.questions)
    visible = visible_questions(questionnaire, assessment, answers)
    shown = frozenset(visible)
    tier = schema.Tier(assessment.tier)
    rows = []
    for key in keys:
        answer = answers.get(key)
        if key not in shown:
            rows.append((0, int(State.HIDDEN), 0, 0, False))
        elif answer is None or answer.counted_state != State.ANSWERED:
            rows.append((0, answer.counted_state if answer else int(State.BLANK), 0, 0, False))
        else:
            question = questionnaire.by_key[key].question
            risk = schema.resolve_risk(question, answer.counted_value) or 0
            until = holds_until(question, answer, tier)
            dated = until is not None and until == answer.evidence_until
            day = sheet.day_number(until)
            rows.append((risk, int(State.ANSWERED), answer.evidence, day, dated))
    cells = np.array(rows, dtype=sheet.CELL_DTYPE)
    return Packed(
        layout=sheet.layout_hash(keys),
        cells=sheet.pack(cells, keys),
        visible=visible,
        answered=sum(is_dealt_with(answers.get(key)) for key in visible),
    )


def holds_until(question: schema.Question, answer: Answer, tier: schema.Tier) -> date | None:
    """The last day on which the answer that counts holds: its own period, or an earlier end of
    its evidence."""
    ends = [
        schema.valid_until(question, answer.counted_value, answer.counted_since.date(), tier),
        answer.evidence_until,
    ]
    return min((end for end in ends if end is not None), default=None)


def repack(assessment: Assessment, answers: Mapping[str, Answer] | None = None) -> Packed:
    """Write the sheet anew after answers changed, in their transaction; the caller holds the lock.

    Sets `inputs_version` (one up, when the bytes differ), `answered` and `applicable` on
    `assessment`, which the caller saves. Pass `answers` to save reading them again.
    """
    packed = pack(assessment, answers_of(assessment) if answers is None else answers)
    differs = (
        Sheet.objects.filter(assessment=assessment)
        .exclude(cells=packed.cells)
        .update(layout=packed.layout, cells=packed.cells)
    )
    if differs:
        assessment.inputs_version += 1
    assessment.answered = packed.answered
    assessment.applicable = packed.applicable
    return packed


def create(assessment: Assessment) -> Packed:
    """The first sheet of an assessment that has just been made: everything blank or hidden."""
    packed = pack(assessment, {})
    assessment.answered = packed.answered
    assessment.applicable = packed.applicable
    Sheet.objects.create(assessment=assessment, layout=packed.layout, cells=packed.cells)
    return packed


def check_all(
    *, repair: bool = False, sample: int | None = None
) -> Iterator[tuple[UUID, list[str]]]:
    """Work out every sheet from its rows; yield each assessment with what differs.

    With `sample` only so many, chosen by chance. What can differ: "no sheet", "sheet", "answered",
    "applicable", or why the rows cannot be packed at all. With `repair` the sheet and the counters
    are written anew, and the version of the inputs rises, so that the score follows.

    Reads pages without a lock; only what differs is looked at again, locked, before it is named.
    """
    for page in _pages(sample):
        for assessment, answers in _with_answers(page):
            differs = _differing(assessment, answers)
            if differs:
                with transaction.atomic():
                    differs = _check(assessment, repair=repair)
            yield assessment.pk, differs


def _pages(sample: int | None) -> Iterator[list[UUID]]:
    if sample is not None:
        chosen = list(Assessment.objects.order_by("?").values_list("pk", flat=True)[:sample])
        yield from (chosen[start : start + _PAGE] for start in range(0, sample, _PAGE))
        return
    after = UUID(int=0)
    ids = Assessment.objects.order_by("pk").values_list("pk", flat=True)
    while page := list(ids.filter(pk__gt=after)[:_PAGE]):
        yield page
        after = page[-1]


def _with_answers(page: list[UUID]) -> Iterator[tuple[Assessment, dict[str, Answer]]]:
    """Assessments, with their sheets, and what was answered; three queries."""
    answers: dict[UUID, dict[str, Answer]] = {pk: {} for pk in page}
    for answer in Answer.objects.filter(assessment__in=page).only(*_PACKED):
        answers[answer.assessment_id][answer.question_key] = answer
    rows = Assessment.objects.filter(pk__in=page).select_related("questionnaire", "sheet")
    for row in rows.defer("questionnaire__content").order_by("pk"):
        yield row, answers[row.pk]


def _differing(assessment: Assessment, answers: Mapping[str, Answer]) -> list[str]:
    try:
        packed = pack(assessment, answers)
    except _WRONG as error:
        return [f"cannot be packed: {error}"]
    stored: Sheet | None = getattr(assessment, "sheet", None)
    differs = []
    if stored is None:
        differs.append("no sheet")
    elif (bytes(stored.layout), bytes(stored.cells)) != (packed.layout, packed.cells):
        differs.append("sheet")
    if assessment.answered != packed.answered:
        differs.append("answered")
    if assessment.applicable != packed.applicable:
        differs.append("applicable")
    return differs


def _check(assessment: Assessment, *, repair: bool) -> list[str]:
    """What differs of one assessment while nobody can change it."""
    assessment, answers = lock(assessment), answers_of(assessment)
    differs = _differing(assessment, answers)
    if not differs or not repair:
        return differs
    try:
        packed = pack(assessment, answers)
    except _WRONG:
        return differs
    Sheet.objects.update_or_create(
        assessment=assessment, defaults={"layout": packed.layout, "cells": packed.cells}
    )
    assessment.answered, assessment.applicable = packed.answered, packed.applicable
    assessment.inputs_version += 1
    assessment.save(update_fields=["answered", "applicable", "inputs_version"])
    return differs
