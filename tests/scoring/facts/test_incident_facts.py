"""From recorded incidents, plans and trainings to the values of indicators."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from scoring.facts.registry import SOURCES
from scoring.indicators.value import KEYS, Value
from tests.factories.incidents import (
    make_incident,
    make_item,
    make_person,
    make_subcontract,
    make_topic,
)
from tests.factories.vendors import make_engagement, make_vendor
from vendors.models import Engagement, Subcontract, VendorUnit
from vendors.services import incident_parts, monitoring, training

TODAY = date(2026, 3, 17)


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def values(key: str, *engagements: Engagement) -> Mapping[UUID, Value]:
    """The values of an indicator, on a day after everything in these tests."""
    known = {"monitoring": SOURCES["monitoring"].values(engagements, TODAY, {})}
    return SOURCES[key].values(engagements, TODAY, known)


def risk(engagement: Engagement) -> int:
    """The risk of incidents; 0 where nothing is on record."""
    return values("incidents", engagement)[engagement.pk].pt


def test_an_engagement_counts_incidents_of_its_unit_and_those_that_others_share(
    engagement: Engagement, other_unit: BusinessUnit
) -> None:
    vendor = engagement.vendor
    VendorUnit.objects.create(vendor=vendor, unit=other_unit)
    elsewhere = make_engagement(vendor, other_unit)
    assert risk(engagement) == 0
    make_incident(elsewhere, status="confirmed", severity="severe")
    assert (risk(engagement), risk(elsewhere)) == (0, 6000)
    make_incident(elsewhere, status="confirmed", severity="minor", shared=True)
    assert (risk(engagement), risk(elsewhere)) == (1000, 7000)


def test_an_incident_without_engagement_counts_for_all_of_the_unit(
    engagement: Engagement, unit: BusinessUnit
) -> None:
    second = make_engagement(engagement.vendor, unit)
    make_incident(engagement, engagement=None, status="confirmed")
    assert (risk(engagement), risk(second)) == (3000, 3000)


def test_unfounded_and_closed_ones_count_as_the_method_says(engagement: Engagement) -> None:
    make_incident(engagement, status="unfounded", severity="critical")
    assert risk(engagement) == 0
    make_incident(engagement, status="closed", severity="critical")
    assert risk(engagement) == 5000


def test_only_a_plan_that_is_kept_makes_what_is_found_a_document(engagement: Engagement) -> None:
    incident = make_incident(engagement, status="confirmed")
    incident_parts.add_evidence(incident=incident, title="Sample", kept_at="Safe", by=SYSTEM)
    before = values("incidents", engagement)[engagement.pk]
    monitoring.check(item=make_item(engagement), done_on=date(2026, 3, 1), by=SYSTEM)
    after = values("incidents", engagement)[engagement.pk]
    assert (after.pt, after.evidence) == (before.pt, before.evidence + 1)


def test_an_incident_of_a_fourth_party_counts_less_with_each_step_down(
    engagement: Engagement, unit: BusinessUnit
) -> None:
    top, middle = engagement.vendor, make_vendor(unit)
    bottom = make_vendor(unit, name="Anvil Tooling Ltd")
    make_subcontract(top, middle)
    below = make_subcontract(middle, bottom)
    make_subcontract(bottom, top)  # a circle
    make_incident(make_engagement(bottom, unit), status="confirmed")
    value = values("incidents", engagement)[engagement.pk]
    assert value.pt == 750
    assert "Anvil Tooling Ltd" in [said.values.get("fourth_party") for said in value.said]
    Subcontract.objects.filter(pk=below.pk).update(status="ended")
    assert risk(engagement) == 0


def test_a_subcontract_for_one_engagement_says_nothing_about_another(
    engagement: Engagement, unit: BusinessUnit
) -> None:
    second = make_engagement(engagement.vendor, unit)
    bottom = make_vendor(unit)
    make_subcontract(engagement.vendor, bottom, engagement=second)
    make_incident(make_engagement(bottom, unit), status="confirmed")
    assert (risk(engagement), risk(second)) == (0, 1500)


def test_a_fourth_party_incident_of_another_unit_stays_there(
    engagement: Engagement, other_unit: BusinessUnit
) -> None:
    bottom = make_vendor(other_unit)
    make_subcontract(engagement.vendor, bottom)
    make_incident(make_engagement(bottom, other_unit), status="confirmed")
    assert risk(engagement) == 0


def test_a_plan_counts_by_what_is_checked_in_time(engagement: Engagement) -> None:
    first, second = make_item(engagement), make_item(engagement, importance=3)
    assert values("monitoring", engagement)[engagement.pk].pt == 10_000
    monitoring.check(item=first, done_on=date(2026, 3, 1), by=SYSTEM)
    assert values("monitoring", engagement)[engagement.pk].pt == 7500
    monitoring.check(item=second, done_on=date(2026, 3, 2), note="All shops", by=SYSTEM)
    value = values("monitoring", engagement)[engagement.pk]
    assert (value.pt, value.next_change) == (0, date(2026, 4, 2))
    monitoring.change(item=first, version=1, values={"active": False}, by=SYSTEM)
    monitoring.change(item=second, version=1, values={"active": False}, by=SYSTEM)
    assert values("monitoring", engagement) == {}


def test_training_counts_named_people_by_what_is_needed_of_their_side(
    engagement: Engagement,
) -> None:
    ours, theirs = make_person(engagement, side="ours"), make_person(engagement, side="vendor")
    topic = make_topic(engagement)
    for person in (ours, theirs):
        training.put_record(
            person=person, topic=topic, done_on=date(2026, 1, 5), valid_until=date(2026, 6, 30),
            by=SYSTEM,
        )  # fmt: skip
    value = values("training", engagement)[engagement.pk]
    assert (value.pt, value.next_change) == (0, date(2026, 7, 1))
    assert ours.name not in str(value)
    make_topic(engagement, needed_of="vendor")
    assert values("training", engagement)[engagement.pk].pt == 5000
    training.put_record(
        person=ours, topic=topic, done_on=date(2026, 2, 5), valid_until=None, by=SYSTEM
    )
    assert values("training", engagement)[engagement.pk].next_change is None


@pytest.mark.parametrize("key", ["incidents", "monitoring", "training"])
def test_many_engagements_cost_as_many_queries_as_one(unit: BusinessUnit, key: str) -> None:
    def one() -> Engagement:
        engagement = make_engagement(make_vendor(unit), unit)
        make_subcontract(engagement.vendor, make_vendor(unit))
        make_incident(engagement)
        make_item(engagement)
        make_person(engagement)
        make_topic(engagement, needed_of="both")
        return engagement

    def queries(*engagements: Engagement) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            values(key, *engagements)
        return len(seen)

    several = [one() for _ in range(4)]
    assert queries(several[0]) == queries(*several)


@pytest.mark.parametrize("key", ["incidents", "monitoring", "training"])
def test_every_sentence_has_its_values(
    engagement: Engagement, unit: BusinessUnit, key: str
) -> None:
    bottom = make_vendor(unit)
    make_subcontract(engagement.vendor, bottom)
    for status in ("reported", "confirmed", "closed"):
        make_incident(engagement, status=status)
        make_incident(make_engagement(bottom, unit), status=status, severity="critical")
    monitoring.check(item=make_item(engagement), done_on=date(2026, 1, 9), by=SYSTEM)
    make_item(engagement)
    make_item(engagement, since=date(2026, 3, 10))
    training.put_record(
        person=make_person(engagement), topic=make_topic(engagement), done_on=date(2026, 1, 5),
        valid_until=date(2026, 6, 30), by=SYSTEM,
    )  # fmt: skip
    make_person(engagement)
    said = values(key, engagement)[engagement.pk].said
    sentences = [str(SOURCES[key].sentences[one.code]).format(**one.values) for one in said]
    assert all(sentence and "{" not in sentence for sentence in sentences)
    assert key in KEYS
