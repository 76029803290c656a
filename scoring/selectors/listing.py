"""Whether vendors stand on a list of sanctions, themselves or through their owners."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from scoring.indicators.screening import HALF
from scoring.verdicts import Listed
from vendors.models import Match, WatchList
from vendors.selectors.ownership import (
    Ownership,
    all_touched_by_sanctions,
    ownership_of,
    touched_by_sanctions,
)


def listed_of(vendor_ids: Collection[UUID], today: date) -> dict[UUID, Listed]:
    """What holds for each vendor; those of whom nothing is known are left out.

    One query where nobody is listed, however many vendors.
    """
    return _listed_among(touched_by_sanctions(vendor_ids), today)


def all_listed(today: date) -> dict[UUID, Listed]:
    """What holds for each vendor that stands on a list of sanctions, wholly or in part."""
    found = _listed_among(all_touched_by_sanctions(), today)
    return {pk: listed for pk, listed in found.items() if listed is not Listed.NO}


def _listed_among(touched: Collection[UUID], today: date) -> dict[UUID, Listed]:
    if not touched:
        return {}
    own = Match.objects.filter(
        vendor__in=touched,
        owner=None,
        watch_list__kind=WatchList.Kind.SANCTIONS,
        status__in=(Match.Status.OPEN, Match.Status.CONFIRMED),
    )
    found = {pk: _through(owners) for pk, owners in ownership_of(touched, today).items()}
    for vendor_id, status in own.values_list("vendor_id", "status"):
        if status == Match.Status.CONFIRMED:
            found[vendor_id] = Listed.YES
        elif found.get(vendor_id) is not Listed.YES:
            found[vendor_id] = Listed.IN_PART
    return found


def _through(owners: Ownership) -> Listed:
    if owners.held >= HALF:
        return Listed.YES
    # Half of it or more may be theirs, or will be once somebody decides.
    return Listed.IN_PART if owners.held or owners.most or owners.waiting else Listed.NO
