"""The answers of N assessments as arrays, and what they amount to on a given date.

Two steps: a `Batch` is what was recorded, in the caller's column order; `resolve` turns it into
what the formulas see on the date `as_of`: evidence that has run out is a bare statement again, and
an old answer has a fade factor. The resolved values, and nothing else, decide the score and its
input hash. So a date that changes nothing leaves both as they were.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from assessments.sheet import LAST_DAY, RISK_SCALE, EvidenceLevel, State
from scoring.engine.days import FIRST_OF_MONTH, NEXT_FIRST
from scoring.engine.plan import Plan

#: Intake risk for "the buyer does not know yet", which counts as 1 (formula 4).
UNKNOWN: Final = 0xFFFF
#: Fade factor of a proof that has not begun to age, in 1/10,000.
FRESH: Final = 10_000

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]
T = TypeVar("T", bound=np.generic)


class BatchError(ValueError):
    """The arrays do not fit the plan, or hold numbers out of range."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Batch:
    """The recorded inputs of N assessments of one plan with M items and K intake questions.

    - `risk` [N, M]: 1/10,000; read where the item is answered
    - `state`, `evidence` [N, M]: codes of `assessments.sheet`
    - `valid_until` [N, M]: last day the answer holds, days since 2000-01-01; 0: no end
    - `intake` [N, K]: 1/10,000, `UNKNOWN` where the buyer does not know
    - `signed_off` [N]
    - `as_of`: the day the score is for, one number or [N]
    - `risk_lo`, `risk_hi` [N, M]: the range of an indicator's risk; left out: `risk` itself
    - `covered` [N, M]: False where an answered indicator rests on too little data for a point value
    - `dated` [N, M]: True where `valid_until` is the date an evidence expires, not the end of the
      answer's own period. An item that does not age can only have such a date.
    """

    risk: U16
    state: U8
    evidence: U8
    valid_until: U16
    intake: U16
    signed_off: Flags
    as_of: int | Days
    risk_lo: U16 | None = None
    risk_hi: U16 | None = None
    covered: Flags | None = None
    dated: Flags | None = None

    @property
    def size(self) -> int:
        return len(self.state)

    def rows(self, wanted: slice | npt.NDArray[np.intp]) -> Batch:
        """Return the batch of some of the rows."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return Batch(
            **{
                name: value[wanted] if isinstance(value, np.ndarray) and value.ndim else value
                for name, value in values.items()
            }
        )

    def row(self, at: int) -> Batch:
        """Return the batch of row `at` alone."""
        return self.rows(np.array([at], dtype=np.intp))


@dataclass(frozen=True, eq=False)
class Resolved:
    """What the formulas see: arrays [M, N] (intake [K, N]) in the plan's canonical order.

    Risks and `fade` are in 1/10,000; what is not answered holds zeros. `known`: answered, and no
    indicator with too little data for a point value. `lapsed`: the evidence has passed its expiry
    date, so `evidence` says self-declared. `next_change` [M, N] is the day on which ageing or
    expiry next alters the item, 0 if never.
    """

    lo: U16
    pt: U16
    hi: U16
    state: U8
    evidence: U8
    known: Flags
    fade: U16
    lapsed: Flags
    intake: U16
    signed_off: Flags
    next_change: Days

    def take(self, rows: npt.NDArray[np.intp]) -> Resolved:
        """Return a copy of some of the assessments."""
        taken = {field.name: getattr(self, field.name)[..., rows] for field in fields(self)}
        return Resolved(**taken)

    @cached_property
    def answered(self) -> Flags:
        answered: Flags = self.state == State.ANSWERED
        return answered

    @cached_property
    def covered(self) -> Flags:
        """Answered, with a point value, and not so old that nothing of its proof is left."""
        covered: Flags = self.known & (self.fade > 0)
        return covered


def check(plan: Plan, batch: Batch) -> None:
    """Raise BatchError unless the arrays fit the plan and every number is in range."""
    shape = (batch.size, plan.size)
    for name in (
        "risk", "state", "evidence", "valid_until", "risk_lo", "risk_hi", "covered", "dated"
    ):  # fmt: skip
        value = getattr(batch, name)
        if value is not None and value.shape != shape:
            raise BatchError(f"{name} has shape {value.shape}, the plan needs {shape}")
    if batch.intake.shape != (batch.size, len(plan.intake)):
        raise BatchError(
            f"intake has shape {batch.intake.shape}, "
            f"the plan needs {(batch.size, len(plan.intake))}"
        )
    if batch.signed_off.shape != (batch.size,):
        raise BatchError(f"signed_off has shape {batch.signed_off.shape}, not ({batch.size},)")
    as_of = np.asarray(batch.as_of)
    if as_of.shape not in ((), (batch.size,)):
        raise BatchError(f"as_of has shape {as_of.shape}, not one day or ({batch.size},)")
    if as_of.size and (as_of.min() < 0 or as_of.max() > LAST_DAY):
        raise BatchError("as_of is not a day from 2000-01-01 to 2179-06-06")
    _check_numbers(plan, batch)


def _check_numbers(plan: Plan, batch: Batch) -> None:
    if not batch.size:
        return
    if len(plan.intake) and np.any((batch.intake > RISK_SCALE) & (batch.intake != UNKNOWN)):
        raise BatchError("an intake risk is above 10,000 and not UNKNOWN")
    if not plan.size:
        return
    if batch.state.max() > max(State):
        raise BatchError(f"state {int(batch.state.max())} has no meaning")
    answered = batch.state == State.ANSWERED
    lo = batch.risk if batch.risk_lo is None else batch.risk_lo
    hi = batch.risk if batch.risk_hi is None else batch.risk_hi
    for what, wrong in (
        ("a risk is above 10,000", (batch.risk > RISK_SCALE) | (hi > RISK_SCALE)),
        ("a risk lies outside its own range", (lo > batch.risk) | (batch.risk > hi)),
        ("an evidence level has no meaning", batch.evidence > max(EvidenceLevel)),
    ):
        found = np.argwhere(wrong & answered)
        if len(found):
            row, column = found[0]
            raise BatchError(f"item '{plan.items[column].key}', row {row}: {what}")
    ranged = (lo != hi) & answered & ~_indicators(plan)
    if ranged.any():
        row, column = np.argwhere(ranged)[0]
        raise BatchError(
            f"item '{plan.items[column].key}', row {row}: only an indicator's risk is a range"
        )


def _indicators(plan: Plan) -> Flags:
    """[M] in the caller's order."""
    return np.array([item.kind == "indicator" for item in plan.items], dtype=np.bool_)


