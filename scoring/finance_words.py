"""The words for models of insolvency, ratios and zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from scoring.indicators import insolvency
from scoring.indicators.insolvency import OHLSON, Z_MODELS, ZMIJEWSKI
from vendors.models.statement import LINES

Words = str | Promise


@dataclass(frozen=True, slots=True)
class ModelWords:
    """What a reader has to know about a model."""

    title: Words
    made_for: Words
    formula: str
    source: Words


_MADE_FOR: Final[Mapping[str, Words]] = {
    "z": lazy("listed manufacturers"),
    "z_original": lazy("listed manufacturers"),
    "z_private": lazy("private manufacturers"),
    "z_general": lazy("other than manufacturers"),
    "z_emerging": lazy("emerging markets"),
}
_SOURCES: Final[Mapping[str, Words]] = {
    "z": lazy("Altman (1968); the weight of sales rounded to 1.0, as is usual since"),
    "z_original": lazy("Altman (1968), as printed"),
    "z_private": lazy("Altman (1983)"),
    "z_general": lazy("Altman (1983); often reprinted with 6.72 and 1.05 exchanged"),
    "z_emerging": lazy("Altman, Hartzell and Peck (1995); the cuts move with the constant"),
}
MODELS: Final[Mapping[str, ModelWords]] = {
    **{
        key: ModelWords(model.title, _MADE_FOR[key], model.formula, _SOURCES[key])
        for key, model in Z_MODELS.items()
    },
    OHLSON: ModelWords(
        lazy("Ohlson O"),
        lazy("listed industrial companies"),
        "-1.32 - 0.407 ln(TA/index) + 6.03 TL/TA - 1.43 WC/TA + 0.0757 CL/CA - 1.72 [TL > TA]"
        " - 2.37 NI/TA - 1.83 FFO/TL + 0.285 [NI < 0 in both years]"
        " - 0.521 (NI - NI₋₁)/(|NI| + |NI₋₁|)",
        lazy("Ohlson (1980), model 1; total assets in US dollars, price index 1968 = 100"),
    ),
    ZMIJEWSKI: ModelWords(
        lazy("Zmijewski X"),
        lazy("listed companies but banks and insurers"),
        "-4.336 - 4.513 NI/TA + 5.679 TL/TA + 0.004 CA/CL",
        lazy("Zmijewski (1984); some reprints have a minus before the last term"),
    ),
}

#: Inputs of models, as they are shown beside their values.
INPUTS: Final[Mapping[str, str]] = {
    "x1": "X1",
    "x2": "X2",
    "x3": "X3",
    "x4": "X4",
    "x5": "X5",
    "size": "ln(TA/index)",
    "liabilities_to_assets": "TL/TA",
    "working_capital_to_assets": "WC/TA",
    "due_to_current": "CL/CA",
    "owes_more_than_it_has": "TL>TA",
    "income_to_assets": "NI/TA",
    "funds_to_liabilities": "FFO/TL",
    "two_years_of_losses": "NI<0, NI₋₁<0",
    "change_of_income": "ΔNI",
    "current_ratio": "CA/CL",
}
#: What else a model may lack besides lines of the statement.
OTHER_INPUTS: Final[Mapping[str, Words]] = {
    "assets_in_dollars": lazy("an exchange rate to US dollars"),
    "price_index": lazy("the price index of the year"),
    "prior_net_income": lazy("net income of the year before"),
}

WHY: Final[Mapping[str, Words]] = {
    "bank": lazy("Banks and insurers are left out: none of these models was made for them."),
    "emerging": lazy("The vendor sits in an emerging market."),
    "listed_manufacturer": lazy("The vendor is a listed manufacturer."),
    "private_manufacturer": lazy("The vendor is a manufacturer and not listed."),
    "manufacturer": lazy(
        "The vendor is a manufacturer. Whether it is listed is not recorded, so book values are "
        "used."
    ),
    "non_manufacturer": lazy("The vendor is not a manufacturer."),
    "not_known": lazy(
        "Neither listing nor sector is recorded. This model needs no sales and no market value, "
        "so it fits most companies."
    ),
    "chosen": lazy("A person chose it."),
}
WHY_NOT: Final[Mapping[str, Words]] = {
    "no_assets": lazy("there are no assets"),
    "no_liabilities": lazy("the vendor owes nothing"),
    "no_current_assets": lazy("there are no current assets"),
    "no_current_liabilities": lazy("nothing is due within a year"),
}

ZONES: Final[Mapping[str, tuple[str, Words]]] = {
    "safe": ("done", lazy("Safe zone")),
    "grey": ("waiting", lazy("Grey zone")),
    "distress": ("attention", lazy("Zone of distress")),
}
#: The two models that are stated as a probability by their own formula have no grey zone.
SIDES: Final[Mapping[str, tuple[str, Words]]] = {
    "safe": ("done", lazy("Nearer to sound companies")),
    "distress": ("attention", lazy("Nearer to failed companies")),
}

RATIOS: Final[Mapping[str, tuple[Words, Words]]] = {
    "current": (lazy("Current ratio"), lazy("current assets / current liabilities")),
    "quick": (
        lazy("Quick ratio"),
        lazy("(current assets less inventories) / current liabilities"),
    ),
    "interest_cover": (lazy("Interest cover"), lazy("EBIT / interest expense")),
    "debt_to_ebitda": (lazy("Debt to EBITDA"), lazy("interest-bearing debt / EBITDA")),
    "liabilities_to_assets": (
        lazy("Liabilities to assets"),
        lazy("total liabilities / total assets"),
    ),
}
RULES: Final[Mapping[tuple[str, str], Words]] = {
    ("current", "best"): lazy("nothing is due within a year: best"),
    ("quick", "best"): lazy("nothing is due within a year: best"),
    ("interest_cover", "best"): lazy("no interest to pay: best"),
    ("interest_cover", "worst"): lazy("an operating loss covers nothing: worst"),
    ("debt_to_ebitda", "best"): lazy("no debt: best"),
    ("debt_to_ebitda", "worst"): lazy("no EBITDA to pay debt from: worst"),
    ("liabilities_to_assets", "worst"): lazy("no assets: worst"),
}


def decimal(value: float | Decimal, places: int = 2) -> str:
    """A figure rounded to so many places, in the reader's language."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places))
    return number_format(rounded + 0, places)


def line(key: str) -> str:
    """What a line, or another input of a model, is called."""
    return str(OTHER_INPUTS[key] if key in OTHER_INPUTS else LINES[key])


def zones(model: str) -> str:
    """Where the zones of a model begin."""
    if model not in Z_MODELS:
        return _("from 0 on nearer to companies that failed")
    found = Z_MODELS[model]
    return _("distress below %(low)s, safe above %(high)s") % {
        "low": decimal(found.distress),
        "high": decimal(found.safe),
    }


def zone(model: str, key: str) -> tuple[str, Words]:
    """(kind of the pill, words) of a zone."""
    return (ZONES if model in insolvency.Z_MODELS else SIDES)[key]
