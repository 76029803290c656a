"""What indicators were taken from, in words: names, codes, figures and days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.figures import figure
from accounts.templatetags.ui import NONE, recorded_day
from assessments.wording import language
from scoring.finance_words import MODELS, RATIOS, WHY
from vendors.clauses import checklist
from vendors.country_names import country_name
from vendors.intake import IP_KINDS
from vendors.law_words import SUBJECTS, as_of_words
from vendors.models import (
    Clause,
    Contract,
    FinancialProfile,
    Incident,
    LawFact,
    Match,
    MonitoringItem,
    Statement,
    TrainingPerson,
    WatchList,
)
from vendors.models.statement import LINES

Words = str | Promise

#: Name of an input -> its words; lines, ratios, treaties, kinds of IP and clauses have theirs.
_NAMES: Final[Mapping[str, Words]] = {
    "amends": lazy("Amends"),
    "amount": lazy("Amount"),
    "approved": lazy("Approved"),
    "as_of": lazy("As of"),
    "asset": lazy("IP asset"),
    "best": lazy("At best"),
    "by": lazy("By"),
    "by_counsel": lazy("By counsel"),
    "cap": lazy("Cap of the contract"),
    "caps": lazy("Caps of contracts"),
    "carved_out": lazy("IP carved out of the cap"),
    "cases": lazy("Case"),
    "certified": lazy("With certificate"),
    "chosen": lazy("Model chosen by a person"),
    "closed_on": lazy("Closed on"),
    "collectable": lazy("Collectable"),
    "confirmed": lazy("Confirmed"),
    "contracts": lazy("Contract"),
    "countries": lazy("Countries"),
    "country": lazy("Country"),
    "counts": lazy("Counts for (best, likely, worst)"),
    "courses": lazy("Training"),
    "currency": lazy("Currency"),
    "decides": lazy("Country that decides"),
    "declined": lazy("Declined to disclose"),
    "deductible": lazy("Deductible"),
    "depth": lazy("Steps below the vendor"),
    "disclosures": lazy("Disclosures"),
    "disputed": lazy("Disputed"),
    "due_on": lazy("Due"),
    "edition": lazy("Edition"),
    "emerging": lazy("Emerging market"),
    "ended": lazy("Ended"),
    "eroded": lazy("Used up"),
    "excluded": lazy("Excluded"),
    "expires_on": lazy("Expires on"),
    "exposure": lazy("What a loss could cost (best, likely, worst)"),
    "facts": lazy("Law"),
    "financial": lazy("Financial weakness (best, likely, worst)"),
    "fiscal_year": lazy("Fiscal year"),
    "floor": lazy("Counts at least as bad because of"),
    "flowed_down": lazy("Our terms passed on"),
    "found_on": lazy("Found on"),
    "fourth_party": lazy("Fourth party"),
    "from_assets": lazy("The vendor's own means"),
    "going_concern_doubt": lazy("Doubt about going concern"),
    "held": lazy("Held, per cent"),
    "id": lazy("Identifier"),
    "importance": lazy("Importance"),
    "incidents": lazy("Incident"),
    "index": lazy("Index"),
    "insurance": lazy("Insurance"),
    "ip_kinds": lazy("Kinds of IP"),
    "items": lazy("Watched"),
    "key": lazy("Point"),
    "kind": lazy("Kind"),
    "kinds": lazy("Kinds of IP"),
    "last_done_on": lazy("Last done"),
    "late": lazy("Late"),
    "late_weight": lazy("Weight of what is late"),
    "likely": lazy("Likely"),
    "limit": lazy("Limit"),
    "lines": lazy("Lines"),
    "list": lazy("Watch-list"),
    "listing": lazy("Stock exchange"),
    "match": lazy("Match"),
    "matches": lazy("Match"),
    "model": lazy("Model"),
    "months": lazy("Months"),
    "months_since_closed": lazy("Months since it was closed"),
    "most": lazy("At most, per cent"),
    "name": lazy("Name"),
    "needed": lazy("Needed"),
    "net_worth": lazy("Tangible net worth"),
    "net_worth_most": lazy("Tangible net worth, at most"),
    "no_assignment": lazy("The law allows a licence only"),
    "owners": lazy("Owner"),
    "pairs": lazy("IP asset and country"),
    "parts": lazy("By kind of IP (best, likely, worst)"),
    "people": lazy("Person"),
    "per_claim": lazy("Limit per claim"),
    "period_end": lazy("Last day of the period"),
    "places": lazy("Place"),
    "points": lazy("Point of the checklist"),
    "policies": lazy("Insurance policy"),
    "profile": lazy("Profile"),
    "proved": lazy("Proved"),
    "range": lazy("Risk (best, likely, worst)"),
    "rates": lazy("Rates of exchange"),
    "rating": lazy("Counsel's rating"),
    "ratios": lazy("Ratio"),
    "recoverable": lazy("Recoverable"),
    "reviewed": lazy("Reviewed"),
    "risk": lazy("Risk"),
    "score": lazy("Score"),
    "seat_only": lazy("Judged by the seat alone"),
    "sector": lazy("Sector"),
    "severity": lazy("Severity"),
    "side": lazy("Whose"),
    "since": lazy("Since"),
    "source": lazy("Source"),
    "stands": lazy("Protection"),
    "started": lazy("Work has begun"),
    "statement": lazy("Statement"),
    "status": lazy("Status"),
    "subcontract": lazy("Subcontract"),
    "subcontracts": lazy("Subcontract"),
    "theta": lazy("Share of net worth that can be reached"),
    "title": lazy("Title"),
    "until": lazy("Until"),
    "valid_until": lazy("Valid until"),
    "value": lazy("Value"),
    "waiting": lazy("Not decided, per cent"),
    "watched": lazy("What is watched"),
    "weight": lazy("Weight"),
    "why": lazy("Why this model"),
    "without_certificate": lazy("Without certificate"),
    "worst": lazy("At worst"),
    **{key: title for key, (title, _formula) in RATIOS.items()},
    **LINES,
    **{key: subject.name for key, subject in SUBJECTS.items()},
}
#: Name of an input -> its codes in words; another where an indicator means something else.
_CODES: Final[Mapping[str, Mapping[Any, Words]]] = {
    "source": dict(Statement.Source.choices),
    "listing": dict(FinancialProfile.Listing.choices),
    "sector": dict(FinancialProfile.Sector.choices),
    "model": {key: model.title for key, model in MODELS.items()},
    "chosen": {key: model.title for key, model in MODELS.items()},
    "why": WHY,
    "floor": {
        "equity": lazy("Negative equity"),
        "going_concern": lazy("Doubt about going concern"),
    },
    "severity": dict(Incident.Severity.choices),
    "kind": dict(WatchList.Kind.choices),
    "side": dict(Match.Side.choices),
    "watched": dict(MonitoringItem.Watched.choices),
    "importance": dict(MonitoringItem.Importance.choices),
    "stands": {
        "registered": lazy("Registered"),
        "not_needed": lazy("Needs no registration"),
        "pending": lazy("Applied for"),
        "unknown": lazy("Not known"),
        "missing": lazy("Missing"),
    },
    "status": {
        **dict(Clause.Status.choices),
        **dict(Incident.Status.choices),
        **dict(LawFact.Status.choices),
        **dict(Contract.Status.choices),
    },
    "training.side": dict(TrainingPerson.Side.choices),
}
_COUNTRIES: Final = frozenset({"country", "countries", "decides"})
#: What is told as a figure though it may have no decimals.
_AMOUNTS: Final = frozenset(
    {
        "amount",
        "cap",
        "caps",
        "collectable",
        "deductible",
        "eroded",
        "exposure",
        "from_assets",
        "limit",
        "needed",
        "net_worth",
        "net_worth_most",
        "per_claim",
        "recoverable",
        *LINES,
    }
)
_WHOLE: Final = re.compile(r"-?\d+")
_DECIMALS: Final = re.compile(r"-?\d+\.\d+")
#: A figure as indicators write it into what they say.
_FIGURE: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+\.\d+")


def inputs_in_words(
    indicator: str, inputs: Mapping[str, Any], within: str = ""
) -> list[tuple[str, str]]:
    """(name, value) of everything an indicator was taken from; what is nested is named by path."""
    found: list[tuple[str, str]] = []
    for key, value in inputs.items():
        name = f"{within}: {_named(key)}" if within else _named(key)
        if isinstance(value, Mapping):
            found += inputs_in_words(indicator, _filled_in(value), name)
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            for at, one in enumerate(value, start=1):
                rest = one if isinstance(one, Mapping) else {"": one}
                found += inputs_in_words(indicator, rest, f"{name} {at}")
        elif isinstance(value, list):
            told = [_told(indicator, key, one) for one in value]
            found.append((name, "; ".join(told) or NONE))
        else:
            found.append((name, _told(indicator, key, value)))
    return found


def _filled_in(recorded: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a statement that was declined only that and its year: the rest is a blank form's."""
    if recorded.get("declined") is not True:
        return recorded
    return {key: recorded[key] for key in ("fiscal_year", "declined") if key in recorded}


