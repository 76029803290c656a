"""Telling people of findings, matches and off-boardings. Whoever caused it is not told."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import people_who
from accounts.services import notifications
from accounts.zones import zone
from audit import clock
from audit.models import Event
from vendors.models import Finding, Match, VendorUnit
from vendors.selectors.findings import RESTING
from vendors.services import offboarding_notices

#: What was due longer ago is not told any more.
_LATE: Final = timedelta(days=30)


def tell_of(*, event_id: UUID) -> None:
    """Tell whom an event about a finding, a match or an off-boarding concerns."""
    event = Event.objects.get(id=event_id)
    if event.type == "screening.match":
        _of_match(event)
    elif event.aggregate_type == "offboarding":
        offboarding_notices.tell_of(event)
    else:
        _of_finding(event)


def _caused(event: Event, user: User) -> bool:
    return (event.actor_kind, event.actor_id) == ("user", str(user.pk))


def _of_finding(event: Event) -> None:
    """Its owner: when it is raised, and when it becomes theirs."""
    finding = (
        Finding.objects.select_related("owner", "vendor").filter(pk=event.aggregate_id).first()
    )
    if finding is None or finding.status == Finding.Status.CLOSED:
        return
    if event.actor_kind == "contact":
        _of_answer(event, finding)
        return
    if finding.owner is None:
        return
    if event.type == "finding.changed" and "owner_id" not in event.data["fields"]:
        return
    if not _caused(event, finding.owner):
        _tell_owner(finding, finding.owner, "finding_opened", "raised")


def _of_answer(event: Event, finding: Finding) -> None:
    """The vendor has spoken: its owner, else who owns the vendor in the unit of the finding."""
    people = [finding.owner] if finding.owner else []
    if not people:
        links = VendorUnit.objects.filter(vendor=finding.vendor_id, unit=finding.unit_id)
        people = [one.owner for one in links.select_related("owner") if one.owner]
    for user in people:
        _tell_owner(finding, user, "finding_answered", str(event.id))


def _tell_owner(finding: Finding, owner: User, kind: str, occasion: str) -> None:
    said = {"vendor": finding.vendor.name, "title": finding.title}
    with translation.override(owner.language):
        words = {
            "finding_overdue": _("Finding overdue: %(vendor)s, %(title)s"),
            "finding_answered": _("Answered by the vendor: %(vendor)s, %(title)s"),
            "finding_opened": _("Finding that you own: %(vendor)s, %(title)s"),
        }[kind]
        notifications.tell(
            user=owner,
            kind=kind,
            title=words % said,
            url=reverse("vendors:finding", args=[finding.pk]),
            unit_id=finding.unit_id,
            about=finding.pk,
            occasion=occasion,
        )


def _of_match(event: Event) -> None:
    """Who decides on matches in the units that work with the vendor."""
    match = Match.objects.select_related("vendor", "watch_list").get(pk=event.data["match_id"])
    if match.status != Match.Status.OPEN:
        return
    told: set[UUID] = set()
    for unit_id in VendorUnit.objects.filter(vendor=match.vendor_id).values_list("unit", flat=True):
        for user in people_who(Permission.DECIDE_FACTS, unit_id):
            if user.pk in told or _caused(event, user):
                continue
            told.add(user.pk)
            with translation.override(user.language):
                notifications.tell(
                    user=user,
                    kind="match_found",
                    title=_("To decide: is %(vendor)s on the list %(list)s?")
                    % {"vendor": match.vendor.name, "list": match.watch_list.title},
                    url=reverse("vendors:match", args=[match.pk]),
                    unit_id=unit_id,
                    about=match.pk,
                    occasion=str(event.id),
                )


def tell_of_overdue() -> None:
    """Tell who sees to a finding, or to a line of an off-boarding, once, when its day is over
    where they are.

    That is its owner; where a finding has none, whoever the vendor belongs to in the unit.
    """
    offboarding_notices.tell_of_overdue()
    late = list(
        Finding.objects.exclude(status__in=RESTING)
        .filter(
            due_on__lte=clock.today() + timedelta(days=1),
            due_on__gt=clock.today() - _LATE,
        )
        .select_related("owner", "vendor")
    )
    nobodys = {finding.vendor_id for finding in late if finding.owner is None}
    links = VendorUnit.objects.filter(vendor__in=nobodys, owner__isnull=False)
    minders = {(link.vendor_id, link.unit_id): link.owner for link in links.select_related("owner")}
    for finding in late:
        user = finding.owner or minders.get((finding.vendor_id, finding.unit_id))
        if user is None or finding.due_on is None:
            continue
        if clock.now().astimezone(zone(user.time_zone)).date() > finding.due_on:
            _tell_owner(finding, user, "finding_overdue", finding.due_on.isoformat())
