"""Watch-lists: matches of each vendor, its owners, and everyone who takes part in its work."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from scoring.facts.source import Known, Source
from scoring.indicators.screening import Hit, Share, value
from scoring.indicators.value import Value
from vendors.models import Engagement, Match, Vendor
from vendors.selectors.fourth_parties import below
from vendors.selectors.ownership import Ownership, ownership_of

SENTENCES: Final = {
    "confirmed_vendor": lazy("{name} is listed: {listed} ({watch_list})."),
    "confirmed_owner": lazy("An owner is listed: {listed} ({watch_list})."),
    "confirmed_below": lazy("{name}, who takes part in the work, is listed ({watch_list})."),
    "waiting": lazy(
        "{count} matches wait to be decided, {below} of them further down the chain; the "
        "likeliest: {name} / {listed} ({watch_list})."
    ),
    "blocked": lazy("Listed owners hold {percent} % of {name}: it counts as listed."),
    "blocked_below": lazy(
        "Listed owners hold {percent} % of {name}, who takes part in the work: it counts as listed."
    ),
    "minority": lazy("Listed owners hold {percent} % of {name}."),
    "minority_below": lazy("Listed owners hold {percent} % of {name}, who takes part in the work."),
    "share_unknown": lazy("How much of {name} a listed owner holds is not known."),
}


def values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    """The indicator of each engagement whose vendor, or someone below it, was found."""
    vendor_ids = {one.vendor_id for one in engagements}
    depths: dict[UUID, dict[UUID, int]] = {pk: {pk: 0} for pk in vendor_ids}
    for one in below(vendor_ids):
        depths[one.start].setdefault(one.vendor_id, one.depth)
    everyone = {pk for reached in depths.values() for pk in reached}
    matches = _matches(everyone, as_of)
    owned = ownership_of(everyone, as_of)
    names = dict(Vendor.objects.filter(pk__in=owned).values_list("pk", "name"))
    of_vendor = {pk: _value(reached, matches, owned, names) for pk, reached in depths.items()}
    return {one.pk: found for one in engagements if (found := of_vendor[one.vendor_id]) is not None}


def _matches(vendor_ids: set[UUID], as_of: date) -> Mapping[UUID, Sequence[Match]]:
    # Of owners, those who still hold something.
    present = Q(owner__isnull=True) | Q(owner__until_on__isnull=True) | Q(owner__until_on__gt=as_of)
    rows = Match.objects.filter(
        present,
        vendor__in=vendor_ids,
        status__in=(Match.Status.OPEN, Match.Status.CONFIRMED),
    ).select_related("watch_list")
    found: dict[UUID, list[Match]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.vendor_id].append(row)
    return found


def _value(
    reached: Mapping[UUID, int],
    matches: Mapping[UUID, Sequence[Match]],
    owned: Mapping[UUID, Ownership],
    names: Mapping[UUID, str],
) -> Value | None:
    hits = [
        Hit(
            key=str(row.pk),
            kind=row.watch_list.kind,
            watch_list=row.watch_list.title,
            side=row.side,
            name=row.our_name,
            listed=row.listed_name,
            score=row.score,
            confirmed=row.status == Match.Status.CONFIRMED,
            depth=depth,
        )
        for pk, depth in sorted(reached.items())
        for row in matches.get(pk, ())
    ]
    shares = []
    changes = []
    for pk, depth in sorted(reached.items()):
        one = owned.get(pk)
        if one is None:
            continue
        if one.next_change is not None:
            changes.append(one.next_change)
        if one.held or one.most or one.waiting:
            shares.append(
                Share(
                    name=names[pk],
                    held=one.held,
                    most=one.most,
                    waiting=one.waiting or Fraction(0),
                    depth=depth,
                )
            )
    return value(hits, shares, next_change=min(changes, default=None))


SOURCE: Final = Source(
    title=lazy("Watch-lists"),
    sentences=SENTENCES,
    values=values,
    page="vendors:screening",
)
