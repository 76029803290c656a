"""The page about the law of the places where a vendor works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.units import working_unit
from scoring.indicators.jurisdiction import PlaceValue
from scoring.selectors import vendor_law
from scoring.selectors.vendor_law import Seen
from vendors import law_rows, law_words
from vendors.forms.law import MOST_COMPARED, OnForm
from vendors.law_rows import Protection, Row
from vendors.selectors import law, vendors_visible_to
from vendors.services import law_release

#: How a country is known to be a place of work, in words.
WAYS: Final[Mapping[str, str | Promise]] = {
    law.MADE_IN: lazy("named in the engagement"),
    law.SITE: lazy("a site"),
    law.SUBCONTRACT: lazy("a subcontractor"),
    law.SEAT: lazy("the vendor's seat"),
}


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """One place of work of an engagement."""

    name: str
    url: str
    ways: str
    decides: bool
    judged: str
    protections: Sequence[Protection]
    listing: Row

    @property
    def lacks(self) -> bool:
        """Whether a protection is missing or not known."""
        return any(one.lacking or one.open for one in self.protections)


@dataclass(frozen=True, slots=True)
class Card:
    """One engagement with its places of work and the indicator in words."""

    seen: Seen
    kinds: Sequence[str]
    risk: str
    places: Sequence[PlaceCard]
    compare_url: str


@page(Permission.VIEW)
@require_safe
def vendor(request: Request, pk: UUID) -> HttpResponse:
    """Per engagement: where the work is done, what protects what is entrusted, what is missing."""
    there = get_object_or_404(vendors_visible_to(request.principal), pk=pk)
    law_release.ensure()
    form = OnForm(request.GET)
    day = form.day
    seen = vendor_law.of_vendor(request.principal, there, day, working_unit(request))
    return render(
        request,
        "scoring/vendor_law.html",
        {
            "vendor": there,
            "form": form,
            "day": day,
            "cards": [_card(one, day) for one in seen],
            "may_edit": request.principal.can(Permission.EDIT_ENGAGEMENTS),
            "most": vendor_law.MOST,
            "notes": (law_words.NOTE_301, law_words.NOTE_JUDGEMENT),
            "crumbs": [
                (_("Vendors"), reverse("scoring:vendors")),
                (there.name, reverse("scoring:vendor", args=[there.pk])),
                (_("Law"), ""),
            ],
        },
    )


def _card(seen: Seen, day: date) -> Card:
    kinds = list(seen.engagement.ip_kinds)
    codes = [one.law.code for one in seen.places][:MOST_COMPARED]
    query: dict[str, Any] = {f"country_{number}": code for number, code in enumerate(codes)}
    query["kind"] = kinds[0] if kinds else "trade_secrets"
    decides = seen.value.inputs["decides"] if seen.value else ""
    return Card(
        seen=seen,
        kinds=[law_words.kind_name(kind) for kind in kinds],
        risk=_risk(seen),
        places=[_place(one, seen, kinds, decides, day) for one in seen.places],
        compare_url=f"{reverse('vendors:law_compare')}?{urlencode(query)}" if codes else "",
    )


def _risk(seen: Seen) -> str:
    """The indicator in a few words."""
    value = seen.value
    if value is None:
        return _("Nothing on record")
    lo, pt, hi = (round(one / 100) for one in (value.lo, value.pt, value.hi))
    if not value.enough:
        return _("Insufficient data: between %(lo)d and %(hi)d of 100") % {"lo": lo, "hi": hi}
    if lo == hi:
        return _("Risk %(risk)d of 100") % {"risk": pt}
    return _("Risk %(risk)d of 100, between %(lo)d and %(hi)d") % {"risk": pt, "lo": lo, "hi": hi}


def _place(
    place: PlaceValue, seen: Seen, kinds: Sequence[str], decides: str, day: date
) -> PlaceCard:
    code = place.law.code
    rating, figure = place.law.rating(day), place.law.index(day)
    if rating is not None:
        judged = _("Rated %(risk)d of 100 by counsel until %(until)s.") % {
            "risk": rating.risk,
            "until": law_rows.day_words(rating.until),
        }
    elif figure is not None:
        judged = _("Not rated by counsel; a rule-of-law index counts.")
    else:
        judged = _("Neither rated by counsel nor in an index: no point value.")
    ways = seen.ways.get(code, ())
    return PlaceCard(
        name=law_words.place_name(code),
        url=reverse("vendors:country", args=[code]),
        ways=", ".join(str(WAYS[way]) for way in ways),
        decides=code == decides and len(seen.places) > 1,
        judged=judged,
        protections=[law_rows.protection(place.law, kind, day) for kind in kinds],
        listing=law_rows.special_301(place.law, day),
    )
