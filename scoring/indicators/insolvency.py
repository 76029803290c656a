"""Models that tell companies near insolvency from others, with their sources and printed errors.

Z-scores: Altman, "Financial Ratios, Discriminant Analysis and the Prediction of Corporate
Bankruptcy", Journal of Finance 23 (1968); Z' and Z'': Altman, "Corporate Financial Distress"
(1983); the form for emerging markets: Altman, Hartzell and Peck (1995). O-score: Ohlson, Journal of
Accounting Research 18 (1980), model 1. X-score: Zmijewski, Journal of Accounting Research 22
(1984).

Errors in circulation that are not repeated here: Z'' with the weights 6.72 and 1.05 exchanged; the
cuts 1.10 and 2.60 kept after adding 3.25; Zmijewski's last sign as a minus (the 1984 paper has a
plus). The weight of sales in Z is 0.999 in the paper and 1.0 since; both are offered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

from scoring.indicators.figures import Figures

Zone = Literal["safe", "grey", "distress", ""]
Inputs = Mapping[str, float | None]

#: The lines behind each input of a Z-score.
_BEHIND: Final[Mapping[str, tuple[str, ...]]] = {
    "x1": ("current_assets", "current_liabilities"),
    "x2": ("retained_earnings",),
    "x3": ("ebit",),
    "x5": ("sales",),
}


@dataclass(frozen=True, slots=True)
class ZModel:
    """One of the Z-scores: weights of X1 to X5, a constant, and where its zones begin."""

    key: str
    title: str
    weights: Mapping[str, float]
    constant: float
    distress: float
    safe: float
    at_market: bool
    formula: str


Z: Final = ZModel(
    "z",
    "Altman Z",
    {"x1": 1.2, "x2": 1.4, "x3": 3.3, "x4": 0.6, "x5": 1.0},
    0.0,
    1.81,
    2.99,
    at_market=True,
    formula="1.2 X1 + 1.4 X2 + 3.3 X3 + 0.6 X4 + 1.0 X5",
)
Z_ORIGINAL: Final = ZModel(
    "z_original",
    "Altman Z (0.999)",
    {"x1": 1.2, "x2": 1.4, "x3": 3.3, "x4": 0.6, "x5": 0.999},
    0.0,
    1.81,
    2.99,
    at_market=True,
    formula="1.2 X1 + 1.4 X2 + 3.3 X3 + 0.6 X4 + 0.999 X5",
)
Z_PRIVATE: Final = ZModel(
    "z_private",
    "Altman Z\u2032",
    {"x1": 0.717, "x2": 0.847, "x3": 3.107, "x4": 0.420, "x5": 0.998},
    0.0,
    1.23,
    2.90,
    at_market=False,
    formula="0.717 X1 + 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5",
)
_GENERAL: Final = {"x1": 6.56, "x2": 3.26, "x3": 6.72, "x4": 1.05}
Z_GENERAL: Final = ZModel(
    "z_general",
    "Altman Z\u2033",
    _GENERAL,
    0.0,
    1.10,
    2.60,
    at_market=False,
    formula="6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4",
)
Z_EMERGING: Final = ZModel(
    "z_emerging",
    "Altman Z\u2033 EM",
    _GENERAL,
    3.25,
    4.35,
    5.85,
    at_market=False,
    formula="3.25 + 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4",
)
#: The models of which one counts, by key.
Z_MODELS: Final[Mapping[str, ZModel]] = {
    model.key: model for model in (Z, Z_ORIGINAL, Z_PRIVATE, Z_GENERAL, Z_EMERGING)
}
OHLSON: Final = "ohlson"
ZMIJEWSKI: Final = "zmijewski"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a model says of one year.

    - `value`: None where it cannot be worked out; infinite where a company owes nothing.
    - `why_not`: then the reason: "missing" (`missing` names the lines), "no_assets",
      "no_current_assets", "no_current_liabilities", "no_liabilities".
    - `probability`: of the two models that are stated as one, by their own formula.
    """

    model: str
    inputs: Inputs
    value: float | None = None
    zone: Zone = ""
    missing: tuple[str, ...] = ()
    why_not: str = ""
    probability: float | None = None


