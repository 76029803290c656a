"""What waits for a person on this floor: findings, matches, and days of vendors they own."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock
from vendors.models import Finding, Match, Offboarding, OffboardingLine, Vendor, VendorUnit
from vendors.selectors.due import SOURCES as DUES
from vendors.selectors.due_offboarding import open_lines
from vendors.selectors.due_source import Source
from vendors.selectors.findings import findings_visible_to
from vendors.selectors.matches import matches_visible_to
from vendors.selectors.offboarding import offboardings_visible_to, ready, title_of
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


def _lines(principal: Principal) -> QuerySet[OffboardingLine]:
    return open_lines(principal, None).filter(owner=person_id(principal))


def _line(row: OffboardingLine) -> Work:
    engagement = row.offboarding.engagement
    return Work(
        "offboarding_line",
        row.pk,
        row.due_on,
        _("Off-boarding: to be done"),
        title_of(row),
        engagement.vendor_id,
        engagement.vendor.name,
        "vendors:offboarding_line",
        row.pk,
    )


def _to_close(principal: Principal) -> QuerySet[Offboarding]:
    person = person_id(principal)
    rows = offboardings_visible_to(principal).filter(ready())
    return rows.filter(Q(owner=person) | Q(deputy=person))


def _closing(row: Offboarding) -> Work:
    engagement = row.engagement
    return Work(
        "offboarding",
        row.pk,
        row.last_day,
        _("Off-boarding to be closed"),
        engagement.title,
        engagement.vendor_id,
        engagement.vendor.name,
        "vendors:offboarding",
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


#: Days that are the work of their own owner, whoever owns the vendor.
_OWN: Final = ("finding", "offboarding_line")
#: Key -> source.
SOURCES: Final[Mapping[str, WorkSource]] = {
    "finding": WorkSource(_("Finding to be put right"), _findings, "due_on", _finding),
    "match": WorkSource(_("Match to be decided"), _matches, "", _match),
    "offboarding_line": WorkSource(_("Off-boarding: to be done"), _lines, "due_on", _line),
    "offboarding": WorkSource(_("Off-boarding to be closed"), _to_close, "last_day", _closing),
    **{key: _of_owned(key, source) for key, source in DUES.items() if key not in _OWN},
}
