"""The one translator from rows to the engine: N assessments at once, in the same few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

import numpy as np
import numpy.typing as npt

from assessments import sheet
from assessments.models import Assessment, Sheet
from assessments.selectors.assessments import schema_of
from assessments.sheet import State
from scoring.compile import Compiled, compiled, intake_specs
from scoring.engine.batch import U16, UNKNOWN, Batch, Days, Flags
from scoring.engine.days import number_of
from scoring.engine.methodology import Methodology
from scoring.facts import packing
from scoring.indicators.value import KEYS
from scoring.models import CurrentScore, FactSheet
from vendors.intake import intake, intake_risk

T = TypeVar("T", bound=np.generic)


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
        .select_related(
            "questionnaire", "engagement__fact_sheet", "sheet", "current_score__score"
        )
        .only(
            "id", "vendor", "unit", "tier", "status", "mandatory", "questions", "inputs_version",
            "signed_off_at", "questionnaire__content_hash", "engagement__intake", "sheet__cells",
            "engagement__fact_sheet__cells", "engagement__fact_sheet__next_change",
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
        compiled,
        np.stack([_cells(row, keys) for row in rows]),
        facts_of(rows) if compiled.indicators else None,
        intake=np.array([intake_row(row.engagement.intake) for row in rows], dtype=np.uint16),
        signed_off=np.array([row.signed_off_at is not None for row in rows], dtype=np.bool_),
        as_of=as_of,
    )


def batch_of(
    compiled: Compiled,
    cells: sheet.Cells,
    facts: packing.Cells | None,
    *,
    intake: U16,
    signed_off: Flags,
    as_of: int | Days,
) -> Batch:
    """The engine's batch of N assessments: the cells of their sheets [N, M], of their facts (all
    indicators there are; None where the method counts none), their intake [N, K] and sign-off.

    Where an indicator has a point value, the questions that it replaces are hidden.
    """
    if facts is None or not compiled.indicators:
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
    counted = facts[:, [KEYS.index(key) for key in compiled.indicators]]
    known = counted["state"] < packing.TOO_LITTLE
    state = counted["state"] & ~np.uint8(packing.TOO_LITTLE)
    asked = cells["state"].copy()
    for at, columns in enumerate(compiled.replaced):
        if columns:
            told = np.flatnonzero(known[:, at] & (state[:, at] == State.ANSWERED))
            asked[np.ix_(told, np.array(columns))] = State.HIDDEN
    none = np.zeros(state.shape, dtype=np.bool_)
    return Batch(
        risk=_beside(cells["risk"], counted["pt"]),
        state=_beside(asked, state),
        evidence=_beside(cells["evidence"], counted["evidence"]),
        valid_until=_beside(cells["valid_until"], counted["holds_until"]),
        dated=_beside(cells["dated"], none),
        intake=intake,
        signed_off=signed_off,
        as_of=as_of,
        risk_lo=_beside(cells["risk"], counted["lo"]),
        risk_hi=_beside(cells["risk"], counted["hi"]),
        covered=_beside(np.ones(asked.shape, dtype=np.bool_), known),
    )


def _beside(questions: npt.NDArray[T], indicators: npt.NDArray[T]) -> npt.NDArray[T]:
    return np.concatenate([questions, indicators], axis=1, dtype=questions.dtype)


def facts_of(rows: Sequence[Assessment]) -> packing.Cells:
    """[N, n] the packed facts of the engagements of some assessments."""
    return packing.unpack_many([_facts(row) for row in rows])


def _facts(row: Assessment) -> bytes:
    found: FactSheet | None = getattr(row.engagement, "fact_sheet", None)
    return b"" if found is None else bytes(found.cells)


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
