"""How good the clauses of the contracts in force are, by weight.

Risk of a point: preferred 0, fallback with an approved deviation .25, weak .7, missing 1. A
fallback that nobody approved counts as weak: being there is not being adequate. An exclusive
licence counts as preferred where the local law allows no assignment, else as a fallback. A point
that does not apply drops out once counsel has agreed; until then, and while nobody has looked, it
is anything from 0 to 1 and counts as 1. The numbers are expert judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, steps
from vendors.contract_terms import Term, next_turn, runs

PREFERRED: Final = 0.0
FALLBACK: Final = 0.25
WEAK: Final = 0.7
MISSING: Final = 1.0
#: Below this share of the weight looked at there is a range, but no point value (as for a score).
ENOUGH: Final = 0.6

#: Lowest, point and highest risk of a point.
Range = tuple[float, float, float]
_UNKNOWN: Final[Range] = (0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class ClauseFact:
    """How one point of the checklist is settled in one contract."""

    status: str
    reviewed: bool = False
    approved: bool = False
    no_assignment: bool = False


@dataclass(frozen=True, slots=True)
class ContractFact:
    """One contract: `status` draft, in_force or ended; `amends` the key of the one it changes."""

    key: str
    title: str
    status: str
    term: Term
    amends: str | None = None
    signed_on: date | None = None
    kept: bool = False
    clauses: Mapping[str, ClauseFact] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One point over all contracts that count; `seen` is False while nobody has looked."""

    key: str
    weight: int
    range: Range
    seen: bool
    best: ClauseFact | None


def in_force(contract: ContractFact, as_of: date) -> bool:
    """Whether a contract binds on that day, by its status and by its dates."""
    return contract.status == "in_force" and runs(contract.term, as_of)


def roots(contracts: Sequence[ContractFact]) -> dict[str, list[ContractFact]]:
    """The main contracts among `contracts`, each with what amends it, the latest last."""
    by_key = {one.key: one for one in contracts}
    families: dict[str, list[ContractFact]] = {}
    for one in contracts:
        families.setdefault(_root(one, by_key), []).append(one)
    return {
        key: [by_key[key], *sorted((one for one in family if one.key != key), key=_age)]
        for key, family in families.items()
    }


def _root(contract: ContractFact, by_key: Mapping[str, ContractFact]) -> str:
    seen = {contract.key}
    while (above := by_key.get(contract.amends or "")) is not None and above.key not in seen:
        contract = above
        seen.add(contract.key)
    return contract.key


def _age(one: ContractFact) -> tuple[date, str]:
    return one.signed_on or one.term.starts_on or date.min, one.key


def risk(fact: ClauseFact | None) -> Range | None:
    """The risk of a point as it is settled; None where it does not apply."""
    if fact is None:
        return _UNKNOWN
    match fact.status:
        case "preferred":
            return _exactly(PREFERRED)
        case "licence" if fact.no_assignment:
            return _exactly(PREFERRED)
        case "licence" | "fallback":
            return _exactly(FALLBACK if fact.approved else WEAK)
        case "weak":
            return _exactly(WEAK)
        case "missing":
            return _exactly(MISSING)
        case "not_applicable":
            return None if fact.reviewed else _UNKNOWN
    return _UNKNOWN


def _exactly(risk: float) -> Range:
    return risk, risk, risk


def points(
    families: Mapping[str, Sequence[ContractFact]], weights: Mapping[str, int]
) -> Iterator[Point]:
    """Every point that applies. An amendment overrides what it changes; of several main contracts
    the better wording counts, since either can be relied on.
    """
    for key, weight in weights.items():
        settled = [_settled(family, key) for family in families.values()]
        known = [(fact, found) for fact in settled if (found := risk(fact)) is not None]
        if not known:
            continue
        lo, pt, hi = (min(found[at] for _fact, found in known) for at in range(3))
        best = min(known, key=lambda one: (one[1][1], one[0] is None))[0]
        yield Point(key, weight, (lo, pt, hi), best is not None and best.status != "", best)


def _settled(family: Sequence[ContractFact], key: str) -> ClauseFact | None:
    found = [one.clauses[key] for one in family if one.clauses and key in one.clauses]
    return found[-1] if found else None


