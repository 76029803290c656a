"""Scoring the plain way: rows as objects, formulas as loops, results by `bulk_create`.

Written as one would without arrays in mind, and not carelessly: prefetched answers, a handful of
queries, one pass over the questions. It computes what a run computes: lo, pt and hi, contributions,
hashes, scores, ratings, events.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.principal import SYSTEM
from assessments import schema, sheet
from assessments.models import Answer, Assessment, Sheet
from assessments.selectors.assessments import schema_of
from assessments.sheet import State
from audit import clock
from audit.record import record
from scoring import figures
from scoring.compile import valid_days
from scoring.engine.methodology import DIMENSIONS, Methodology
from scoring.events import ScoreChanged
from scoring.models import CurrentScore, Score, Standing
from scoring.services import methodologies
from vendors.intake import intake, intake_risks

_BATCH = 500


def prepare(sample: int) -> list[UUID]:
    """Give the first assessments the answer rows that their sheets stand for."""
    rows = Assessment.objects.select_related("questionnaire", "sheet").exclude(status="draft")
    chosen = list(rows.order_by("pk")[:sample])
    answers = []
    for one in chosen:
        questionnaire = schema_of(one)
        stored: Sheet = one.sheet
        for key, cell in zip(one.questions, sheet.unpack(stored.cells, one.questions), strict=True):
            if cell["state"] in {State.BLANK, State.HIDDEN}:
                continue
            options = questionnaire.by_key[key].question.options
            said = next((o.key for o in options if o.risk == cell["risk"]), None)
            until = sheet.day_from_number(cell["valid_until"]) if cell["dated"] else None
            answers.append(
                Answer(
                    assessment=one,
                    question_key=key,
                    value=said if cell["state"] == State.ANSWERED else None,
                    state=int(cell["state"]),
                    evidence=int(cell["evidence"]),
                    evidence_until=until,
                    answered_at=datetime.combine(
                        clock.today(), datetime.min.time(), tzinfo=clock.now().tzinfo
                    ),
                )
            )
    Answer.objects.filter(assessment__in=chosen).delete()
    Answer.objects.bulk_create(answers, batch_size=5_000)
    return [one.pk for one in chosen]


def rescore(ids: Sequence[UUID]) -> None:
    """Score the assessments of these ids."""
    row = methodologies.published()
    method = methodologies.parameters(row)
    for at in range(0, len(ids), _BATCH):
        with transaction.atomic():
            _chunk(ids[at : at + _BATCH], method)


def _chunk(ids: Sequence[UUID], method: Methodology) -> None:
    rows = (
        Assessment.objects.filter(pk__in=ids)
        .select_related("questionnaire", "engagement", "vendor", "current_score")
        .prefetch_related("answers")
    )
    scores, currents, changed = [], [], []
    for assessment in rows:
        said = _score(assessment, method)
        before: CurrentScore = assessment.current_score
        scores.append(
            Score(
                assessment=assessment,
                vendor_id=assessment.vendor_id,
                unit_id=assessment.unit_id,
                model_id=before.model_id,
                inputs_version=assessment.inputs_version,
                status="provisional",
                band=said["band"],
                points=said["points"],
                lo=said["lo"],
                hi=said["hi"],
                as_of=clock.today(),
                engine_version="1",
                digest=said["digest"],
                cause="plain",
                computed_at=clock.now(),
                figures=said["figures"],
                inputs=said["inputs"],
            )
        )
        before.points, before.band, before.status = said["points"], said["band"], "provisional"
        before.lo, before.hi, before.digest = said["lo"], said["hi"], said["digest"]
        before.score = scores[-1]
        currents.append(before)
        changed.append((assessment, said, scores[-1]))
    Score.objects.bulk_create(scores)
    CurrentScore.objects.bulk_update(
        currents, ["points", "band", "status", "lo", "hi", "digest", "score"]
    )
    worst = {assessment.vendor_id: said for assessment, said, _ in changed}
    present = list(Standing.objects.filter(vendor__in=worst, valid_to__isnull=True))
    for standing in present:
        said = worst[standing.vendor_id]
        standing.points, standing.sort_points = said["points"], said["points"]
        standing.band, standing.lo, standing.hi = said["band"], said["lo"], said["hi"]
        standing.dimensions = said["dimensions"]
    Standing.objects.bulk_update(
        present, ["points", "sort_points", "band", "lo", "hi", "dimensions"]
    )
    for assessment, said, score in changed:
        record(
            ScoreChanged(
                aggregate_id=assessment.pk,
                unit_id=assessment.unit_id,
                vendor_id=assessment.vendor_id,
                score_id=score.pk,
                points=said["points"],
                band=said["band"],
                status="provisional",
                previous_points=None,
                previous_band="not_rated",
                previous_status="not_rated",
                cause="plain",
            ),
            by=SYSTEM,
        )


def _score(assessment: Assessment, method: Methodology) -> dict[str, Any]:
    questionnaire = schema_of(assessment)
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    values: dict[str, tuple[float, float, float]] = {}
    inputs: list[Any] = []
    for item in reversed(questionnaire.items):
        values[item.key] = _value(
            assessment, item, answers=answers, values=values, method=method, inputs=inputs
        )
    dimensions, contributions = {}, []
    for dimension in DIMENSIONS:
        sections = [one for one in questionnaire.sections if one.dimension.value == dimension]
        means = [_section(one, answers, values) for one in sections]
        known = [(one.weight, mean) for one, mean in zip(sections, means, strict=True) if mean]
        total = sum(weight for weight, _ in known)
        if total:
            dimensions[dimension] = tuple(
                sum(weight * mean[at] for weight, mean in known) / total for at in range(3)
            )
    weights = dict(zip(DIMENSIONS, method.dimensions.ordered, strict=True))
    total = sum(weights[key] for key in dimensions)
    posture = [
        (sum(weights[key] * dimensions[key][at] ** method.p for key in dimensions) / total)
        ** (1 / method.p)
        for at in range(3)
    ]
    exposure = 0.0
    for key, risk in intake_risks(assessment.engagement.intake):
        exposure += intake().weights[key] * (10_000 if risk is None else risk)
    exposure /= 10_000 * sum(intake().weights.values())
    lo, points, hi = (
        round(100_000 * exposure * ((1 - method.kappa) + method.kappa * value)) for value in posture
    )
    for section in questionnaire.sections:
        steep = (dimensions.get(section.dimension.value, (0, 0, 0))[1] / (posture[1] or 1)) ** 3
        for question in section.questions:
            share = weights[section.dimension.value] / total * steep * question.weight
            contributions.append((round(share * values[question.key][1] * 1000), question.key))
    contributions.sort(reverse=True)
    packed = json.dumps(inputs, separators=(",", ":")).encode()
    digest = hashlib.sha256(hashlib.sha256(packed).digest() + b"1").digest()
    return {
        "points": points,
        "lo": min(lo, points),
        "hi": max(hi, points),
        "band": method.band(points),
        "digest": digest,
        "inputs": packed,
        "figures": bytes([figures.VERSION]) + json.dumps(contributions[:10]).encode().ljust(200),
        "dimensions": [
            round(dimensions[key][1] * 100_000) if key in dimensions else None for key in DIMENSIONS
        ],
    }


def _value(
    assessment: Assessment,
    item: Any,
    *,
    answers: dict[str, Answer],
    values: dict[str, tuple[float, float, float]],
    method: Methodology,
    inputs: list[Any],
) -> tuple[float, float, float]:
    answer, question = answers.get(item.key), item.question
    if answer is None or answer.state != State.ANSWERED:
        inputs.append([item.key, answer.state if answer else 0])
        return 0.0, 1.0, 1.0
    risk = (schema.resolve_risk(question, answer.value) or 0) / 10_000
    level = method.evidence.ranked[answer.evidence]
    until = schema.valid_until(
        question, answer.value, answer.answered_at.date(), schema.Tier(assessment.tier)
    )
    fade, period = 1.0, valid_days(question, assessment.tier, method)
    if until is not None and period and clock.today() > until:
        fade = max(0.0, 1 - (clock.today() - until).days / period)
    credit = 0.8 + (level.credit - 0.8) * fade
    inputs.append([item.key, answer.state, risk, answer.evidence, round(fade, 4)])
    children = question.children
    if children and schema.is_open(question, answer.value):
        total = sum(child.weight for child in children)
        mean = [
            sum(child.weight * values[child.key][at] for child in children) / total
            for at in range(3)
        ]
        return tuple(risk + (1 - risk) * mean[at] for at in range(3))
    return risk, 1 - credit * (1 - risk), 1 - level.pessimistic * fade * (1 - risk)


def _section(
    section: Any, answers: dict[str, Answer], values: dict[str, tuple[float, float, float]]
) -> tuple[float, float, float] | None:
    asked = [
        question
        for question in section.questions
        if question.key not in answers or answers[question.key].state != State.NA_APPROVED
    ]
    total = sum(question.weight for question in asked)
    if not total:
        return None
    lo, pt, hi = (
        sum(question.weight * values[question.key][at] for question in asked) / total
        for at in range(3)
    )
    return lo, pt, hi