def _named(key: str) -> str:
    """The words for an input; of what is named by a key of its own, that key."""
    if key in IP_KINDS:
        return _(IP_KINDS[key])
    return str(_NAMES.get(key, key.replace("_", " ")))


def _told(indicator: str, key: str, value: Any) -> str:
    """What was recorded, as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return NONE
    codes = _CODES.get(f"{indicator}.{key}") or _CODES.get(key, {})
    if value in codes:
        return str(codes[value])
    if isinstance(value, float):
        return figure(value)
    if not isinstance(value, str):
        return str(value)
    if key in _COUNTRIES:
        return country_name(value)
    if key == "key" and value in checklist().by_key:
        return checklist().by_key[value].title.text_for(language())
    if value in IP_KINDS:
        return _(IP_KINDS[value])
    if key == "as_of":
        return as_of_words(value)
    whole = key in _AMOUNTS and _WHOLE.fullmatch(value)
    if whole or (key != "edition" and _DECIMALS.fullmatch(value)):
        return figure(Decimal(value))
    return recorded_day(value)


def value_in_words(key: str, value: Any) -> Any:
    """A value of a sentence: codes, figures and days as people read them."""
    if key == "country":
        return country_name(value)
    if key == "severity" and value in Incident.Severity.values:
        return Incident.Severity(value).label.lower()
    if not isinstance(value, str):
        return value
    if key == "kind" and value in IP_KINDS:
        return _(IP_KINDS[value])
    if key != "edition" and _FIGURE.fullmatch(value):
        plain = value.replace(",", "")
        places = len(plain.partition(".")[2])
        return figure(Decimal(plain), places)
    return recorded_day(value)
