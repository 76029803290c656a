"""Where the work of an engagement is done, and what the indicator makes of it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from audit.models import Event
from scoring.facts import jurisdiction
from scoring.indicators.value import Value
from scoring.models import IndicatorValue, Outstanding
from scoring.tasks import reassess_country
from tests.factories.law import country, make_fact, make_index, make_rating
from tests.factories.subcontracts import make_subcontract
from tests.factories.vendors import USUAL_INTAKE, make_engagement, make_vendor
from vendors.models import Engagement, Site
from vendors.selectors import law

DAY = date(2026, 3, 1)
pytestmark = pytest.mark.django_db


def values(*engagements: Engagement) -> dict[str, Value]:
    rows = list(Engagement.objects.filter(pk__in=[one.pk for one in engagements]))
    found = jurisdiction.SOURCE.values(rows, DAY, {})
    return {str(pk): value for pk, value in found.items()}


def decides(engagement: Engagement) -> str:
    return str(values(engagement)[str(engagement.pk)].inputs["decides"])


def test_without_the_data_taken_up_there_is_nothing_on_record(unit: BusinessUnit) -> None:
    assert values(make_engagement(make_vendor(unit), unit)) == {}


def test_worst_of_the_places_of_work_drives(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit, country="DE"), unit, made_in=["DE", "TH"])
    make_rating("DE", 10)
    make_rating("TH", 60)
    make_rating("VN", 90)
    found = values(engagement)[str(engagement.pk)]
    assert (found.pt, found.inputs["decides"]) == (6000, "TH")
    site = Site.objects.create(
        vendor=engagement.vendor, name="Works", activity="production", country="VN"
    )
    # A site that no engagement uses does not drive this one, one that it uses does.
    assert decides(engagement) == "TH"
    site.engagements.add(engagement)
    assert decides(engagement) == "VN"
    Site.objects.filter(pk=site.pk).update(closed_on=date(2026, 1, 1))
    assert decides(engagement) == "TH"


def test_subcontractor_and_its_sites_are_places_of_work(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit, country="DE"), unit, made_in=["DE"])
    below = make_vendor(unit, country="MY")
    for code, risk in (("DE", 10), ("MY", 60), ("VN", 90)):
        make_rating(code, risk)
    row = make_subcontract(engagement.vendor, below)
    assert decides(engagement) == "MY"
    site = Site.objects.create(vendor=below, name="Works", activity="tooling", country="VN")
    row.sites.add(site)
    assert decides(engagement) == "VN"


def test_seat_stands_for_the_place_of_work_where_none_is_known(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit, country="TW"), unit, made_in=[])
    make_rating("TW", 30)
    found = values(engagement)[str(engagement.pk)]
    assert found.said[0].code == "seat"
    nowhere = make_engagement(make_vendor(unit, country=""), unit, made_in=[])
    assert values(nowhere) == {}


def test_place_of_which_nothing_is_on_record_still_widens_the_range(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit), unit, made_in=["DE", "AQ"])
    make_rating("DE", 10)
    found = values(engagement)[str(engagement.pk)]
    assert not found.enough
    assert found.hi == 10_000


def test_index_gives_the_point_value_and_a_suspended_treaty_raises_it(unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit), unit, made_in=["VN"])
    country("VN")
    before = values(engagement)[str(engagement.pk)]
    assert not before.enough
    make_index({"VN": 49})
    known = values(engagement)[str(engagement.pk)]
    assert known.enough
    assert before.lo <= known.lo <= known.pt <= known.hi <= before.hi
    make_fact("VN", "paris", "suspended")
    assert values(engagement)[str(engagement.pk)].pt > known.pt


def test_moulds_count_as_trade_secrets_and_designs(unit: BusinessUnit) -> None:
    intake = {**USUAL_INTAKE, "ip_entrusted": ["moulds_tooling"]}
    engagement = make_engagement(make_vendor(unit), unit, made_in=["VN"], intake=intake)
    country("VN")
    facts = values(engagement)[str(engagement.pk)].inputs["places"][0]["facts"]
    assert {"trips", "paris", "hague_geneva"} <= set(facts)
    assert "berne" not in facts


def test_many_engagements_take_as_many_queries_as_one(unit: BusinessUnit) -> None:
    country("VN")
    made = [
        make_engagement(make_vendor(unit, country=code), unit, made_in=[code, "VN"])
        for code in ("DE", "TH", "MY", "NA", "TW")
    ]
    for engagement in made:
        make_subcontract(engagement.vendor, make_vendor(unit, country="ID"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        jurisdiction.SOURCE.values(
            list(Engagement.objects.filter(pk=made[0].pk).select_related("vendor")), DAY, {}
        )
    rows = list(Engagement.objects.select_related("vendor"))
    one = list(Engagement.objects.filter(pk=made[0].pk).select_related("vendor"))
    with CaptureQueriesContext(connection) as few:
        jurisdiction.SOURCE.values(one, DAY, {})
    rows = list(Engagement.objects.select_related("vendor"))
    with CaptureQueriesContext(connection) as many:
        found = jurisdiction.SOURCE.values(rows, DAY, {})
    assert len(found) == 5
    assert len(many) == len(few) <= 8


def test_every_sentence_has_its_places_filled(unit: BusinessUnit) -> None:
    country("VN")
    make_index({"VN": 49})
    kinds = ["source_code", "personal_data"]
    intake = {**USUAL_INTAKE, "ip_entrusted": kinds}
    engagement = make_engagement(make_vendor(unit), unit, made_in=["VN"], intake=intake)
    for said in values(engagement)[str(engagement.pk)].said:
        assert str(jurisdiction.SENTENCES[said.code]).format(**said.values)


def test_countries_in_use_are_those_that_vendors_have_to_do_with(unit: BusinessUnit) -> None:
    make_engagement(make_vendor(unit, country="DE"), unit, made_in=["TH", "VN"])
    assert law.codes_in_use() == {"DE", "TH", "VN"}


def test_rating_by_counsel_reaches_every_vendor_concerned(unit: BusinessUnit) -> None:
    there = make_engagement(make_vendor(unit, country="DE"), unit, made_in=["TH"])
    elsewhere = make_engagement(make_vendor(unit, country="DE"), unit, made_in=["DE"])
    make_rating("TH", 55)
    noted = Outstanding.objects.filter(subject="country", subject_id=country("TH").pk)
    assert noted.exists()
    reassess_country(str(Event.objects.get(type="country.rated").id))
    assert not noted.exists()
    found = IndicatorValue.objects.get(key="jurisdiction", engagement=there)
    assert found.pt == 5_500
    assert not IndicatorValue.objects.filter(engagement=elsewhere).exists()
