"""What the rules of retention would take away, and what a legal hold keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.scoping import belonging
from accounts.services import known_devices, letters, notifications
from assessments.models import (
    AnswerEvidence,
    AnswerFile,
    Assessment,
    Invitation,
    PortalSession,
)
from audit import clock
from audit.models import Event, EventDetail
from vendors.models import Contact, Engagement, Evidence, EvidenceFile, Finding, Offboarding
from vendors.selectors.findings import RESTING
from vendors.selectors.holds import held, standing

#: The one subject of the events about runs.
RETENTION: Final = UUID("00000000-0000-7000-8000-00000000000d")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `due`: what is older than `days`, held or not; `kept`: which of it a hold keeps,
    given the ids of all that is held."""

    key: str
    title: str | Promise
    says: str | Promise
    due: Callable[[timedelta], QuerySet[Any]]
    kept: Callable[[frozenset[UUID]], Q]

    @property
    def days(self) -> int:
        """How long it is kept; 0: for ever."""
        found: int = settings.RETENTION[self.key]
        return found

    def rows(self) -> QuerySet[Any]:
        """What is due, held or not."""
        found = self.due(timedelta(days=self.days))
        return found if self.days else found.none()


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would take away now, and what a hold keeps from it."""

    rule: Rule
    going: int
    held: int


def held_ids() -> frozenset[UUID]:
    """The ids of all that legal holds keep: vendors, engagements and what belongs to them."""
    holds: list[tuple[UUID, UUID | None]] = list(standing().values_list("vendor", "engagement"))
    if not holds:
        return frozenset()
    whole = {vendor for vendor, engagement in holds if engagement is None}
    engagements = {engagement for _vendor, engagement in holds if engagement is not None}
    engagements |= set(Engagement.objects.filter(vendor__in=whole).values_list("pk", flat=True))
    found = belonging(engagements) | engagements | {vendor for vendor, _engagement in holds}
    # Contacts are of the vendor: what was said to them may be about any engagement of it.
    vendors = {vendor for vendor, _engagement in holds}
    found |= set(Contact.objects.filter(vendor__in=vendors).values_list("pk", flat=True))
    models: tuple[Any, ...] = (Evidence, Finding)
    for model in models:
        rows: QuerySet[Any] = model.objects.filter(vendor__in=whole)
        found |= set(rows.values_list("pk", flat=True))
    asked = Invitation.objects.filter(assessment__engagement__in=engagements)
    return frozenset(found | set(asked.values_list("pk", flat=True)))


def _visits(kept: timedelta) -> QuerySet[PortalSession]:
    before = clock.now() - kept
    rows = PortalSession.objects.annotate(over=Coalesce("ended_at", "ends_at"))
    return rows.filter(over__lt=before)


def _workbooks(kept: timedelta) -> QuerySet[AnswerFile]:
    return AnswerFile.objects.filter(created_at__lt=clock.now() - kept)


def _files(kept: timedelta) -> QuerySet[EvidenceFile]:
    """Files of documents that only closed assessments use, with which nothing has happened since.

    A document that still proves something, is used by a finding that is not settled, or in an
    off-boarding that runs, stays.
    """
    before = clock.now() - kept
    links = AnswerEvidence.objects.filter(evidence=OuterRef("evidence"))
    lately = Event.objects.filter(aggregate_id=OuterRef("assessment"), occurred_at__gte=before)
    in_use = links.filter(~Q(assessment__status=Assessment.Status.CLOSED) | Q(Exists(lately)))
    found = Finding.evidence.through.objects.filter(evidence=OuterRef("evidence"))
    unsettled = found.exclude(finding__status__in=RESTING)
    lines = Evidence.offboarding_lines.through.objects.filter(evidence=OuterRef("evidence"))
    running = lines.filter(offboardingline__offboarding__status=Offboarding.Status.OPEN)
    spent = Q(evidence__expires_on=None) | Q(evidence__expires_on__lt=clock.today())
    rows = EvidenceFile.objects.filter(spent, erased=None, uploaded_at__lt=before)
    return rows.filter(Exists(links), ~Exists(in_use), ~Exists(unsettled), ~Exists(running))


def _details(kept: timedelta) -> QuerySet[EventDetail]:
    return EventDetail.objects.filter(event__occurred_at__lt=clock.now() - kept)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "letters",
        _("Letters"),
        _("Address and text of letters that were sent or given up"),
        letters.old,
        lambda ids: Q(about__in=ids),
    ),
    Rule(
        "notifications",
        _("Notifications"),
        _("What members were told and have read; unread, after twice that time"),
        notifications.old,
        lambda ids: Q(about__in=ids),
    ),
    Rule(
        "visits",
        _("Visits of vendors' contacts"),
        _("When somebody was there, and the links they came by"),
        _visits,
        lambda _ids: held("invitation__assessment__vendor", "invitation__assessment__engagement"),
    ),
    Rule(
        "devices",
        _("Devices of members"),
        _("From which browsers and networks members signed in, so that a new one is told"),
        known_devices.old,
        # About a member, never about a vendor.
        lambda _ids: Q(pk__in=()),
    ),
    Rule(
        "workbooks",
        _("Workbooks with answers"),
        _("What was read from them to be compared, taken or not"),
        _workbooks,
        lambda _ids: held("assessment__vendor", "assessment__engagement"),
    ),
    Rule(
        "evidence",
        _("Documents of closed assessments"),
        _("The files; their names, sizes and hashes stay"),
        _files,
        lambda ids: Q(evidence__in=ids) | held("evidence__vendor", "evidence__engagement"),
    ),
    Rule(
        "log_details",
        _("Private details of the log"),
        _("Names, notes and answers beside the record, which can still be verified"),
        _details,
        lambda ids: Q(event__aggregate_id__in=ids),
    ),
)


def due_now() -> list[Due]:
    """The rules with what each would take away now: the dry run. Writes nothing."""
    ids = held_ids()
    return [
        Due(
            rule,
            rule.rows().exclude(rule.kept(ids)).count(),
            rule.rows().filter(rule.kept(ids)).count(),
        )
        for rule in RULES
    ]


def last_run() -> Event | None:
    """The latest run on record."""
    return Event.objects.filter(aggregate_id=RETENTION).order_by("-position").first()
