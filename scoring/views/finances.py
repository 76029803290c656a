"""The finances of a vendor: its statements, what the models say, and which one counts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.templatetags.ui import NONE
from audit import clock, csv_file
from audit.errors import Invalid, OutOfDate
from scoring import finance_charts
from scoring import finance_words as words
from scoring.facts.financial import SENTENCES
from scoring.forms.finances import ModelForm, flat, folded
from scoring.indicators.financial import MONTHS_IT_HOLDS
from scoring.indicators.insolvency import Result
from scoring.indicators.ratios import Ratio
from scoring.indicators.value import Value
from scoring.links import address
from scoring.selectors import facts
from scoring.selectors.finances import Finances, YearRead, finances_of
from scoring.words import rate
from vendors.country_names import country_name
from vendors.economies import is_emerging
from vendors.merging import merge
from vendors.models import Vendor
from vendors.models.statement import LINES
from vendors.selectors import links_of, vendors_visible_to
from vendors.selectors.finances import profile_of
from vendors.services import financial_profiles
from vendors.services.financial_profiles import FIELDS
from vendors.statement_data import plain
from vendors.views.vendors import clash_rows

EDIT = Permission.EDIT_FACTS


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model as the table shows it."""

    words: words.ModelWords
    zones: str
    counts: bool
    value: str
    probability: str
    pill: tuple[str, str] | None
    inputs: list[tuple[str, str]]
    why_not: str


@dataclass(frozen=True, slots=True)
class RatioRow:
    """One ratio as the table shows it."""

    name: str
    formula: str
    value: str
    good: str
    bad: str
    risk: int | None
    missing: str


def _found(request: Request, pk: UUID) -> Vendor:
    return get_object_or_404(vendors_visible_to(request.principal), pk=pk)


@page(Permission.VIEW)
@require_safe
def finances(request: Request, pk: UUID) -> HttpResponse:
    """Five years of a vendor's statements and what every model makes of the latest."""
    vendor = _found(request, pk)
    seen = finances_of(vendor, clock.today())
    csv_url = address("scoring:finances_csv", pk)
    may_edit = links_of(vendor, request.principal, EDIT).exists()
    latest = seen.latest
    context = {
        "crumbs": [
            (_("Vendors"), address("scoring:vendors")),
            (vendor.name, address("scoring:vendor", pk)),
            (_("Finances"), ""),
        ],
        "vendor": vendor,
        "seen": seen,
        "may_edit": may_edit,
        "sentences": _sentences(seen.value) if seen.value else [],
        "risk": _risk(seen.value),
        "latest": latest,
        "choice": _choice(seen),
        "models": [_model_row(latest, key, seen) for key in words.MODELS] if latest else [],
        "ratios": [_ratio_row(one) for one in latest.panel] if latest else [],
        "index_note": _index_note(latest),
        "table": list(_table(seen)),
        "notes": [one.statement for one in seen.years],
        "figures": finance_charts.figures(seen, csv_url),
        "scores": finance_charts.scores(seen, csv_url),
        "months": MONTHS_IT_HOLDS,
        "csv_url": csv_url,
    }
    return render(request, "scoring/finances.html", context)


def _sentences(value: Value) -> list[str]:
    return [facts.sentence(SENTENCES, one.code, one.values) for one in value.said]


def _risk(value: Value | None) -> dict[str, int] | None:
    """The risk and its range in milli-points, as the interval bar draws them."""
    if value is None or value.declined or not value.enough:
        return None
    return {"lo": value.lo * 10, "pt": value.pt * 10, "hi": value.hi * 10}


def _choice(seen: Finances) -> dict[str, Any]:
    """Which model counts and why, and what would have been proposed."""
    profile = seen.profile
    model, offered = seen.choice.model, seen.proposed.model
    return {
        "title": words.MODELS[model].title if model else "",
        "why": words.WHY[seen.choice.why],
        "proposed": words.MODELS[offered].title if offered else "",
        "proposed_why": words.WHY[seen.proposed.why],
        "chosen": seen.choice.why == "chosen",
        "reason": profile.reason,
        "by": profile.chosen_by,
        "at": profile.chosen_at,
        "listing": profile.get_listing_display() or _("not known"),
        "sector": profile.get_sector_display() or _("not known"),
        "market": {True: _("Emerging"), False: _("Advanced"), None: _("not known")}[
            seen.facts.emerging
        ],
        "country": country_name(seen.vendor.country.code or ""),
    }


def _model_row(latest: YearRead, key: str, seen: Finances) -> ModelRow:
    result = latest.result(key)
    assert result is not None  # noqa: S101 - every model is worked out for every year
    return ModelRow(
        words=words.MODELS[key],
        zones=words.zones(key),
        counts=key == seen.choice.model,
        value=_number(result.value),
        probability="" if result.probability is None else words.decimal(result.probability, 3),
        pill=_pill(key, result),
        inputs=[
            (words.INPUTS[name], _number(value, 3))
            for name, value in result.inputs.items()
            if name in words.INPUTS
        ],
        why_not=_why_not(result),
    )


