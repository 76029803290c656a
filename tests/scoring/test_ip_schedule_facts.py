"""From recorded IP schedules to the indicator."""

from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from audit import clock
from scoring.facts.ip_schedule import SENTENCES, SOURCE
from scoring.indicators.value import Value
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_site
from tests.factories.vendors import USUAL_INTAKE, make_engagement, make_vendor
from vendors.models import Engagement


def values_of(*engagements: Engagement) -> dict[UUID, Value]:
    rows = Engagement.objects.filter(pk__in=[one.pk for one in engagements])
    return dict(SOURCE.values(list(rows.select_related("vendor")), clock.today(), {}))


def test_an_engagement_without_schedule_and_disclosures_has_no_indicator(
    unit: BusinessUnit,
) -> None:
    assert values_of(make_engagement(make_vendor(unit), unit)) == {}


def test_the_indicator_follows_from_assets_countries_sites_and_disclosures(
    unit: BusinessUnit,
) -> None:
    intake = {**USUAL_INTAKE, "ip_entrusted": ["inventions"]}
    engagement = make_engagement(make_vendor(unit), unit, made_in=["VN"], intake=intake)
    asset = make_asset(engagement, "VN")
    site = make_site(engagement.vendor, "CN", engagement)
    make_audit(site, unit)
    make_disclosure(engagement, asset)
    value = values_of(engagement)[engagement.pk]
    assert (value.lo, value.pt, value.hi) == (5000, 5000, 5000)
    said = list(value.said)
    assert said[0].values == {"count": 1, "of": 2}
    assert {one.code for one in said} <= set(SENTENCES)
    for one in said:
        assert str(SENTENCES[one.code]).format(**one.values)


def test_many_engagements_take_as_many_queries_as_one(unit: BusinessUnit) -> None:
    made = []
    for _ in range(4):
        engagement = make_engagement(make_vendor(unit), unit)
        make_disclosure(engagement, make_asset(engagement, "VN", "CN"))
        make_audit(make_site(engagement.vendor, "VN", engagement), unit)
        made.append(engagement)
    with CaptureQueriesContext(connection) as one:
        values_of(made[0])
    with CaptureQueriesContext(connection) as many:
        values_of(*made)
    assert len(one) == len(many)
