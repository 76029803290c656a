"""Which rows belong to an engagement, so that they are hidden with it: the one table of ways.

An engagement that is limited to named people does not exist for others, nor does anything that
belongs to it. `accounts.scoping` asks here for every table it is given; a table that is not listed
is refused, so that a new one cannot be forgotten.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.models import Engagement
from vendors.selectors.limits import closed_to

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import Model, QuerySet

#: Table -> the first step of the way from its rows to their engagement; the table that it leads to
#: has its own.
WAYS: Final[Mapping[str, str]] = {
    "vendors.engagement": "",
    "vendors.clause": "contract",
    "vendors.contract": "engagement",
    "vendors.disclosure": "engagement",
    "vendors.evidence": "engagement",
    "vendors.evidencefile": "evidence",
    "vendors.finding": "engagement",
    "vendors.ictservice": "engagement",
    "vendors.incident": "engagement",
    "vendors.incidentmeasure": "incident",
    "vendors.ipimport": "engagement",
    "vendors.ipregistration": "asset",
    "vendors.legalhold": "engagement",
    "vendors.legalnote": "engagement",
    "vendors.monitoringcheck": "item",
    "vendors.monitoringitem": "engagement",
    "vendors.offboarding": "engagement",
    "vendors.offboardingline": "offboarding",
    "vendors.subcontract": "engagement",
    "vendors.trainingperson": "engagement",
    "vendors.trainingrecord": "person",
    "vendors.trainingtopic": "engagement",
    "assessments.answer": "assessment",
    "assessments.answerevidence": "assessment",
    "assessments.answerfile": "assessment",
    "assessments.assessment": "engagement",
    "assessments.filledworkbook": "engagement",
    "assessments.renewal": "engagement",
    "assessments.stagetime": "engagement",
    "assessments.supplierrequest": "engagement",
    "scoring.currentscore": "assessment",
    "scoring.decision": "engagement",
    "scoring.score": "assessment",
}
#: Tables whose rows may belong to several engagements: hidden where all of these are.
SHARED: Final[Mapping[str, str]] = {"vendors.ipasset": "engagements"}
#: Tables of whose rows none is of an engagement, and what they are of.
OF_NO_ENGAGEMENT: Final[Mapping[str, str]] = {
    "accounts.businessunit": "the unit itself",
    "accounts.membership": "who works in a unit",
    "audit.event": "hidden by what it is about (`events`)",
    "vendors.contractimport": "a file that somebody uploaded for a unit",
    "vendors.financeimport": "figures of a vendor",
    "vendors.siteaudit": "of a site, which is the vendor's",
    "vendors.subcontractimport": "a file that somebody uploaded for a unit",
    "vendors.vendorimport": "a list of vendors",
    "vendors.vendorunit": "that a unit works with a vendor",
}
#: What events are about -> its table, as far as that belongs to an engagement.
SUBJECTS: Final[Mapping[str, str]] = {
    "assessment": "assessments.assessment",
    "contract": "vendors.contract",
    "disclosure": "vendors.disclosure",
    "engagement": "vendors.engagement",
    "evidence": "vendors.evidence",
    "finding": "vendors.finding",
    "incident": "vendors.incident",
    "ip_asset": "vendors.ipasset",
    "legal_hold": "vendors.legalhold",
    "legal_note": "vendors.legalnote",
    "monitoring_item": "vendors.monitoringitem",
    "offboarding": "vendors.offboarding",
    "supplier_request": "assessments.supplierrequest",
    "training_person": "vendors.trainingperson",
    "training_topic": "vendors.trainingtopic",
}


def condition(model: type[Model], principal: Principal) -> Q | None:
    """What rows of `model` have to meet to exist for `principal`; None: nothing."""
    label = model._meta.label_lower
    if label in OF_NO_ENGAGEMENT or closed_to(principal) is None:
        return None
    return _condition(label, principal.kind, principal.id)


def events(principal: Principal) -> Q | None:
    """What events have to meet: neither about something hidden, nor naming such an engagement, nor
    about a note of legal reviewers where they are none.

    One query, and a condition on engagements only where one is hidden.
    """
    closed, privy = closed_to(principal), principal.units(Permission.PRIVILEGE)
    notes = Q() if privy is None else ~Q(aggregate_type="legal_note") | Q(unit_id__in=privy)
    ids = [] if closed is None else [str(pk) for pk in closed.values_list("pk", flat=True)]
    if closed is None or not ids:
        return notes
    named = Coalesce(KeyTextTransform("engagement_id", "data"), Value(""), output_field=TextField())
    return notes & ~Q(aggregate_id__in=_subjects(closed)) & ~Q(In(named, ids))


def hidden(principal: Principal, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids, of whatever events are about, that do not exist for `principal`."""
    closed = closed_to(principal) if ids else None
    return set() if closed is None else set(_subjects(closed, ids))


def belonging(engagement_ids: Collection[UUID]) -> QuerySet[Any, Any]:
    """The ids of all that events are about and that belongs to these engagements only."""
    return _subjects(Engagement.objects.filter(pk__in=engagement_ids).values("pk"))


@lru_cache(maxsize=4096)
def _condition(label: str, kind: str, pk: str) -> Q:
    # Asked only of those for whom something can be closed.
    return ~_closed(label, cast("QuerySet[Any, Any]", closed_to(Principal(kind, pk, ""))))


def _closed(label: str, engagements: QuerySet[Any, Any]) -> Q:
    """That a row belongs to one of these engagements, and to no other.

    Lists of ids rather than joins: the few engagements that are limited are read once, and rows are
    only compared with them.
    """
    if label in SHARED:
        return _closed_in_all(label, engagements)
    way = WAYS[label]
    if way in {"", "engagement"}:
        return Q(**{f"{way or 'pk'}__in": engagements})
    there: Any = apps.get_model(label)._meta.get_field(way).related_model
    found = there.objects.filter(_closed(there._meta.label_lower, engagements))
    return Q(**{f"{way}__in": found.order_by().values("pk")})


def _closed_in_all(label: str, engagements: QuerySet[Any, Any]) -> Q:
    field: Any = apps.get_model(label)._meta.get_field(SHARED[label])
    uses = field.remote_field.through.objects.filter(**{field.m2m_field_name(): OuterRef("pk")})
    return Q(Exists(uses.filter(engagement__in=engagements))) & ~Q(
        Exists(uses.exclude(engagement__in=engagements))
    )


def _subjects(
    engagements: QuerySet[Any, Any], among: Collection[UUID] | None = None
) -> QuerySet[Any, Any]:
    """The ids of all that events are about and that belongs to these engagements only."""
    parts = []
    for label in SUBJECTS.values():
        model: Any = apps.get_model(label)
        rows = model.objects.filter(_closed(label, engagements))
        if among is not None:
            rows = rows.filter(pk__in=among)
        parts.append(rows.order_by().values_list("pk", flat=True))
    found: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True)
    return found
