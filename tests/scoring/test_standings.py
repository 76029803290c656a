"""Where a vendor stands: the worst of what counts, by unit, by day."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.engine.methodology import DIMENSIONS
from scoring.models import BandCount, CurrentScore, Outstanding, SearchText, Standing
from scoring.services import scores, standings
from tests.factories.assessments import (
    answer_all,
    make_assessment,
    small_questionnaire,
    submitted,
)
from tests.factories.offboarding import end_engagement
from tests.factories.scoring import band_sums, catch_up, recount, rolled_up, say, score, scored
from tests.factories.vendors import archived_before, make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def standing(vendor: Vendor, unit: BusinessUnit | None) -> Standing:
    """The present standing of a vendor in a unit, or over all (None)."""
    return Standing.objects.get(vendor=vendor, unit=unit, valid_to__isnull=True)


def another(vendor: Vendor, unit: BusinessUnit, of: Assessment) -> Assessment:
    """A second engagement of the vendor, with a draft of the same questionnaire."""
    return make_assessment(
        unit, engagement=make_engagement(vendor, unit), questionnaire=of.questionnaire
    )


class TestRating:
    def test_a_vendor_without_an_assessment_stands_as_not_rated(self, unit: BusinessUnit) -> None:
        vendor = make_vendor(unit, name="Søren & Łukasz ApS", country="DK")
        catch_up()
        found = standing(vendor, unit)
        assert (found.band, found.points, found.sort_points) == ("not_rated", None, -1)
        assert (found.tier, found.assessments, found.not_rated) == ("", 0, 0)
        assert SearchText.objects.get().sort_name == "soren lukasz aps"
        assert standing(vendor, None).band == "not_rated"

    def test_an_engagement_nobody_has_assessed_counts_as_not_rated(
        self, unit: BusinessUnit
    ) -> None:
        assessment = scored(unit)
        make_engagement(assessment.vendor, unit)
        catch_up()
        found = standing(assessment.vendor, unit)
        assert found.points is not None
        assert (found.assessments, found.not_rated) == (1, 1)
        assert found.status == "provisional"

    def test_the_worst_assessment_of_several_engagements_is_the_rating(
        self, unit: BusinessUnit
    ) -> None:
        good = scored(unit)
        bad = another(good.vendor, unit, good)
        answer_all(bad)
        say(bad, discloses="never", staff=100)
        worse = score(bad)
        found = standing(good.vendor, unit)
        assert found.points == worse.points
        assert found.driver == bad.pk
        assert found.dimensions == [
            worse.dimensions[key][1] if key in worse.dimensions else None for key in DIMENSIONS
        ]

    def test_what_was_handed_in_counts_until_its_successor_is(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        first = submitted(unit)
        score(first)
        assessments.take(assessment=first, by=legal.principal)
        assessments.sign_off(assessment=first, by=legal.principal)
        score(first)
        renewal = make_assessment(
            unit, engagement=first.engagement, questionnaire=first.questionnaire
        )
        answer_all(renewal)
        say(renewal, assigns="no")
        score(renewal)
        assert standing(first.vendor, unit).driver == first.pk
        assert standing(first.vendor, unit).status == "final"
        assessments.submit(assessment=renewal, by=SYSTEM)
        score(renewal)
        assert standing(first.vendor, unit).driver == renewal.pk
        assert standing(first.vendor, unit).blocked

    def test_an_engagement_that_has_ended_counts_no_more(self, unit: BusinessUnit) -> None:
        assessment = scored(unit, worst=True)
        end_engagement(assessment.engagement)
        catch_up()
        assert standing(assessment.vendor, unit).band == "not_rated"

    def test_a_cancelled_assessment_counts_no_more(self, unit: BusinessUnit) -> None:
        assessment = scored(unit, worst=True)
        assessments.cancel(assessment=assessment, reason="Opened by mistake", by=SYSTEM)
        catch_up()
        found = standing(assessment.vendor, unit)
        assert (found.band, found.assessments, found.not_rated) == ("not_rated", 0, 1)


class TestUnits:
    def test_each_unit_sees_the_rating_of_its_own_engagements(
        self, unit: BusinessUnit, other_unit: BusinessUnit
    ) -> None:
        good = scored(unit)
        vendors.link_unit(vendor=good.vendor, unit=other_unit, by=SYSTEM)
        bad = another(good.vendor, other_unit, good)
        answer_all(bad)
        say(bad, assigns="no")
        score(bad)
        assert standing(good.vendor, unit).driver == good.pk
        assert standing(good.vendor, other_unit).driver == bad.pk
        assert standing(good.vendor, None).driver == bad.pk

    def test_an_archived_vendor_leaves_the_roll_ups_and_comes_back(
        self, unit: BusinessUnit
    ) -> None:
        assessment = scored(unit, worst=True)
        vendor = Vendor.objects.get(pk=assessment.vendor_id)
        archived_before(vendor)
        catch_up()
        assert standing(vendor, unit).archived
        assert not BandCount.objects.exclude(vendors=0).exists()
        assert not band_sums()
        vendors.restore(vendor=vendor, by=SYSTEM)
        catch_up()
        assert band_sums() == {(unit.pk, "critical"): 1, (None, "critical"): 1}

    def test_a_new_name_and_country_reach_the_list_and_the_roll_ups(
        self, unit: BusinessUnit
    ) -> None:
        assessment = scored(unit)
        vendor = Vendor.objects.get(pk=assessment.vendor_id)
        changed_at = standing(vendor, unit).changed_at
        vendors.change(
            vendor=vendor,
            version=vendor.version,
            values={"name": "Müller Präzision", "country": "AT"},
            by=SYSTEM,
        )
        catch_up()
        found = standing(vendor, unit)
        assert (found.name, found.country) == ("Müller Präzision", "AT")
        assert "mueller" in SearchText.objects.get(vendor=vendor).text
        # A name is no news about the risk.
        assert found.changed_at == changed_at
        assert set(BandCount.objects.exclude(vendors=0).values_list("country", flat=True)) == {"AT"}

    def test_an_id_of_another_system_can_be_searched(self, unit: BusinessUnit) -> None:
        vendor = make_vendor(unit)
        vendors.set_external_id(vendor=vendor, system="sap-prd-100", value="0000104711", by=SYSTEM)
        catch_up()
        assert "0000104711" in SearchText.objects.get(vendor=vendor).text


class TestDays:
    def test_a_day_has_one_row_and_the_past_can_be_asked_for(self, unit: BusinessUnit) -> None:
        with clock.at(datetime(2026, 3, 1, 8, tzinfo=UTC)):
            assessment = scored(unit)
        with clock.at(datetime(2026, 3, 9, 8, tzinfo=UTC)):
            say(assessment, staff=40)
            score(assessment)
        with clock.at(datetime(2026, 3, 9, 17, tzinfo=UTC)):
            say(assessment, staff=100)
            latest = score(assessment)
        first, second = Standing.objects.filter(unit=unit).order_by("valid_from")
        assert (first.valid_from, first.valid_to) == (date(2026, 3, 1), date(2026, 3, 9))
        assert (second.valid_from, second.valid_to) == (date(2026, 3, 9), None)
        assert second.points == latest.points
        assert first.points is not None
        assert second.points is not None
        assert first.points < second.points

    def test_nothing_new_writes_nothing(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        before = list(Standing.objects.order_by("pk").values())
        with clock.at(datetime(2030, 1, 1, tzinfo=UTC)):
            standings.restand(vendor_id=assessment.vendor_id)
        assert list(Standing.objects.order_by("pk").values()) == before


def test_many_vendors_are_brought_up_to_date_in_the_same_number_of_queries(
    unit: BusinessUnit,
) -> None:
    questionnaire = small_questionnaire()

    def queries(wanted: int) -> int:
        made = []
        for _ in range(wanted):
            engagement = make_engagement(make_vendor(unit), unit)
            made.append(make_assessment(unit, engagement=engagement, questionnaire=questionnaire))
        with CaptureQueriesContext(connection) as asked:
            scores.rescore_many(assessment_ids=[one.pk for one in made], cause="a test")
        assert CurrentScore.objects.filter(assessment__in=made).count() == wanted
        return len(asked)

    queries(1)
    assert queries(30) == queries(3)
    assert not Outstanding.objects.exists()


def test_roll_ups_agree_with_the_standings_after_a_day_of_work(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    for at, where in enumerate((unit, other_unit, unit)):
        scored(where, worst=bool(at % 2))
    catch_up()
    assert rolled_up() == recount()
