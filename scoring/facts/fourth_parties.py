"""Fourth parties: the subcontracts that serve each engagement, and what travels on them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as lazy

from scoring.facts.source import Known, Source
from scoring.indicators.fourth_parties import Passed, value
from scoring.indicators.value import Value
from vendors.models import Engagement, Subcontract
from vendors.selectors.fourth_parties import links_below

SENTENCES: Final = {
    "share": lazy("Our terms are passed on, and approved by us, in {holding} of {total}."),
    "not_approved": lazy("Not approved by us: {count} ({names})."),
    "without_terms": lazy("Without our terms: {count} ({names})."),
    "unknown": lazy("Not known whether our terms are passed on: {count} ({names})."),
    "deeper": lazy("{count} of them are further down than the vendor's own subcontractors."),
}

#: Vendor -> its active subcontracts.
_Below = Mapping[UUID, Sequence[Subcontract]]


def values(
    engagements: Sequence[Engagement],
    as_of: date,
    known: Known,
) -> dict[UUID, Value]:
    """The indicator of each engagement that a subcontract serves, in two queries."""
    ids = {link.subcontract_id for link in links_below({one.vendor_id for one in engagements})}
    below: dict[UUID, list[Subcontract]] = defaultdict(list)
    for row in Subcontract.objects.filter(pk__in=ids).select_related("subcontractor"):
        below[row.vendor_id].append(row)
    found: dict[UUID, Value] = {}
    for engagement in engagements:
        worked_out = value(sorted(_serving(engagement, below), key=lambda one: one.key))
        if worked_out is not None:
            found[engagement.pk] = worked_out
    return found


def _serving(engagement: Engagement, below: _Below) -> Iterator[Passed]:
    """The subcontracts that serve an engagement, each once, by the way on which most IP travels.

    The vendor's own count if they are for this engagement or for all it does. Further down, a
    subcontract counts while some of the engagement's IP travels on.
    """
    entrusted = frozenset(engagement.ip_kinds)
    travels: dict[UUID, set[str]] = {}
    nearest: dict[UUID, tuple[int, Subcontract]] = {}
    waiting: list[tuple[UUID, int, frozenset[str]]] = [(engagement.vendor_id, 1, entrusted)]
    for vendor_id, depth, reaching in waiting:
        for row in below.get(vendor_id, ()):
            if row.engagement_id not in {None, engagement.pk}:
                continue
            onward = reaching & frozenset(row.ip_kinds)
            if depth > 1 and not onward:
                continue
            first = row.pk not in travels
            before = travels.setdefault(row.pk, set())
            if first:
                nearest[row.pk] = (depth, row)
            # Gone along again only with kinds that did not come this way before: so it ends.
            if onward - before:
                before |= onward
                waiting.append((row.subcontractor_id, depth + 1, frozenset(before)))
    for pk, (depth, row) in nearest.items():
        yield Passed(
            key=str(pk),
            name=row.subcontractor.name,
            depth=depth,
            ip_kinds=tuple(sorted(travels[pk])),
            flowed_down=row.flowed_down,
            approved=row.approved_on is not None,
        )


SOURCE: Final = Source(
    title=lazy("Fourth parties"),
    sentences=SENTENCES,
    values=values,
    page="vendors:fourth_parties",
)
