"""The financial indicator: how near a vendor is to insolvency, by its own statements.

Half of it is the Z-score that counts, half the mean of the ratios that can be worked out. Negative
equity or a doubt about going concern lifts it to `FLOOR` at least. What is missing widens the
range: a model that lacks a line may be anything, and counts as the worst; a ratio that lacks a
line drops out of the point value. Expert judgement throughout; no probability.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from assessments.sheet import EvidenceLevel
from scoring.indicators import insolvency, ratios
from scoring.indicators.figures import Figures
from scoring.indicators.insolvency import Z_MODELS, Choice, Result
from scoring.indicators.ratios import Ratio
from scoring.indicators.value import Said, Value, steps

#: Where negative equity and doubt about going concern start: the risk at the cut of distress.
FLOOR: Final = 0.8
#: A statement speaks for the year after it and the half year in which the next one is drawn up.
MONTHS_IT_HOLDS: Final = 18

EVIDENCE: Final = {
    "audited": EvidenceLevel.INDEPENDENT,
    "reviewed": EvidenceLevel.REVIEWER_VERIFIED,
    "unaudited": EvidenceLevel.DOCUMENT,
    "estimate": EvidenceLevel.SELF_DECLARED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The statement of one fiscal year, or the refusal to give it (`declined`)."""

    fiscal_year: int
    period_end: date | None = None
    months: int = 12
    currency: str = ""
    source: str = "estimate"
    going_concern_doubt: bool = False
    declined: bool = False
    figures: Figures = field(default_factory=Figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the indicator reads. `years` in any order; `chosen`: the model that a person chose.

    listing, sector, emerging: as `insolvency.proposed` takes them.
    """

    years: Sequence[Year]
    listing: str = ""
    sector: str = ""
    emerging: bool | None = None
    chosen: str = ""

    def choice(self) -> Choice:
        """The model that counts. A choice of a person stands, but for banks and insurers."""
        found = insolvency.proposed(
            listing=self.listing, sector=self.sector, emerging=self.emerging
        )
        return Choice(self.chosen, "chosen") if self.chosen and found.model else found


@dataclass(frozen=True, slots=True)
class Halves:
    """What a year says under a model: both halves, and whether the floor holds or might."""

    result: Result | None
    panel: tuple[Ratio, ...]
    floor: str
    floor_possible: bool

    @property
    def known(self) -> list[float]:
        """The risks of the ratios that can be worked out."""
        return [one.risk for one in self.panel if one.risk is not None]


def latest(years: Sequence[Year], as_of: date) -> Year | None:
    """The latest fiscal year on record whose period has ended."""
    ended = [one for one in years if one.period_end is None or one.period_end <= as_of]
    return max(ended, key=lambda one: one.fiscal_year, default=None)


def halves(year: Year, model: str | None) -> Halves:
    """The parts of the indicator for one year."""
    result = insolvency.z_score(Z_MODELS[model], year.figures) if model else None
    equity = year.figures.completed().equity
    return Halves(result, ratios.panel(year.figures), _floor(year, equity), equity is None)


def _floor(year: Year, equity: float | None) -> str:
    if year.going_concern_doubt:
        return "going_concern"
    return "equity" if equity is not None and equity < 0 else ""


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month stays the last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = monthrange(year, month)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month, last if is_last else min(day.day, last))


def assess(facts: Facts, as_of: date) -> Value | None:
    """The indicator on a day; None where nothing is on record yet."""
    year = latest(facts.years, as_of)
    if year is None:
        return None
    ahead = [one.period_end for one in facts.years if one.period_end and one.period_end > as_of]
    following = min(ahead, default=None)
    if year.declined:
        return Value(
            declined=True,
            said=(Said("declined", {"year": year.fiscal_year}),),
            inputs={"statement": _plain(year)},
            next_change=following,
        )
    choice = facts.choice()
    parts = halves(year, choice.model)
    lo, pt, hi = _range(parts, bank=choice.model is None)
    enough = choice.model is not None and bool(
        parts.known or (parts.result is not None and parts.result.value is not None)
    )
    return Value(
        lo=steps(lo),
        pt=steps(pt),
        hi=steps(hi),
        enough=enough or bool(parts.floor),
        evidence=EVIDENCE[year.source],
        said=tuple(_said(year, choice, parts)),
        inputs={
            "statement": _plain(year),
            "profile": {
                "listing": facts.listing,
                "sector": facts.sector,
                "emerging": facts.emerging,
                "chosen": facts.chosen,
            },
            "model": choice.model or "",
            "why": choice.why,
            "score": _number(parts.result.value) if parts.result else None,
            "ratios": {
                one.key: None if one.risk is None else _number(one.value) or one.rule
                for one in parts.panel
            },
            "floor": parts.floor,
        },
        holds_until=months_later(year.period_end, MONTHS_IT_HOLDS) if year.period_end else None,
        next_change=following,
    )


def _range(parts: Halves, *, bank: bool) -> tuple[float, float, float]:
    """(lo, pt, hi) in [0, 1]."""
    if bank:
        lo, pt, hi = 0.0, 1.0, 1.0
    else:
        models = _of_model(parts.result)
        panel = _of_panel(parts)
        lo, pt, hi = ((one + other) / 2 for one, other in zip(models, panel, strict=True))
    if parts.floor:
        return max(lo, FLOOR), max(pt, FLOOR), max(hi, FLOOR)
    if parts.floor_possible:
        # Equity may turn out to be negative.
        hi = max(hi, FLOOR)
    return lo, pt, hi


def _of_model(result: Result | None) -> tuple[float, float, float]:
    if result is None or result.value is None:
        return 0.0, 1.0, 1.0
    risk = insolvency.zone_risk(Z_MODELS[result.model], result.value)
    return risk, risk, risk


def _of_panel(parts: Halves) -> tuple[float, float, float]:
    known, of = parts.known, len(parts.panel)
    total = sum(known)
    pt = total / len(known) if known else 1.0
    return total / of, pt, (total + of - len(known)) / of


def _said(year: Year, choice: Choice, parts: Halves) -> Iterator[Said]:
    """The explanation: what lifts it first, then the model, then the ratios, then the proof."""
    about = {"year": year.fiscal_year}
    if parts.floor:
        yield Said(f"floor_{parts.floor}", about)
    if choice.model is None:
        yield Said("bank", about)
    else:
        result = parts.result
        title = {**about, "model": Z_MODELS[choice.model].title}
        if result is not None and result.value is not None:
            if math.isinf(result.value):
                yield Said("owes_nothing", title)
            else:
                yield Said(f"zone_{result.zone}", {**title, "value": f"{result.value:.2f}"})
        elif result is not None:
            yield Said("model_missing", {**title, "count": len(result.missing)})
        yield Said(f"why_{choice.why}", title)
        yield from _said_of_ratios(parts)
    yield Said(f"source_{year.source}", about)
    if year.months != 12:
        yield Said("scaled", {**about, "months": year.months})


def _said_of_ratios(parts: Halves) -> Iterator[Said]:
    rated = [one for one in parts.panel if one.risk is not None]
    if rated:
        weakest = max(rated, key=lambda one: one.risk or 0.0)
        if weakest.risk:
            if weakest.value is None:
                yield Said(f"worst_{weakest.key}")
            else:
                values = {"value": f"{weakest.value:.2f}", "bad": f"{weakest.bad:g}"}
                yield Said(f"weakest_{weakest.key}", values)
        else:
            yield Said("ratios_good", {"count": len(rated)})
    if len(rated) < len(parts.panel):
        yield Said(
            "ratios_missing",
            {"count": len(parts.panel) - len(rated), "of": len(parts.panel)},
        )


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.6g}"


def _plain(year: Year) -> dict[str, Any]:
    return {
        "fiscal_year": year.fiscal_year,
        "period_end": year.period_end.isoformat() if year.period_end else None,
        "months": year.months,
        "currency": year.currency,
        "source": year.source,
        "going_concern_doubt": year.going_concern_doubt,
        "declined": year.declined,
        "lines": {
            name: f"{value:.15g}"
            for name, value in asdict(year.figures).items()
            if value is not None
        },
    }