def resolve(plan: Plan, batch: Batch) -> Resolved:
    """Return what the batch amounts to on its `as_of` (formula 1, ageing).

    While an answer holds, f = 1. After `valid_until` f falls linearly to 0 over as many further
    `valid_days` as the methodology's decay says (normally one; none: at once); it is looked at on
    the first of each month only, and kept in 1/10,000.

    Evidence with an expiry date stops counting the day after that date: what remains is a
    self-declaration, which then fades in the same way (never, if the item does not age).
    """
    columns = plan.item_columns

    def canonical(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        return np.ascontiguousarray(values.T[columns])

    state = canonical(batch.state).astype(np.uint8, copy=False)
    answered = state == State.ANSWERED
    pt = _only(answered, canonical(batch.risk), np.uint16)
    lo = pt if batch.risk_lo is None else _only(answered, canonical(batch.risk_lo), np.uint16)
    hi = pt if batch.risk_hi is None else _only(answered, canonical(batch.risk_hi), np.uint16)
    evidence = _only(answered, canonical(batch.evidence), np.uint8)
    known = answered
    if batch.covered is not None:
        known = answered & (canonical(batch.covered).astype(np.bool_) | ~plan.is_indicator[:, None])
    until = _only(answered, canonical(batch.valid_until), np.int64)
    as_of = np.broadcast_to(np.asarray(batch.as_of, dtype=np.int64), (batch.size,))
    period = plan.valid_days[:, None]

    ends = until > 0
    expires = ends & (period == 0)
    if batch.dated is not None:
        expires |= ends & canonical(batch.dated).astype(np.bool_)
    expires &= evidence > EvidenceLevel.SELF_DECLARED
    lapsed = expires & (as_of > until)

    late = FIRST_OF_MONTH[as_of] - until
    fading = ends & (period > 0)
    # Whole numbers, so the quotient of a true half is exactly a half, and rint rounds half to even.
    span = np.rint(period * plan.methodology.decay.periods)
    fade = np.rint(np.maximum(span - late, 0) * FRESH / np.maximum(span, 1))
    fade = np.where(fading & (late > 0), fade, FRESH).astype(np.uint16)

    changes = np.where(fading & (fade > 0), NEXT_FIRST[np.maximum(as_of, until)], 0)
    changes = np.where(expires & ~lapsed, until + 1, changes)
    return Resolved(
        lo=lo,
        pt=pt,
        hi=hi,
        state=state,
        evidence=np.where(lapsed, np.uint8(EvidenceLevel.SELF_DECLARED), evidence),
        known=known,
        fade=np.where(answered, fade, 0).astype(np.uint16),
        lapsed=lapsed,
        intake=np.ascontiguousarray(batch.intake.T[plan.intake_columns]),
        signed_off=batch.signed_off.astype(np.bool_),
        next_change=changes,
    )


def _only(where: Flags, values: npt.NDArray[np.generic], dtype: type[T]) -> npt.NDArray[T]:
    return np.where(where, values, 0).astype(dtype)
