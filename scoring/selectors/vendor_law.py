"""The law of the places where a vendor works, engagement by engagement, for a reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import BusinessUnit
from accounts.principal import Principal
from scoring.facts import jurisdiction as reading
from scoring.indicators import jurisdiction
from scoring.indicators.jurisdiction import PlaceValue, Work
from scoring.indicators.value import Value
from scoring.selectors.facts import sentence
from vendors.models import Engagement, Vendor
from vendors.selectors import engagements_visible_to, law

#: How many engagements one page shows.
MOST = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """One engagement: what it entrusts, the places of its work with how they are known, and the
    indicator; None where nothing is on record.
    """

    engagement: Engagement
    work: Work | None
    ways: dict[str, tuple[str, ...]]
    places: Sequence[PlaceValue]
    value: Value | None
    sentences: Sequence[str]


def of_vendor(
    principal: Principal, vendor: Vendor, day: date, unit: BusinessUnit | None = None
) -> list[Seen]:
    """The engagements of a vendor that `principal` sees (of `unit`), those still running first."""
    rows = engagements_visible_to(principal).filter(vendor=vendor)
    if unit is not None:
        rows = rows.filter(unit=unit)
    engagements = list(rows.order_by("title", "pk")[:MOST])
    engagements.sort(key=lambda one: one.status == Engagement.Status.ENDED)
    places = law.places_of(engagements)
    works = reading.works(engagements, places)
    return [
        _seen(one, works.get(one.pk), dict(places[one.pk].codes) if one.pk in places else {}, day)
        for one in engagements
    ]


def _seen(
    engagement: Engagement, work: Work | None, ways: dict[str, tuple[str, ...]], day: date
) -> Seen:
    value = None if work is None else jurisdiction.value(work, day)
    return Seen(
        engagement=engagement,
        work=work,
        ways=ways,
        places=[]
        if work is None
        else [jurisdiction.of_place(work, one, day) for one in work.places],
        value=value,
        sentences=[]
        if value is None
        else [sentence(reading.SENTENCES, said.code, said.values) for said in value.said],
    )
