"""Inputs gathered anew from the answer rows, against those that a current score keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np

from assessments import sheet
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of, schema_of
from assessments.services import sheets
from assessments.sheet import EvidenceLevel, State
from scoring import inputs
from scoring.compile import Compiled, compiled
from scoring.engine import provenance
from scoring.engine.batch import UNKNOWN, Resolved, check, resolve
from scoring.engine.compare import ITEM_FIELDS
from scoring.engine.days import date_of, number_of
from scoring.engine.plan import Plan
from scoring.engine.versions import engine
from scoring.models import CurrentScore, Outstanding
from scoring.services import methodologies
from scoring.services import scores as single
from scoring.services.bulk.evaluating import WRONG
from scoring.services.replay.findings import Difference, Finding, Problem, between, name_of
from scoring.services.replay.models import Models, Unreadable

_FLAGS: Final = {"known", "lapsed"}


def compare(ids: Collection[UUID], models: Models) -> Iterator[tuple[UUID, Finding | None]]:
    """Gather anew what scores of the history were made from, where they are current and nothing has
    changed since; yields each of those with what differs."""
    for pk in ids:
        current = _current(pk)
        if current is None:
            continue
        found = _compare(current, models)
        # What has been saved meanwhile is no mistake.
        if found is None or _is_still(current):
            yield pk, found


def _current(score_id: UUID) -> CurrentScore | None:
    """The current score whose figures and inputs are in this row, if it is up to date."""
    current = (
        CurrentScore.objects.filter(score=score_id, figures__isnull=True)
        .exclude(assessment__status=Assessment.Status.CLOSED)
        .select_related("score", "model__methodology", "assessment__engagement__fact_sheet")
        .select_related("assessment__questionnaire")
        .defer("model__document", "assessment__questionnaire__content")
        .first()
    )
    if current is None or current.inputs_version != current.assessment.inputs_version:
        return None
    waits = Outstanding.objects.filter(
        subject_id__in=[
            current.assessment_id,
            current.assessment.engagement_id,
            current.vendor_id,
        ],
    )
    return None if waits.exists() else current


def _is_still(current: CurrentScore) -> bool:
    again = None if current.score_id is None else _current(current.score_id)
    return again is not None and again.inputs_version == current.inputs_version


def _compare(current: CurrentScore, models: Models) -> Finding | None:
    assessment, score = current.assessment, current.score
    if score is None:
        return None
    # The versions between the score's and today's brought the same inputs, on the day of each.
    same = score.inputs_version == assessment.inputs_version
    as_of = score.as_of if same else current.as_of
    subject = name_of(score.pk, current=False)
    try:
        model, stored = _stored(current, models)
        method = current.model.methodology
        fresh = compiled(
            schema_of(assessment),
            assessment.questions,
            assessment.tier,
            methodologies.parameters(method),
            content_hash=assessment.questionnaire.content_hash,
            method_hash=method.content_hash,
        )
        gathered = _gathered(assessment, fresh, as_of)
    except Unreadable as error:
        return Finding(subject, Problem.UNREADABLE, str(error))
    except WRONG as error:
        said = str(error) or type(error).__name__
        return Finding(subject, Problem.INPUTS, f"the inputs cannot be gathered: {said}")
    found: tuple[Difference, ...]
    if fresh.model_hash != model.model_hash:
        found = _in_models(model.plan, fresh.plan)
    else:
        found = _in_inputs(model.plan, stored, gathered)
        found += between(
            {"next change": str(current.next_change)},
            {"next change": str(_next_change(model, gathered, current))},
        )
    return Finding(subject, Problem.INPUTS, differences=found) if found else None


def _stored(current: CurrentScore, models: Models) -> tuple[Compiled, Resolved]:
    model = models.of(current.model_id)
    try:
        return model, provenance.unpack_inputs(model.plan, [current.packed_inputs])
    except provenance.InputsError as error:
        raise Unreadable(f"its stored inputs: {error}") from error


def _gathered(assessment: Assessment, model: Compiled, as_of: date) -> Resolved:
    """What the formulas would see of the assessment on a day, from its answers as they are."""
    packed = sheets.pack(assessment, answers_of(assessment))
    batch = inputs.batch_of(
        model,
        sheet.unpack(packed.cells, model.questions)[None, :],
        inputs.facts_of([assessment]) if model.indicators else None,
        intake=np.array([inputs.intake_row(assessment.engagement.intake)], dtype=np.uint16),
        signed_off=np.array([assessment.signed_off_at is not None]),
        as_of=number_of(as_of),
    )
    check(model.plan, batch)
    return resolve(model.plan, batch)


def _next_change(model: Compiled, gathered: Resolved, current: CurrentScore) -> date | None:
    result = engine(current.engine_version).score(model.plan, gathered)
    return single.next_change(current.assessment, date_of(int(result.next_change[0])))


def _in_inputs(plan: Plan, stored: Resolved, gathered: Resolved) -> tuple[Difference, ...]:
    """Item by item, then the intake and whether it is signed off."""
    return between(_told(plan, stored), _told(plan, gathered))


def _told(plan: Plan, inputs_: Resolved) -> dict[str, str]:
    told = {
        f"item {key}, {name}": _word(name, getattr(inputs_, name)[at, 0])
        for at, key in enumerate(plan.item_keys)
        for name in ITEM_FIELDS
    }
    keys = sorted(question.key for question in plan.intake)
    for key, risk in zip(keys, inputs_.intake[:, 0].tolist(), strict=True):
        told[f"intake {key}"] = "unknown" if risk == UNKNOWN else str(risk)
    told["signed off"] = "yes" if inputs_.signed_off[0] else "no"
    return told


def _word(name: str, value: Any) -> str:
    if name == "state":
        return State(int(value)).name.lower()
    if name == "evidence":
        return EvidenceLevel(int(value)).name.lower()
    if name in _FLAGS:
        return "yes" if value else "no"
    return str(int(value))


def _in_models(stored: Plan, gathered: Plan) -> tuple[Difference, ...]:
    """What of the questions or the method is not what it was."""
    return between(
        _parts(provenance.model_document(stored)), _parts(provenance.model_document(gathered))
    )


def _parts(document: Mapping[str, Any]) -> dict[str, str]:
    parts = {f"method, {name}": str(value) for name, value in document["methodology"].items()}
    for kind in ("intake", "sections", "items"):
        for one in document[kind]:
            rest = {name: value for name, value in one.items() if name != "key"}
            parts[f"{kind}, {one['key']}"] = ", ".join(f"{k} {v}" for k, v in rest.items())
    return parts
