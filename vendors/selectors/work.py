"""What waits for a person on this floor: findings, matches, and days of vendors they own."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock
from vendors.models import Finding, Match, Vendor, VendorUnit
from vendors.selectors.due import SOURCES as DUES
from vendors.selectors.due_source import Source
from vendors.selectors.findings import findings_visible_to
from vendors.selectors.matches import matches_visible_to
from vendors.selectors.work_source import Work, WorkSource

#: Days of one's vendors are work this long before they come.
AHEAD: Final = timedelta(days=30)


def person_id(principal: Principal) -> UUID:
    """The person who asks; an id of nobody for whoever is not a person."""
    return UUID(principal.id) if principal.kind == "user" and principal.id else UUID(int=0)


def _findings(principal: Principal) -> QuerySet[Finding]:
    rows = findings_visible_to(principal).exclude(status=Finding.Status.CLOSED)
    return rows.filter(owner=person_id(principal))


def _finding(row: Finding) -> Work:
    return Work(
        "finding",
        row.pk,
        row.due_on,
        _("Finding to be put right"),
        row.title,
        row.vendor_id,
        row.vendor.name,
        "vendors:finding",
        row.pk,
    )


def _matches(principal: Principal) -> QuerySet[Match]:
    rows = matches_visible_to(principal, Permission.DECIDE_FACTS).filter(status=Match.Status.OPEN)
    return rows.exclude(vendor__status=Vendor.Status.MERGED)


def _match(row: Match) -> Work:
    return Work(
        "match",
        row.pk,
        None,
        _("Match to be decided"),
        row.watch_list.title,
        row.vendor_id,
        row.vendor.name,
        "vendors:match",
        row.pk,
    )


def _of_owned(key: str, source: Source) -> WorkSource:
    """The days of a source that concern vendors which the reader owns."""

    def rows(principal: Principal) -> QuerySet[Any]:
        owned = VendorUnit.objects.filter(
            owner=person_id(principal), vendor=OuterRef(source.vendor)
        )
        until = clock.today() + AHEAD
        found = source.rows(principal, None).filter(Exists(owned))
        return found.filter(**{f"{source.day}__lte": until})

    def told(row: Any) -> Work:
        due = source.told(row)
        return Work(
            key,
            due.subject,
            due.day,
            due.what,
            due.title,
            due.vendor_id,
            due.vendor,
            due.page,
            due.page_id,
        )

    return WorkSource(source.title, rows, source.day, told)


#: Key -> source. A finding is the work of its owner, whoever owns the vendor.
SOURCES: Final[Mapping[str, WorkSource]] = {
    "finding": WorkSource(_("Finding to be put right"), _findings, "due_on", _finding),
    "match": WorkSource(_("Match to be decided"), _matches, "", _match),
    **{key: _of_owned(key, source) for key, source in DUES.items() if key != "finding"},
}