def _pill(key: str, result: Result) -> tuple[str, str] | None:
    if not result.zone:
        return None
    kind, said = words.zone(key, result.zone)
    return kind, str(said)


def _number(value: float | None, places: int = 2) -> str:
    if value is None:
        return NONE
    return "∞" if math.isinf(value) else words.decimal(value, places)


def _why_not(result: Result) -> str:
    if result.why_not == "missing":
        lacking = ", ".join(words.line(one) for one in result.missing)
        return _("Missing: %(lines)s") % {"lines": lacking}
    return (
        _("Has no value: %(why)s") % {"why": words.WHY_NOT[result.why_not]}
        if result.why_not
        else ""
    )


def _ratio_row(ratio: Ratio) -> RatioRow:
    name, formula = words.RATIOS[ratio.key]
    rule = words.RULES.get((ratio.key, ratio.rule), "")
    return RatioRow(
        name=str(name),
        formula=str(formula),
        value=_number(ratio.value) if ratio.value is not None else str(rule) or NONE,
        good=words.decimal(ratio.good, 1),
        bad=words.decimal(ratio.bad, 1),
        risk=None if ratio.risk is None else round(ratio.risk * 100_000),
        missing=", ".join(words.line(one) for one in ratio.missing),
    )


def _index_note(latest: YearRead | None) -> str:
    """Which rates and which price index Ohlson's model was worked out with."""
    if latest is None or latest.price_index is None:
        return ""
    index = latest.price_index
    said = _("Ohlson O uses the price index of %(year)d, %(value)s.") % {
        "year": index.year,
        "value": words.decimal(index.value, 1),
    }
    if latest.rates_used:
        said += " " + _("Rates used: %(rates)s.") % {
            "rates": "; ".join(map(rate, latest.rates_used))
        }
    return said


def _table(seen: Finances) -> Iterator[tuple[str, list[str]]]:
    """The lines with the amounts of each year; lines that no year has are left out."""
    rows = [one.statement for one in seen.years]
    for line, label in LINES.items():
        amounts: list[Decimal | None] = [getattr(row, line) for row in rows]
        if any(amount is not None for amount in amounts):
            yield str(label), [NONE if one is None else plain(one) for one in amounts]


@page(Permission.VIEW)
@require_safe
def csv(request: Request, pk: UUID) -> HttpResponseBase:
    """Every year with all lines and what every model says."""
    vendor = _found(request, pk)
    seen = finances_of(vendor, clock.today())
    return csv_file.stream(
        f"finances-{pk}.csv", finance_charts.csv_head(), finance_charts.csv_rows(seen.years)
    )


@page(EDIT)
def model(request: Request, pk: UUID) -> HttpResponse:
    """What decides the model; where two people change the same field, both values are shown."""
    vendor = get_object_or_404(vendors_visible_to(request.principal, EDIT), pk=pk)
    by_country = is_emerging(vendor.country.code or "")
    profile = profile_of(vendor)
    values = flat({name: getattr(profile, name) for name in FIELDS})
    form = ModelForm(
        request.POST if request.method == "POST" else None,
        by_country=by_country,
        initial={**values, "base": ModelForm.pack(profile.version, values)},
    )
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            form, clashes = _save(vendor, form, request)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            if not clashes:
                messages.success(request, _("Saved."))
                return redirect("scoring:finances", pk)
    return render(
        request,
        "scoring/finances_model.html",
        {
            "form": form,
            "vendor": vendor,
            "choice": _choice(finances_of(vendor, clock.today())),
            "clashes": clashes,
            "cancel_url": address("scoring:finances", pk),
            "crumbs": [
                (_("Vendors"), address("scoring:vendors")),
                (vendor.name, address("scoring:vendor", pk)),
                (_("Finances"), address("scoring:finances", pk)),
                (_("Model"), ""),
            ],
        },
        status=409 if clashes else 200,
    )


def _save(
    vendor: Vendor, form: ModelForm, request: Request
) -> tuple[ModelForm, list[dict[str, Any]]]:
    """(the form to go on with, fields that somebody else changed too)."""
    version, base = form.opened()
    mine = form.values()
    by = request.principal
    try:
        financial_profiles.change(vendor=vendor, version=version, values=folded(mine), by=by)
    except OutOfDate as refused:
        theirs, now = flat(refused.extra["current"]), refused.extra["version"]
        merged = merge(base, mine, theirs)
        if merged.clashes:
            again = ModelForm(
                by_country=is_emerging(vendor.country.code or ""),
                initial={**merged.values, "base": ModelForm.pack(now, theirs)},
            )
            return again, clash_rows(again, merged.clashes, merged.values, theirs)
        financial_profiles.change(vendor=vendor, version=now, values=folded(merged.values), by=by)
    return form, []
