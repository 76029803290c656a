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
_BEST: Final = max(EvidenceLevel)
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
    date, so `evidence` says self-declared.

    What happens next to an item, in days: its proof gets older with the first of a month after
    `ages_from`, or is void after `proved_until`; 0 where that never happens.
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
    ages_from: U16
    proved_until: U16

    def take(self, rows: npt.NDArray[np.intp]) -> Resolved:
        """Return a copy of some of the assessments."""
        taken = {field.name: getattr(self, field.name)[..., rows] for field in fields(self)}
        return Resolved(**taken)

    @property
    def next_change(self) -> Days:
        """[M, N] the day on which ageing or expiry next alters the item, 0 if never."""
        ages = np.where(self.ages_from > 0, NEXT_FIRST[self.ages_from], 0)
        days: Days = np.where(self.proved_until > 0, self.proved_until.astype(np.int64) + 1, ages)
        return days

    @cached_property
    def answered(self) -> Flags:
        answered: Flags = self.state == State.ANSWERED
        return answered

    @cached_property
    def covered(self) -> Flags:
        """Answered, with a point value, and not so old that nothing of its proof is left."""
        covered: Flags = self.known & (self.fade > 0)
        return covered


#: The arrays [N, M] with their types; the last four may be left out.
_CELLS: Final = {
    "risk": np.uint16,
    "state": np.uint8,
    "evidence": np.uint8,
    "valid_until": np.uint16,
    "risk_lo": np.uint16,
    "risk_hi": np.uint16,
    "covered": np.bool_,
    "dated": np.bool_,
}


def check(plan: Plan, batch: Batch) -> None:
    """Raise BatchError unless the arrays fit the plan and every number is in range."""
    for name, dtype in _CELLS.items():
        value = getattr(batch, name)
        if value is not None:
            _check_array(name, value, (batch.size, plan.size), dtype)
    _check_array("intake", batch.intake, (batch.size, len(plan.intake)), np.uint16)
    _check_array("signed_off", batch.signed_off, (batch.size,), np.bool_)
    as_of = np.asarray(batch.as_of)
    if as_of.dtype.kind not in "iu":
        raise BatchError(f"as_of holds {as_of.dtype}, not whole days")
    if as_of.shape not in ((), (batch.size,)):
        raise BatchError(f"as_of has shape {as_of.shape}, not one day or ({batch.size},)")
    if as_of.size and (as_of.min() < 0 or as_of.max() > LAST_DAY):
        raise BatchError("as_of is not a day from 2000-01-01 to 2179-06-06")
    _check_intake(plan, batch)
    if batch.size and plan.size:
        _check_items(plan, batch)


def _check_array(name: str, value: object, shape: tuple[int, ...], dtype: type[np.generic]) -> None:
    # Another type would be cut to fit without a word: -1 to 65,535, and NaN to anything.
    if not isinstance(value, np.ndarray) or value.dtype != dtype:
        held = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise BatchError(f"{name} holds {held}, not {np.dtype(dtype)}")
    if value.shape != shape:
        raise BatchError(f"{name} has shape {value.shape}, the plan needs {shape}")


def _check_intake(plan: Plan, batch: Batch) -> None:
    wrong = (batch.intake > RISK_SCALE) & (batch.intake != UNKNOWN)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise BatchError(
            f"intake question '{plan.intake[column].key}', row {row}: "
            "the risk is above 10,000 and not UNKNOWN"
        )


def _check_items(plan: Plan, batch: Batch) -> None:
    risk, state = batch.risk, batch.state
    lo = risk if batch.risk_lo is None else batch.risk_lo
    hi = risk if batch.risk_hi is None else batch.risk_hi
    _refuse(plan, "the state has no meaning", state > max(State))
    answered = state == State.ANSWERED
    above = (risk > RISK_SCALE) | (hi > RISK_SCALE)
    _refuse(plan, "a risk is above 10,000", above & answered)
    _refuse(plan, "the evidence level has no meaning", (batch.evidence > _BEST) & answered)
    if lo is not risk or hi is not risk:
        outside = (lo > risk) | (risk > hi)
        _refuse(plan, "a risk lies outside its own range", outside & answered)
        questions = np.array([item.kind != "indicator" for item in plan.items], dtype=np.bool_)
        apart = (lo != hi) & questions
        _refuse(plan, "only an indicator's risk is a range", apart & answered)


def _refuse(plan: Plan, what: str, wrong: Flags) -> None:
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise BatchError(f"item '{plan.items[column].key}', row {row}: {what}")


