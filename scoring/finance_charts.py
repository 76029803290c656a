"""The charts of a vendor's finances over five years, and their figures as a file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.templatetags.ui import NONE
from scoring import finance_words as words
from scoring.charts import Chart
from scoring.selectors.finances import Finances, YearRead, converted
from vendors.models.statement import LINES

#: Four lines can be told apart.
_SHOWN: Final = ("sales", "total_assets", "equity", "net_income")
_BAND_OF_ZONE: Final = {"safe": "low", "grey": "elevated", "distress": "critical"}


def figures(seen: Finances, csv_url: str) -> Chart | None:
    """Sales, assets, equity and income in millions of the latest currency; None for no figures."""
    latest = seen.latest
    if latest is None:
        return None
    currency = latest.statement.currency
    years = list(reversed(seen.years))
    names = [str(one.statement.fiscal_year) for one in years]
    lines = [[_millions(one, line, currency, seen) for one in years] for line in _SHOWN]
    said = _("In millions of %(currency)s.") % {"currency": currency}
    if any(one.statement.currency not in {"", currency} for one in years):
        said += " " + _(
            "Other currencies are converted at the rate of the last day of each period; a year "
            "without a rate is left out."
        )
    return {
        "id": "figures",
        "kind": "trend",
        "title": _("Five years in figures"),
        "summary": said,
        "data": {
            "x": names,
            "series": [
                {
                    "name": str(LINES[line]),
                    "values": [None if v is None else float(v) for v in values],
                }
                for line, values in zip(_SHOWN, lines, strict=True)
            ],
        },
        "head": [_("Fiscal year"), *(str(LINES[line]) for line in _SHOWN)],
        "rows": [
            (name, *(NONE if v is None else words.decimal(v, 3) for v in values))
            for name, *values in zip(names, *lines, strict=True)
        ],
        "csv_url": csv_url,
    }


def _millions(year: YearRead, line: str, currency: str, seen: Finances) -> Decimal | None:
    found = converted(year.statement, line, currency, seen.rates)
    return None if found is None else (found.amount / 1_000_000).quantize(Decimal("0.001"))


def scores(seen: Finances, csv_url: str) -> Chart | None:
    """The model that counts, year by year; None for banks and where it cannot be worked out."""
    model = seen.choice.model
    if model is None:
        return None
    found = [
        (one, result)
        for one in reversed(seen.years)
        if (result := one.result(model)) is not None
        and result.value is not None
        and not math.isinf(result.value)
    ]
    if not found:
        return None
    title = str(words.MODELS[model].title)
    return {
        "id": "scores",
        "kind": "bars",
        "title": _("%(model)s over five years") % {"model": title},
        "summary": words.zones(model)[:1].upper() + words.zones(model)[1:] + ".",
        "data": {
            "labels": [str(one.statement.fiscal_year) for one, _result in found],
            "values": [round(result.value or 0, 2) for _one, result in found],
            "bands": [_BAND_OF_ZONE[result.zone] for _one, result in found],
            "places": 2,
        },
        "head": [_("Fiscal year"), title, _("Zone")],
        "worded": (2,),
        "rows": [
            (
                str(one.statement.fiscal_year),
                words.decimal(result.value or 0, 2),
                str(words.zone(model, result.zone)[1]),
            )
            for one, result in found
        ],
        "csv_url": csv_url,
    }


def csv_head() -> list[str]:
    """The columns of the file of all figures and models."""
    return [
        _("Fiscal year"),
        _("Declined to disclose"),
        _("Last day of the period"),
        _("Months"),
        _("Currency"),
        _("Unit"),
        _("Source"),
        *(str(label) for label in LINES.values()),
        *(str(one.title) for one in words.MODELS.values()),
    ]


def csv_rows(years: Sequence[YearRead]) -> Iterator[list[Any]]:
    """One line per fiscal year, the latest first; amounts as in the statement."""
    for year in years:
        row = year.statement
        if row.declined:
            yield [row.fiscal_year, _("yes")]
            continue
        yield [
            row.fiscal_year,
            _("no"),
            row.period_end.isoformat() if row.period_end else "",
            row.months,
            row.currency,
            row.scale,
            row.get_source_display(),
            *(_plain(getattr(row, line)) for line in LINES),
            *(_score(year, model) for model in words.MODELS),
        ]


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize() + 0


def _score(year: YearRead, model: str) -> str:
    found = year.result(model)
    if found is None or found.value is None or found.model not in words.MODELS:
        return ""
    return f"{found.value:.4f}"