def ratio_inputs(figures: Figures, *, at_market: bool) -> dict[str, float | None]:
    """X1 to X5 of completed figures; None where a line is missing.

    X4 is infinite where nothing is owed; without assets all are None.
    """
    assets = figures.total_assets
    equity = figures.market_value if at_market else figures.equity
    if assets is None or assets <= 0:
        return dict.fromkeys(("x1", "x2", "x3", "x4", "x5"))

    def of_assets(amount: float | None) -> float | None:
        return None if amount is None else amount / assets

    owed = figures.total_liabilities
    x4 = None
    if equity is not None and owed is not None:
        x4 = equity / owed if owed > 0 else math.inf
    return {
        "x1": of_assets(figures.working_capital),
        "x2": of_assets(figures.retained_earnings),
        "x3": of_assets(figures.ebit),
        "x4": x4,
        "x5": of_assets(figures.sales),
    }


def z_value(model: ZModel, inputs: Inputs) -> float | None:
    """The score of X1 to X5; None where one that the model needs is None."""
    total = model.constant
    for name, weight in model.weights.items():
        value = inputs[name]
        if value is None:
            return None
        total += weight * value
    return total


def z_score(model: ZModel, figures: Figures) -> Result:
    """A Z-score of a year, with what it was taken from or what is missing."""
    done = figures.completed()
    inputs = ratio_inputs(done, at_market=model.at_market)
    used = {name: inputs[name] for name in model.weights}
    value = z_value(model, inputs)
    if value is not None:
        return Result(model=model.key, inputs=used, value=value, zone=zone(model, value))
    missing = tuple(_missing(model, done, used))
    why = "missing" if missing else "no_assets"
    return Result(model=model.key, inputs=used, missing=missing, why_not=why)


def _missing(model: ZModel, figures: Figures, used: Inputs) -> Iterator[str]:
    if figures.total_assets is None:
        yield "total_assets"
    equity = "market_value" if model.at_market else "equity"
    behind = {**_BEHIND, "x4": (equity, "total_liabilities")}
    for name in used:
        for line in behind[name]:
            if getattr(figures, line) is None:
                yield line


def zone(model: ZModel, value: float) -> Zone:
    """The zone of a score. The cuts themselves belong to the grey zone."""
    if value < model.distress:
        return "distress"
    return "safe" if value > model.safe else "grey"


def zone_risk(model: ZModel, value: float) -> float:
    """The risk in [0, 1] that a score stands for: .2 at the safe cut, .8 at the cut of distress."""
    if math.isinf(value):
        return 0.0 if value > 0 else 1.0
    share = (model.safe - value) / (model.safe - model.distress)
    return min(max(0.2 + 0.6 * share, 0.0), 1.0)


