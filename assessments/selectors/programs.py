"""What programs ask of assessments that no page asks."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.selectors import people_who
from assessments.models import AnswerEvidence, Assessment, Questionnaire
from assessments.selectors.assessments import published, visible_to
from audit import clock
from audit.models import Event
from vendors.models import Contact, Evidence
from vendors.selectors.evidence import evidence_visible_to, with_files

#: Days to answer in, where nobody says otherwise; what the page proposes.
DAYS: Final = 30


def told(principal: Principal, permission: Permission = Permission.VIEW) -> QuerySet[Assessment]:
    """The assessments of the units in which `principal` holds `permission`, with what is told.

    `changed_at` is when their last event was recorded.
    """
    rows = visible_to(principal, permission).select_related("unit", "assigned_to")
    latest = _events().order_by("-position").values("recorded_at")[:1]
    return rows.annotate(changed_at=Subquery(latest))


def changed_since(rows: QuerySet[Assessment], moment: datetime) -> QuerySet[Assessment]:
    """Those to which something has happened at `moment` or after it."""
    return rows.filter(Exists(_events().filter(recorded_at__gte=moment)))


def _events() -> QuerySet[Event]:
    """What has happened to the assessment of an outer query. That it was scored is told elsewhere:
    a score follows some time after, and whoever writes with `If-Match` must not trip over it."""
    return Event.objects.filter(aggregate_id=OuterRef("pk"), type__startswith="assessment.")


def due_by_default() -> date:
    """Until when it is to be answered where nobody says otherwise."""
    return clock.today() + timedelta(days=DAYS)


def published_version(name: str) -> Questionnaire | None:
    """The published questionnaire of this hash, or the newest one of this key."""
    rows = published().filter(Q(content_hash=name) | Q(key=name))
    return rows.order_by("-published_at", "-pk").first()


def one_who_answers(email: str, unit_id: UUID) -> User | None:
    """The active person of this address who may fill in assessments of a unit."""
    return people_who(Permission.ANSWER, unit_id).filter(email=email.lower()).first()


def contacts_at(vendor_id: UUID, emails: Iterable[str]) -> dict[str, Contact]:
    """Address in lower case -> the active contact of the vendor who has it."""
    wanted = [one.lower() for one in emails]
    rows = Contact.objects.filter(vendor=vendor_id, is_active=True, email__in=wanted)
    return {one.email: one for one in rows}


def placed_evidence(assessment: Assessment, principal: Principal) -> QuerySet[AnswerEvidence]:
    """What stands beside the answers, with the documents and their files (`all_files`).

    `open_to` says whether `principal` may know more of a document than that there is one.
    """
    seen = evidence_visible_to(principal).filter(pk=OuterRef("evidence")).order_by()
    documents = with_files(Evidence.objects.all())
    rows = AnswerEvidence.objects.filter(assessment=assessment)
    return rows.annotate(open_to=Exists(seen)).prefetch_related(Prefetch("evidence", documents))
