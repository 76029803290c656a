"""What could be got back of a loss, step by step, and how a year might go."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.figures import figure
from accounts.permissions import Permission
from audit import clock, csv_file
from scoring.facts.liability import SENTENCES
from scoring.indicators.liability import THETA, Case, Money, Working
from scoring.indicators.loss import Simulation
from scoring.links import address
from scoring.selectors import facts
from scoring.selectors.liability import Liability, liability_of
from scoring.words import rate
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to


@page(Permission.VIEW)
@require_safe
def liability(request: Request, pk: UUID) -> HttpResponse:
    """The calculation in three columns that add up, and the simulation where there are rates."""
    engagement = get_object_or_404(engagements_visible_to(request.principal), pk=pk)
    seen = liability_of(engagement, clock.today())
    vendor = engagement.vendor
    contracts = address("vendors:contracts", vendor.pk)
    may_edit = request.principal.can(Permission.EDIT_FACTS, engagement.unit_id)
    context: dict[str, Any] = {
        "engagement": engagement,
        "vendor": vendor,
        "exposure_url": address("vendors:exposure", pk) if may_edit else "",
        "crumbs": [
            (_("Vendors"), address("scoring:vendors")),
            (vendor.name, address("scoring:vendor", vendor.pk)),
            (_("Contracts"), contracts),
            (_("Liability"), ""),
        ],
    }
    if seen is not None:
        context |= _shown(seen, engagement)
    return render(request, "scoring/liability.html", context)


def _shown(seen: Liability, engagement: Engagement) -> dict[str, Any]:
    return {
        "exposure": seen.exposure,
        "currency": seen.facts.currency,
        "sentences": [
            facts.sentence(SENTENCES, said.code, said.values) for said in seen.value.said
        ],
        "steps": _in_words(list(_steps(seen))),
        "missing": [_share(case) for case in seen.working.cases],
        "rates": [rate(one) for one in seen.facts.rates],
        "theta": figure(THETA * 100),
        "simulation": seen.simulation,
        "figures": _figures(seen.simulation) if seen.simulation else [],
        "chart": _chart(seen.simulation, seen.facts.currency, engagement)
        if seen.simulation
        else None,
    }


def _money(amount: Money, places: int = 0) -> str:
    """An amount; no limit in words."""
    if amount is None:
        return _("no limit")
    return figure(amount, places)


def _share(case: Case) -> str:
    return _per_cent(case.risk)


def _per_cent(share: Decimal | float) -> str:
    """A share 0..1 with one decimal."""
    return _("%(number)s%%") % {"number": figure(share * 100, 1)}


def _steps(seen: Liability) -> Iterator[dict[str, Any]]:
    """The lines of the calculation: what, by which rule, and the three amounts."""
    working = seen.working
    names = {one.key: one.name for one in seen.facts.policies}
    for key in working.likely.policies:
        yield _line(
            names[key],
            _("limit less what is used up, less what is excluded, less the deductible"),
            [case.policies[key] for case in working.cases],
        )
    yield _line(
        _("Insurance in force"),
        _("the sum of these") if working.likely.policies else _("no policy in force on record"),
        [case.insurance for case in working.cases],
        total=True,
    )
    yield _line(
        _("The vendor's own means"),
        _("%(share)s%% of the tangible net worth, less the financial weakness")
        % {"share": figure(THETA * 100)},
        [case.from_assets for case in working.cases],
    )
    yield _line(
        _("Collectable"),
        _("insurance and own means together"),
        [case.collectable for case in working.cases],
        total=True,
    )
    yield _line(
        _("Cap of the contract"),
        _("none where breach of IP is carved out of it"),
        [case.cap for case in working.cases],
    )
    yield from _result(working)


def _result(working: Working) -> Iterator[dict[str, Any]]:
    yield _line(
        _("What a loss could cost"),
        _("as estimated"),
        [case.exposure for case in working.cases],
    )
    yield _line(
        _("Recoverable"),
        _("the smallest of collectable, cap and cost"),
        [case.recoverable for case in working.cases],
        total=True,
    )
    yield _line(
        _("Stays with us"),
        _("cost less recoverable"),
        [case.shortfall for case in working.cases],
    )


def _line(name: str, rule: str, amounts: list[Money], *, total: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "rule": rule,
        "amounts": amounts,
        "total": total,
    }


def _in_words(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cents only where there are any, and then on every line, so that all lines add up."""
    amounts = [amount for step in steps for amount in step["amounts"] if amount is not None]
    places = 2 if any(amount != amount.to_integral_value() for amount in amounts) else 0
    return [
        {**step, "amounts": [_money(amount, places) for amount in step["amounts"]]}
        for step in steps
    ]


def _figures(simulation: Simulation) -> list[tuple[str, str]]:
    def whole(amount: float) -> str:
        return figure(amount, 0)

    return [
        (_("Mean a year, before recovery"), whole(simulation.gross_mean)),
        (_("Mean a year that stays with us"), whole(simulation.mean)),
        (_("Standard error of that mean"), whole(simulation.standard_error)),
        (_("Half of all years stay below"), whole(simulation.p50)),
        (_("19 of 20 years stay below (P95)"), whole(simulation.p95)),
        (_("Years with any loss"), _per_cent(simulation.any_loss)),
    ]


def _chart(simulation: Simulation, currency: str, engagement: Engagement) -> dict[str, Any]:
    """How many years cost us more than so much."""
    rows = [(figure(amount, 0), share * 100) for amount, share in simulation.curve]
    return {
        "id": "exceedance",
        "kind": "trend",
        "title": _("Share of years that cost us more"),
        "summary": _(
            "Of %(draws)s simulated years, in per cent; amounts in %(currency)s. Expert judgement "
            "drawn out, no forecast."
        )
        % {
            "draws": figure(simulation.draws),
            "currency": currency,
        },
        "data": {
            "x": [amount for amount, _share in rows],
            "series": [
                {"name": _("Per cent of years"), "values": [round(share, 2) for _a, share in rows]}
            ],
        },
        "head": [
            _("More than, in %(currency)s") % {"currency": currency},
            _("Per cent of years"),
        ],
        "rows": [(amount, figure(share, 2)) for amount, share in rows],
        "csv_url": address("scoring:liability_csv", engagement.pk),
    }


@page(Permission.VIEW)
@require_safe
def csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The exceedance curve."""
    engagement = get_object_or_404(engagements_visible_to(request.principal), pk=pk)
    seen = liability_of(engagement, clock.today())
    if seen is None or seen.simulation is None:
        raise Http404
    return csv_file.stream(
        "exceedance.csv",
        [_("More than"), _("Currency"), _("Share of years")],
        [
            (f"{amount:.2f}", seen.facts.currency, f"{share:.6f}")
            for amount, share in seen.simulation.curve
        ],
    )