def ohlson(
    figures: Figures,
    *,
    prior_net_income: float | None,
    dollars: float | None,
    price_index: float | None,
) -> Result:
    """Ohlson's O-score, model 1.

    `dollars`: total assets in US dollars; `price_index`: of the US gross national product in the
    year, 1968 = 100. A company with current liabilities and no current assets, or that owes
    nothing, has no O-score: two of its ratios have no value.
    """
    done = figures.completed()
    inputs: dict[str, float | None] = {
        "assets_in_dollars": dollars,
        "price_index": price_index,
        "prior_net_income": prior_net_income,
    }
    lines = (
        "total_assets",
        "total_liabilities",
        "current_assets",
        "current_liabilities",
        "net_income",
        "funds_from_operations",
    )
    given = {name: getattr(done, name) for name in lines}
    missing = tuple(name for name, value in {**given, **inputs}.items() if value is None)
    if missing:
        return Result(model=OHLSON, inputs=inputs, missing=missing, why_not="missing")
    assets, owed, current, due, income, funds = (float(given[name]) for name in lines)
    if assets <= 0:
        return Result(model=OHLSON, inputs=inputs, why_not="no_assets")
    if owed <= 0:
        return Result(model=OHLSON, inputs=inputs, why_not="no_liabilities")
    if current <= 0 < due:
        return Result(model=OHLSON, inputs=inputs, why_not="no_current_assets")
    before, size = float(prior_net_income or 0), float(dollars or 0) / float(price_index or 1)
    swing = abs(income) + abs(before)
    terms = {
        "size": math.log(size),
        "liabilities_to_assets": owed / assets,
        "working_capital_to_assets": (current - due) / assets,
        "due_to_current": due / current if due else 0.0,
        "owes_more_than_it_has": float(owed > assets),
        "income_to_assets": income / assets,
        "funds_to_liabilities": funds / owed,
        "two_years_of_losses": float(income < 0 and before < 0),
        "change_of_income": (income - before) / swing if swing else 0.0,
    }
    weights = (-0.407, 6.03, -1.43, 0.0757, -1.72, -2.37, -1.83, 0.285, -0.521)
    value = -1.32 + sum(weight * term for weight, term in zip(weights, terms.values(), strict=True))
    return _probable(OHLSON, {**inputs, **terms}, value, _logistic(value))


def _logistic(value: float) -> float:
    """1 / (1 + e^-value), also for values whose power would be too large."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    power = math.exp(value)
    return power / (1 + power)


def zmijewski(figures: Figures) -> Result:
    """Zmijewski's X-score; its last sign is a plus, as in the paper of 1984."""
    done = figures.completed()
    lines = (
        "total_assets",
        "total_liabilities",
        "current_assets",
        "current_liabilities",
        "net_income",
    )
    given = {name: getattr(done, name) for name in lines}
    missing = tuple(name for name, value in given.items() if value is None)
    if missing:
        return Result(model=ZMIJEWSKI, inputs={}, missing=missing, why_not="missing")
    assets, owed, current, due, income = (float(given[name]) for name in lines)
    if assets <= 0:
        return Result(model=ZMIJEWSKI, inputs={}, why_not="no_assets")
    if due <= 0:
        return Result(model=ZMIJEWSKI, inputs={}, why_not="no_current_liabilities")
    terms = {
        "income_to_assets": income / assets,
        "liabilities_to_assets": owed / assets,
        "current_ratio": current / due,
    }
    value = (
        -4.336
        - 4.513 * terms["income_to_assets"]
        + 5.679 * terms["liabilities_to_assets"]
        + 0.004 * terms["current_ratio"]
    )
    return _probable(ZMIJEWSKI, terms, value, NormalDist().cdf(value))


def _probable(model: str, inputs: Inputs, value: float, probability: float) -> Result:
    """Both models part at one half: what lies above is nearer to those that failed."""
    side: Zone = "distress" if probability >= 0.5 else "safe"
    return Result(model=model, inputs=inputs, value=value, zone=side, probability=probability)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which Z-score counts, and why: a code that the pages put into words. None: none applies."""

    model: str | None
    why: str


def proposed(*, listing: str, sector: str, emerging: bool | None) -> Choice:
    """The model for a company.

    listing: "listed", "unlisted" or ""; sector: "manufacturer", "non_manufacturer", "bank" or "";
    emerging: whether it sits in an emerging market, None where its country is not known.
    """
    if sector == "bank":
        return Choice(None, "bank")
    if emerging:
        return Choice(Z_EMERGING.key, "emerging")
    match sector, listing:
        case "manufacturer", "listed":
            return Choice(Z.key, "listed_manufacturer")
        case "manufacturer", "unlisted":
            return Choice(Z_PRIVATE.key, "private_manufacturer")
        case "manufacturer", _:
            return Choice(Z_PRIVATE.key, "manufacturer")
        case "non_manufacturer", _:
            return Choice(Z_GENERAL.key, "non_manufacturer")
    return Choice(Z_GENERAL.key, "not_known")
