"""The one translator from rows to the engine: N assessments at once, in the same few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import numpy as np

from assessments import sheet
from assessments.models import Assessment, Sheet
from assessments.selectors import schema_of
from scoring.compile import Compiled, compiled, intake_specs
from scoring.engine.batch import U16, UNKNOWN, Batch, Days, Flags
from scoring.engine.days import number_of
from scoring.engine.methodology import Methodology
from scoring.models import CurrentScore
from vendors.intake import intake, intake_risk


@dataclass(frozen=True, eq=False)
class Gathered:
    """Assessments that share a plan, and their inputs: row i of `batch` is `assessments[i]`."""

    compiled: Compiled
    assessments: tuple[Assessment, ...]
    batch: Batch


def gather(
    assessment_ids: Iterable[UUID], *, method: Methodology, method_hash: str, as_of: date
) -> list[Gathered]:
    """Read the inputs of the assessments, grouped by plan. One query, whatever their number,
    and one more for a questionnaire that this process has not met yet.

    The assessments come with `engagement`, and with `current_score` and its `score` where there
    is one. One that does not exist is left out. Raises `sheet.SheetError` for a sheet that does not
    belong to the stored selection.
    """
    rows = list(_rows(assessment_ids))
    groups: dict[int, tuple[Compiled, list[Assessment]]] = {}
    for row in rows:
        plan = compiled(
            schema_of(row),
            row.questions,
            row.tier,
            method,
            content_hash=row.questionnaire.content_hash,
            method_hash=method_hash,
        )
        groups.setdefault(id(plan), (plan, []))[1].append(row)
    day = number_of(as_of)
    return [
        Gathered(plan, tuple(members), _batch(plan, members, day))
        for plan, members in groups.values()
    ]


def _rows(assessment_ids: Iterable[UUID]) -> Iterable[Assessment]:
    return (
        Assessment.objects.filter(pk__in=list(assessment_ids))
        .select_related("questionnaire", "engagement", "sheet", "current_score__score")
        .only(
            "id", "vendor", "unit", "tier", "status", "mandatory", "questions", "inputs_version",
            "signed_off_at", "questionnaire__content_hash", "engagement__intake", "sheet__cells",
            *(f"current_score__{name}" for name in _COMPARED),
            *(f"current_score__score__{name}" for name in ("digest", "points", "band", "status")),
        )
        .order_by("pk")
    )  # fmt: skip


#: The large columns are never compared, only replaced.
_COMPARED: Final = [
    name for name in CurrentScore.replaced_columns() if name not in {"figures", "inputs"}
]


def _batch(compiled: Compiled, rows: Sequence[Assessment], as_of: int) -> Batch:
    keys = compiled.questions
    return batch_of(
        np.stack([_cells(row, keys) for row in rows]),
        intake=np.array([intake_row(row.engagement.intake) for row in rows], dtype=np.uint16),
        signed_off=np.array([row.signed_off_at is not None for row in rows], dtype=np.bool_),
        as_of=as_of,
    )


def batch_of(cells: sheet.Cells, *, intake: U16, signed_off: Flags, as_of: int | Days) -> Batch:
    """The engine's batch of the cells [N, M] of N assessments, their intake [N, K] and sign-off."""
    return Batch(
        risk=cells["risk"],
        state=cells["state"],
        evidence=cells["evidence"],
        valid_until=cells["valid_until"],
        dated=cells["dated"],
        intake=intake,
        signed_off=signed_off,
        as_of=as_of,
    )


def _cells(row: Assessment, keys: Sequence[str]) -> sheet.Cells:
    found: Sheet | None = getattr(row, "sheet", None)
    return sheet.blank(len(keys)) if found is None else sheet.unpack(found.cells, keys)


def intake_row(answers: Mapping[str, Any]) -> list[int]:
    """The risks of stored intake answers, in the order of the intake questions."""
    return [_intake_risk(spec.key, _frozen(answers.get(spec.key))) for spec in intake_specs()]


def _frozen(value: Any) -> str | tuple[str, ...] | None:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=4096)
def _intake_risk(key: str, value: str | tuple[str, ...] | None) -> int:
    stored = list(value) if isinstance(value, tuple) else value
    risk = intake_risk(intake().by_key[key], stored)
    return UNKNOWN if risk is None else risk