def resolve(plan: Plan, batch: Batch) -> Resolved:
    """Return what the batch amounts to on its `as_of` (formula 1, ageing).

    While an answer holds, f = 1. After `valid_until` f falls linearly to 0 over as many further
    `valid_days` as the methodology's decay says (normally one; none: at once); it is looked at on
    the first of each month only, and kept in 1/10,000.

    Evidence with an expiry date stops counting the day after that date: what remains is a
    self-declaration, which then fades in the same way (never, if the item does not age).
    """
    state = _canonical(plan, batch.state, np.uint8)
    answered = state == State.ANSWERED
    # Once as bytes and once as words: what is not answered is multiplied away.
    once, twice = answered.view(np.uint8), answered.astype(np.uint16)
    pt = _canonical(plan, batch.risk, np.uint16)
    pt *= twice
    lo = hi = pt
    # Only an indicator's risk is a range.
    if batch.risk_lo is not None:
        lo = _with(plan, pt, twice, batch.risk_lo)
    if batch.risk_hi is not None:
        hi = _with(plan, pt, twice, batch.risk_hi)
    evidence = _canonical(plan, batch.evidence, np.uint8)
    evidence *= once
    known = answered
    if batch.covered is not None and len(plan.ranged):
        known = answered.copy()
        known[plan.ranged] &= _columns(batch.covered, plan.item_columns[plan.ranged]) != 0
    until = _canonical(plan, batch.valid_until, np.uint16)
    until *= twice
    dated = None if batch.dated is None else _canonical(plan, batch.dated, np.bool_)
    fade, lapsed, ages_from, proved_until = _aged(plan, batch, until, evidence, dated)
    evidence *= ~lapsed
    fade *= twice
    return Resolved(
        lo=lo,
        pt=pt,
        hi=hi,
        state=state,
        evidence=evidence,
        known=known,
        fade=fade,
        lapsed=lapsed,
        intake=np.ascontiguousarray(batch.intake.T[plan.intake_columns]),
        signed_off=batch.signed_off.astype(np.bool_),
        ages_from=ages_from,
        proved_until=proved_until,
    )


def _aged(
    plan: Plan, batch: Batch, until: U16, evidence: U8, dated: Flags | None
) -> tuple[U16, Flags, U16, U16]:
    """[M, n] fade, lapsed, ages_from and proved_until of the answered items."""
    # Within 16 bits: `check` holds the days to that, and a first of the month is no later.
    as_of = np.asarray(batch.as_of).astype(np.uint16)
    first = FIRST_OF_MONTH[as_of].astype(np.uint16)
    ages = plan.valid_days[:, None] > 0
    ends = until > 0
    fading = ends & ages
    expires = ends & ~ages
    if dated is not None:
        expires |= ends & dated
    expires &= evidence > EvidenceLevel.SELF_DECLARED
    lapsed = expires & (until < as_of)

    fade = np.full(until.shape, FRESH, dtype=np.uint16)
    late = np.flatnonzero(fading & (until < first))
    if len(late):
        item, row = np.divmod(late, until.shape[1])
        span = np.rint(plan.valid_days * plan.methodology.decay.periods)[item]
        past = np.broadcast_to(first, batch.size)[row].astype(np.int64) - until.reshape(-1)[late]
        left = np.maximum(span - past, 0)
        # Whole numbers, so the quotient of a true half is exactly a half, and rint rounds half to
        # even.
        fade.reshape(-1)[late] = np.rint(left * FRESH / np.maximum(span, 1))

    ahead = expires & ~lapsed
    ages_from = np.maximum(until, as_of)
    ages_from *= fading & (fade > 0) & ~ahead
    return fade, lapsed, ages_from, until * ahead


def _canonical(plan: Plan, values: npt.NDArray[np.generic], dtype: type[T]) -> npt.NDArray[T]:
    """[M, n] a copy in the order of the keys."""
    return np.ascontiguousarray(values.T).take(plan.item_columns, axis=0).astype(dtype, copy=False)


def _columns(values: npt.NDArray[T], columns: npt.NDArray[np.intp]) -> npt.NDArray[T]:
    return np.ascontiguousarray(values[:, columns].T)


def _with(plan: Plan, pt: U16, answered: U16, ends: U16) -> U16:
    if not len(plan.ranged):
        return pt
    found = pt.copy()
    columns = plan.item_columns[plan.ranged]
    found[plan.ranged] = _columns(ends, columns) * answered[plan.ranged]
    return found
