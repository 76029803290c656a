"""A score under other weights: worked out once, kept with it, and who asked is on the record."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit.models import Event
from scoring.engine.methodology import BANDS
from scoring.models import Score, Sensitivity
from scoring.selectors.sensitivity import from_data
from scoring.services import sensitivity
from scoring.services.sensitivity import NothingToTest
from tests.factories.assessments import make_assessment
from tests.factories.scoring import score, scored
from tests.personas import Person
from tests.scoring_pages.reading import chart_data, file_of, get, table_of, text_of

pytestmark = pytest.mark.django_db

ASKED = "score.sensitivity_tested"


def on_record(unit: BusinessUnit, *, worst: bool = False) -> Score:
    """A score that stands."""
    made = assessments.submit(assessment=scored(unit, worst=worst), by=SYSTEM)
    score(made, "assessment.submitted")
    return Score.objects.get(assessment=made)


def path(row: Score, name: str = "sensitivity") -> str:
    """Its page."""
    return reverse(f"scoring:{name}", args=[row.pk])


def draft_path(assessment: Assessment) -> str:
    """The page for the score of today."""
    return reverse("scoring:draft_sensitivity", args=[assessment.pk])


class TestKept:
    def test_it_is_worked_out_on_demand_and_kept(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        row = on_record(unit)
        assert "has not been tried yet" not in get(procurement.browser, path(row))
        assert not Sensitivity.objects.exists()
        response = procurement.browser.post(path(row))
        assert (response.status_code, response["Location"]) == (302, path(row))
        kept = Sensitivity.objects.get()
        found = from_data(kept.result)
        page = get(procurement.browser, path(row))
        assert "% of 1,000 weightings." in text_of(page)
        assert chart_data(page, "weightings")["values"] == list(found.bands)
        assert sum(found.bands) == found.draws == 1_000
        assert found.points == row.points

    def test_who_asked_is_on_the_record_once(
        self, unit: BusinessUnit, procurement: Person, auditor: Person
    ) -> None:
        row = on_record(unit)
        procurement.browser.post(path(row))
        auditor.browser.post(path(row))
        event = Event.objects.get(type=ASKED)
        assert event.actor_id == str(procurement.user.pk)
        assert event.data["score_id"] == str(row.pk)
        assert Sensitivity.objects.count() == 1

    def test_it_cannot_be_changed_or_removed(self, unit: BusinessUnit) -> None:
        sensitivity.run(score=on_record(unit), by=SYSTEM)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Sensitivity.objects.update(result={})
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Sensitivity.objects.all()._raw_delete("default")

    def test_looking_writes_nothing(self, unit: BusinessUnit, procurement: Person) -> None:
        row = on_record(unit)
        get(procurement.browser, path(row))
        assert not Event.objects.filter(type=ASKED).exists()

    def test_the_score_of_today_leads_to_the_one_on_record(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        row = on_record(unit)
        response = procurement.browser.get(draft_path(row.assessment))
        assert response["Location"] == path(row)

    def test_the_scorecard_says_what_came_of_it(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        row = on_record(unit)
        card = reverse("scoring:scorecard", args=[row.assessment_id])
        assert "has not been tried yet" in get(procurement.browser, card)
        sensitivity.run(score=row, by=SYSTEM)
        for page in (card, reverse("scoring:score", args=[row.pk])):
            assert "The band holds in" in get(procurement.browser, page)


class TestShown:
    def test_the_tables_and_the_file_say_the_same(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        row = on_record(unit)
        sensitivity.run(score=row, by=SYSTEM)
        page = get(procurement.browser, path(row))
        lines = file_of(procurement.browser, path(row, "sensitivity_csv"))
        counts = {line[1]: int(line[2]) for line in lines if line[0] == "Weightings in band"}
        assert [counts[band] for band in BANDS] == chart_data(page, "weightings")["values"]
        assert [int(cells[1].replace(",", "")) for cells in table_of(page, "weightings")] == [
            counts[band] for band in BANDS
        ]
        swings = [line for line in lines if line[0].startswith("Weight halved")]
        drawn = chart_data(page, "tornado")["items"]
        assert [int(Decimal(line[2]) * 1000) for line in swings] == [one["less"] for one in drawn]
        orders = [line for line in lines if line[0] == "Order p"]
        assert [line[1] for line in orders] == ["1", "2", "4", "8"]

    def test_a_knock_out_that_holds_the_score_is_said(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        row = on_record(unit, worst=True)
        sensitivity.run(score=row, by=SYSTEM)
        said = text_of(get(procurement.browser, path(row)))
        assert "The band holds in 100% of 1,000 weightings." in said
        assert "A knock-out holds the score at 80.0, whatever the weights." in said

    def test_before_it_was_tried_the_file_has_its_heading_only(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assert len(file_of(procurement.browser, path(on_record(unit), "sensitivity_csv"))) == 1


class TestDraft:
    def test_it_is_shown_and_not_kept(self, unit: BusinessUnit, procurement: Person) -> None:
        assessment = scored(unit)
        assert "is shown and not kept" in get(procurement.browser, draft_path(assessment))
        response = procurement.browser.post(draft_path(assessment))
        said = text_of(response.content.decode())
        assert "The band holds in" in said
        assert "this is not kept" in said
        assert not Sensitivity.objects.exists()
        assert not Event.objects.filter(type=ASKED).exists()

    def test_the_same_draft_is_tried_with_the_same_weights(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        first, second = (
            procurement.browser.post(draft_path(assessment)).context["found"] for _ in range(2)
        )
        assert first == second


class TestNothingToTest:
    def test_a_score_that_is_not_rated_says_why(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        score(assessment)
        for response in (
            procurement.browser.get(draft_path(assessment)),
            procurement.browser.post(draft_path(assessment)),
        ):
            said = text_of(response.content.decode())
            assert "Not rated: there is nothing to test." in said
            assert "Try the score" not in said

    def test_before_the_first_score_there_is_none(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        page = get(procurement.browser, draft_path(make_assessment(unit)))
        assert "There is no score yet" in page

    def test_the_service_refuses_what_is_not_theirs(
        self, unit: BusinessUnit, outsider_legal: Person
    ) -> None:
        row = on_record(unit)
        with pytest.raises(NothingToTest):
            sensitivity.run(score=row, by=outsider_legal.principal)
        assert outsider_legal.browser.post(path(row)).status_code == 404
