"""IP schedules of engagements as the indicator takes them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scoring.facts.source import Known, Source
from scoring.indicators.ip_schedule import Asset, Audited, Disclosed, Schedule, evaluate
from scoring.indicators.value import Value
from vendors.models import Disclosure, Engagement, IpAsset, SiteAudit
from vendors.registrations import REGISTRABLE
from vendors.selectors.ip import assets_of, disclosures_of, is_needed, registrations_of
from vendors.selectors.sites import audits_of_engagements, countries_in, places_of

SENTENCES: Final[Mapping[str, str | Promise]] = {
    "in_force": _("A right is in force for {count} of {of} pairs of asset and country."),
    "none_needed": _("None of the {count} assets on the schedule is protected by registration."),
    "none_needed_one": _("The one asset on the schedule is not protected by registration."),
    "missing": _("No right in force: {name}, {country}."),
    "more_missing": _("The same for {count} further pairs of asset and country."),
    "more_missing_one": _("The same for one further pair of asset and country."),
    "pending": _("Applied for and not registered yet: {count}."),
    "no_country": _("It is not known in which countries the work is done."),
    "unknown": _("Not known whether registered: {count}."),
    "not_on_schedule": _("Entrusted, and no asset on the schedule: {kind}."),
    "late": _("Not returned or destroyed when it should have been: {count} of {of} disclosures."),
    "without_certificate": _("Destroyed without a certificate: {count}."),
    "audited": _("All {count} sites in use have an audit that was passed and still holds."),
    "audited_one": _("The one site in use has an audit that was passed and still holds."),
}


def values(engagements: Sequence[Engagement], as_of: date, _known: Known) -> dict[UUID, Value]:
    """The indicator of each engagement with a schedule or a disclosure; six queries in all."""
    places = places_of(engagements)
    assets, disclosures = assets_of(engagements), disclosures_of(engagements)
    recorded = [one for one in engagements if assets[one.pk] or disclosures[one.pk]]
    audits = audits_of_engagements(recorded)
    return {
        one.pk: evaluate(
            _schedule(
                one,
                assets[one.pk],
                disclosures[one.pk],
                countries_in(places[one.pk]),
                audits[one.pk],
            ),
            as_of,
        )
        for one in recorded
    }


def _schedule(
    engagement: Engagement,
    assets: Iterable[IpAsset],
    disclosures: Iterable[Disclosure],
    countries: tuple[str, ...],
    audits: Mapping[UUID, SiteAudit | None],
) -> Schedule:
    listed = {asset.kind for asset in assets}
    return Schedule(
        assets=tuple(
            Asset(
                key=str(asset.pk),
                name=asset.name,
                kind=asset.kind,
                needed=is_needed(asset),
                registrations=registrations_of(asset),
            )
            for asset in assets
        ),
        kinds_without_asset=tuple(
            sorted(kind for kind in engagement.ip_kinds if kind in REGISTRABLE - listed)
        ),
        countries=countries,
        disclosures=tuple(
            Disclosed(
                key=str(one.pk),
                outcome=one.outcome,
                return_by=one.return_by,
                certified=bool(one.certificate),
            )
            for one in disclosures
        ),
        sites=tuple(
            Audited(
                key=str(site_id),
                result=audit.result if audit else "",
                next_due=audit.next_due if audit else None,
            )
            for site_id, audit in audits.items()
        ),
        ended=engagement.status == Engagement.Status.ENDED,
    )


SOURCE: Final = Source(
    title=_("IP schedule"), sentences=SENTENCES, values=values, page="vendors:ip"
)
