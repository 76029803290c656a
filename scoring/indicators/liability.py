"""How much of a loss could be got back: recoverable against exposure.

    Ins         = sum over policies in force of
                  max(0, max(0, limit - eroded) (1 - excluded) - deductible)
    Collectable = Ins + THETA x tangible net worth x (1 - r of the financial indicator)
    Recoverable = min(E, cap, Collectable); without a cap where breach of IP is carved out of it
    r           = 1 - Recoverable / E

Worked out three times: at best, likely and at worst. What is not known counts as the best case at
best, and as nothing in the other two. THETA is expert judgement. The money itself never enters a
score: only the share that is missing does. Amounts are in the currency of the estimate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, steps

#: The share of tangible net worth that a claim can be expected to reach, before others do.
THETA: Final = Decimal("0.30")
SCALE: Final = 10_000
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_CENT: Final = Decimal("0.01")

#: An amount; None: without a limit.
Money = Decimal | None
CASES: Final = ("best", "likely", "worst")


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """A policy. Amounts are None where they cannot be converted; `excluded` None: not known."""

    key: str
    name: str
    limit: Decimal | None
    per_claim: Decimal | None
    deductible: Decimal
    eroded: Decimal
    excluded: Decimal | None
    valid_from: date
    expires_on: date
    proved: bool = False

    def in_force(self, as_of: date) -> bool:
        """Whether it pays for what happens on that day."""
        return self.valid_from <= as_of <= self.expires_on


@dataclass(frozen=True, slots=True)
class CapFact:
    """What a contract in force says about liability. `kind` "" is not known.

    `amount` is None where it is not known or cannot be converted; `carved_out` says whether breach
    of IP stands outside of the cap, None: nobody has looked.
    """

    title: str
    kind: str
    amount: Decimal | None = None
    carved_out: bool | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the indicator takes. `financial` is (lo, pt, hi) in 1/10,000; None: not known.

    `caps` are those of the contracts in force on the day that is asked for, and `next_turn` the
    first later day on which other contracts are in force, or other rates of exchange count.
    `rates` names the rates of exchange that were used.
    """

    low: Decimal
    likely: Decimal
    high: Decimal
    currency: str
    caps: Sequence[CapFact] = ()
    policies: Sequence[PolicyFact] = ()
    net_worth: Decimal | None = None
    # The most it can be, where only a part of it is known.
    net_worth_most: Decimal | None = None
    financial: tuple[int, int, int] | None = None
    financial_evidence: EvidenceLevel = EvidenceLevel.SELF_DECLARED
    next_turn: date | None = None
    rates: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One of the three workings, in whole steps that add up. None: without a limit."""

    exposure: Decimal
    policies: Mapping[str, Money]
    insurance: Money
    net_worth: Money
    weakness: Decimal
    from_assets: Money
    collectable: Money
    cap: Money
    recoverable: Decimal
    risk: Decimal = field(default=_ZERO)

    @property
    def shortfall(self) -> Decimal:
        """What would stay with us."""
        return self.exposure - self.recoverable


@dataclass(frozen=True, slots=True)
class Working:
    """The calculation, three times over."""

    best: Case
    likely: Case
    worst: Case

    @property
    def cases(self) -> tuple[Case, Case, Case]:
        """From best to worst."""
        return self.best, self.likely, self.worst


def least(*amounts: Money) -> Money:
    """The smallest of some amounts, of which any may be without a limit."""
    limited = [amount for amount in amounts if amount is not None]
    return min(limited) if limited else None


def added(*amounts: Money) -> Money:
    """The sum of some amounts; without a limit as soon as one is."""
    total = _ZERO
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _to_the_cent(amount: Decimal) -> Decimal:
    """Rounded where it arises, so that what is shown adds up."""
    return amount.quantize(_CENT)


def pays(policy: PolicyFact, *, best: bool) -> Money:
    """What one policy pays of a loss of IP, at best or otherwise."""
    if policy.limit is None:
        return None if best else _ZERO
    left = max(_ZERO, policy.limit - policy.eroded)
    if policy.per_claim is not None:
        left = min(left, policy.per_claim)
    excluded = policy.excluded if policy.excluded is not None else (_ZERO if best else _ONE)
    return _to_the_cent(max(_ZERO, left * (_ONE - excluded) - policy.deductible))


def caps_at(cap: CapFact, *, best: bool) -> Money:
    """What one contract lets us claim for a breach of IP."""
    if cap.kind == "uncapped" or cap.carved_out:
        return None
    if best and (not cap.kind or cap.carved_out is None):
        return None
    if not cap.kind or cap.amount is None:
        return None if best else _ZERO
    return cap.amount


def _case(facts: Facts, as_of: date, at: int) -> Case:
    best = at == 0
    exposure = (facts.low, facts.likely, facts.high)[at]
    paid = {one.key: pays(one, best=best) for one in facts.policies if one.in_force(as_of)}
    # No policy on record: there may be some that nobody has entered.
    insurance = added(*paid.values()) if facts.policies or not best else None
    weakness = (
        Decimal(facts.financial[at]) / SCALE if facts.financial else (_ZERO if best else _ONE)
    )
    from_assets: Money
    worth = facts.net_worth
    if worth is None and best:
        worth = facts.net_worth_most
    if worth is None:
        from_assets = None if best and weakness < 1 else _ZERO
    else:
        from_assets = _to_the_cent(THETA * max(_ZERO, worth) * (_ONE - weakness))
    collectable = added(insurance, from_assets)
    caps = [caps_at(one, best=best) for one in facts.caps]
    cap = least(*caps) if caps else (None if best else _ZERO)
    recoverable = least(exposure, cap, collectable)
    assert recoverable is not None  # noqa: S101 - the exposure is always an amount
    return Case(
        exposure=exposure,
        policies=paid,
        insurance=insurance,
        net_worth=worth,
        weakness=weakness,
        from_assets=from_assets,
        collectable=collectable,
        cap=cap,
        recoverable=recoverable,
        risk=_ONE - recoverable / exposure,
    )


def work(facts: Facts, as_of: date) -> Working:
    """The calculation on a day. Raises ValueError where the estimate is not in order."""
    if not 0 < facts.low <= facts.likely <= facts.high:
        raise ValueError("An exposure is above 0, and its three numbers rise.")
    return Working(*(_case(facts, as_of, at) for at in range(3)))


def value(facts: Facts, as_of: date) -> Value:
    """The indicator of an engagement for which an exposure was estimated."""
    working = work(facts, as_of)
    lo, pt, hi = (steps(float(case.risk)) for case in working.cases)
    return Value(
        lo=lo,
        pt=max(lo, pt),
        hi=max(lo, pt, hi),
        evidence=_evidence(facts, as_of),
        said=tuple(_said(facts, working, as_of)),
        inputs=_inputs(facts, working, as_of),
        next_change=_next_change(facts, as_of),
    )


def _evidence(facts: Facts, as_of: date) -> EvidenceLevel:
    """Documents, where both the contract and every certificate can be looked up."""
    proved = all(one.proved for one in facts.policies if one.in_force(as_of))
    kept = bool(facts.caps) and all(one.kept for one in facts.caps)
    if not (proved and kept):
        return EvidenceLevel.SELF_DECLARED
    if facts.net_worth is None:
        return EvidenceLevel.DOCUMENT
    return min(EvidenceLevel.DOCUMENT, facts.financial_evidence)


def _next_change(facts: Facts, as_of: date) -> date | None:
    days = [one.valid_from for one in facts.policies if one.valid_from > as_of]
    days += [one.expires_on + timedelta(days=1) for one in facts.policies if one.in_force(as_of)]
    if facts.next_turn is not None:
        days.append(facts.next_turn)
    return min(days, default=None)


def _amount(amount: Money) -> str:
    return "" if amount is None else f"{amount:,.0f}"


def _said(facts: Facts, working: Working, as_of: date) -> Iterator[Said]:
    likely = working.likely
    yield Said(
        "recoverable",
        {
            "recoverable": _amount(likely.recoverable),
            "exposure": _amount(likely.exposure),
            "currency": facts.currency,
        },
    )
    bound = facts.caps
    if not bound:
        yield Said("no_contract")
    elif any(not one.kind for one in bound):
        yield Said("cap_unknown", {"title": next(one.title for one in bound if not one.kind)})
    elif likely.cap is None:
        yield Said("no_cap")
    else:
        yield Said("cap", {"amount": _amount(likely.cap), "currency": facts.currency})
    if any(one.kind not in {"", "uncapped"} and one.carved_out is None for one in bound):
        yield Said("carve_outs_unknown")
    paying = [one for one in facts.policies if one.in_force(as_of)]
    if paying:
        yield Said(
            "insurance",
            {
                "count": len(paying),
                "amount": _amount(likely.insurance),
                "currency": facts.currency,
            },
        )
    else:
        yield Said("no_insurance" if facts.policies else "insurance_unknown")
    if any(one.excluded is None for one in paying):
        yield Said("exclusions_unknown")
    if facts.net_worth is None:
        yield Said("net_worth_unknown")
    else:
        yield Said("assets", {"amount": _amount(likely.from_assets), "currency": facts.currency})
    if any(one.limit is None for one in paying) or any(
        one.kind in {"amount", "percent"} and one.amount is None for one in bound
    ):
        yield Said("not_converted", {"currency": facts.currency})


def _inputs(facts: Facts, working: Working, as_of: date) -> dict[str, Any]:
    def plain(amount: Money) -> str | None:
        return None if amount is None else str(amount)

    return {
        "as_of": as_of.isoformat(),
        "currency": facts.currency,
        "theta": str(THETA),
        "exposure": [str(facts.low), str(facts.likely), str(facts.high)],
        "net_worth": plain(facts.net_worth),
        "net_worth_most": plain(facts.net_worth_most),
        "rates": list(facts.rates),
        "financial": list(facts.financial) if facts.financial else None,
        "caps": [
            {
                "title": one.title,
                "kind": one.kind,
                "amount": plain(one.amount),
                "carved_out": one.carved_out,
            }
            for one in facts.caps
        ],
        "policies": [
            {
                "id": one.key,
                "name": one.name,
                "limit": plain(one.limit),
                "per_claim": plain(one.per_claim),
                "deductible": str(one.deductible),
                "eroded": str(one.eroded),
                "excluded": plain(one.excluded),
                "expires_on": one.expires_on.isoformat(),
            }
            for one in facts.policies
            if one.in_force(as_of)
        ],
        "cases": {
            name: {
                "insurance": plain(case.insurance),
                "from_assets": plain(case.from_assets),
                "collectable": plain(case.collectable),
                "cap": plain(case.cap),
                "recoverable": str(case.recoverable),
            }
            for name, case in zip(CASES, working.cases, strict=True)
        },
    }