def value(
    contracts: Sequence[ContractFact],
    *,
    weights: Mapping[str, int],
    titles: Mapping[str, str],
    as_of: date,
) -> Value | None:
    """The indicator of an engagement with these contracts; None where none is on record.

    `weights` and `titles` are those of the checklist, by key.
    """
    if not contracts:
        return None
    change = _next_change(contracts, as_of)
    bound = [one for one in contracts if in_force(one, as_of)]
    drafts = [one for one in contracts if one.status == "draft"]
    considered = bound or drafts
    if not considered:
        return Value(
            lo=10_000,
            pt=10_000,
            hi=10_000,
            said=(Said("none_in_force", {"count": len(contracts)}),),
            inputs=_inputs(contracts, (), as_of),
            next_change=change,
        )
    found = list(points(roots(considered), weights))
    total = sum(one.weight for one in found)
    judged = any(one.clauses for one in considered)
    if not total or (not judged and bound):
        # Contracts alone, without a look at what they say, tell nothing about their clauses.
        return None
    lo, pt, hi = (sum(one.weight * one.range[at] for one in found) / total for at in range(3))
    seen = sum(one.weight for one in found if one.seen) / total
    if not bound:
        pt = hi = 1.0
    return Value(
        lo=steps(lo),
        pt=steps(pt),
        hi=steps(hi),
        enough=bool(not bound or seen >= ENOUGH),
        evidence=_evidence(considered, found),
        said=tuple(_said(found, titles, bound=bool(bound))),
        inputs=_inputs(considered, found, as_of),
        next_change=change,
    )


def _next_change(contracts: Sequence[ContractFact], as_of: date) -> date | None:
    turns = (next_turn(one.term, as_of) for one in contracts if one.status == "in_force")
    return min((turn for turn in turns if turn is not None), default=None)


def _evidence(contracts: Sequence[ContractFact], found: Sequence[Point]) -> EvidenceLevel:
    """Reviewed by counsel throughout; else a document that can be looked up; else our own word."""
    looked_at = [one.best for one in found if one.best is not None]
    if looked_at and all(one.reviewed for one in looked_at):
        return EvidenceLevel.REVIEWER_VERIFIED
    if all(one.kept for one in contracts):
        return EvidenceLevel.DOCUMENT
    return EvidenceLevel.SELF_DECLARED


def _said(found: Sequence[Point], titles: Mapping[str, str], *, bound: bool) -> Iterator[Said]:
    if not bound:
        yield Said("draft_only")
    good = [one for one in found if one.seen and one.range[1] <= FALLBACK]
    yield Said("overall", {"good": len(good), "of": len(found)})
    # The gravest first: what weighs most stands in front.
    ordered = sorted(found, key=lambda one: -one.weight)
    for code, status in (("missing", "missing"), ("weak", "weak")):
        named = [one for one in ordered if one.best and one.best.status == status]
        if named:
            yield Said(code, _named(named, titles))
    waiting = [
        one
        for one in ordered
        if one.best
        and not one.best.approved
        and (
            one.best.status == "fallback"
            or (one.best.status == "licence" and not one.best.no_assignment)
        )
    ]
    if waiting:
        yield Said("unapproved", _named(waiting, titles))
    doubtful = [one for one in ordered if one.best and one.best.status == "not_applicable"]
    if doubtful:
        yield Said("not_agreed", _named(doubtful, titles))
    unseen = [one for one in ordered if not one.seen]
    if unseen:
        yield Said("not_seen", _named(unseen, titles))


def _named(found: Sequence[Point], titles: Mapping[str, str]) -> dict[str, object]:
    return {
        "count": len(found),
        "clauses": ", ".join(titles.get(one.key, one.key) for one in found),
    }


def _inputs(
    contracts: Sequence[ContractFact], found: Sequence[Point], as_of: date
) -> dict[str, object]:
    return {
        "as_of": as_of.isoformat(),
        "contracts": [
            {"id": one.key, "title": one.title, "status": one.status, "amends": one.amends}
            for one in contracts
        ],
        "points": [
            {
                "key": one.key,
                "weight": one.weight,
                "status": one.best.status if one.best else "",
                "approved": bool(one.best and one.best.approved),
                "reviewed": bool(one.best and one.best.reviewed),
                "no_assignment": bool(one.best and one.best.no_assignment),
                "risk": [f"{part:.2f}" for part in one.range],
            }
            for one in found
        ],
    }
