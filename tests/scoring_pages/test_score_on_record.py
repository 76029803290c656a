"""A score of the past: explained from its own inputs, with what moved it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments, review
from assessments.sheet import EvidenceLevel
from audit import clock
from scoring.models import Score
from scoring.selectors.scorecard import scorecard_on_record
from scoring.services.scores import AGEING
from tests.factories.scoring import say, score, scored
from tests.personas import Person
from tests.scoring_pages.reading import chart_data, file_of, get, table_of, text_of

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 3, 17, 9, tzinfo=UTC)
LATER = datetime(2029, 5, 2, 9, tzinfo=UTC)


@pytest.fixture
def assessment(unit: BusinessUnit, legal: Person) -> Iterator[Assessment]:
    """Submitted on a day, proved by an independent document, and looked at again years later."""
    with clock.at(DAY):
        made = scored(unit, name="Zhang Moulds")
        assessments.submit(assessment=made, by=SYSTEM)
        score(made, "assessment.submitted")
        assessments.take(assessment=made, by=legal.principal)
        review.review_answer(
            assessment=made,
            question_key="discloses",
            verdict="accepted",
            evidence=EvidenceLevel.INDEPENDENT,
            by=legal.principal,
        )
        score(made, "assessment.reviewed")
    with clock.at(LATER):
        score(made, AGEING)
        yield made


def on_record(assessment: Assessment) -> list[Score]:
    """The scores of an assessment, first to last."""
    return list(Score.objects.filter(assessment=assessment).order_by("pk"))


def page_of(person: Person, row: Score) -> str:
    """The page of a score on record."""
    return get(person.browser, reverse("scoring:score", args=[row.pk]))


def test_it_is_taken_apart_from_the_inputs_of_its_day(
    assessment: Assessment, procurement: Person
) -> None:
    for row in on_record(assessment):
        data = chart_data(page_of(procurement, row), "waterfall")
        assert sum(part["value"] for part in data["parts"]) == data["total"]["value"] == row.points
        assert scorecard_on_record(row, assessment).total == row.points


def test_it_says_that_it_is_of_the_past_and_where_it_comes_from(
    assessment: Assessment, procurement: Person
) -> None:
    first, second, last = on_record(assessment)
    page = page_of(procurement, second)
    assert "A later one has taken its place." in page
    assert str(second.pk) in page
    assert second.input_hash.hex() in page
    for neighbour in (first, last):
        assert reverse("scoring:score", args=[neighbour.pk]) in page
    assert "The latest score on record" in page_of(procurement, last)
    assert "first score on record" in page_of(procurement, first)


def test_a_score_that_aged_names_what_aged(assessment: Assessment, procurement: Person) -> None:
    last = on_record(assessment)[-1]
    assert last.cause == "ageing"
    said = text_of(page_of(procurement, last))
    assert "Time went by: an answer or a proof aged" in said
    assert "What aged" in said
    aged = said.split("What aged", 1)[1].split("What drives it", 1)[0]
    assert "How fast are inventions disclosed?" in aged
    assert "The proof faded" in aged or "Too old" in aged


def test_a_score_that_somebody_moved_names_what_was_changed(
    assessment: Assessment, procurement: Person
) -> None:
    said = text_of(page_of(procurement, on_record(assessment)[1]))
    assert "What was changed" in said
    assert "Another level of proof" in said
    assert "What aged" not in said


def test_the_history_leads_to_each_of_them_and_marks_ageing(
    assessment: Assessment, procurement: Person
) -> None:
    page = get(procurement.browser, reverse("scoring:scorecard", args=[assessment.pk]))
    for row in on_record(assessment):
        assert reverse("scoring:score", args=[row.pk]) in page
    assert "Time went by" in page


def test_the_words_of_an_answer_are_those_of_its_time(
    assessment: Assessment, procurement: Person
) -> None:
    """Only the risk is stored: another answer today must not speak for the one back then."""
    assert "answered 'At once'" in text_of(page_of(procurement, on_record(assessment)[0]))
    assessments.send_back(assessment=assessment, reason="Look again.", by=SYSTEM)
    say(assessment, discloses="never")
    assert "answered 'At once'" in text_of(page_of(procurement, on_record(assessment)[0]))


def test_for_another_unit_it_is_not_there(assessment: Assessment, outsider_legal: Person) -> None:
    path = reverse("scoring:score", args=[on_record(assessment)[0].pk])
    assert outsider_legal.browser.get(path).status_code == 404


class TestTrend:
    """The rating over time on the page of the vendor."""

    def test_it_says_why_the_rating_moved_and_marks_what_only_aged(
        self, assessment: Assessment, procurement: Person
    ) -> None:
        page = get(procurement.browser, reverse("scoring:vendor", args=[assessment.vendor_id]))
        data = chart_data(page, "history")
        assert data["aged"] == [False, True]
        assert data["notes"][0].startswith("First rating; ")
        assert data["notes"][1] == "Time went by: an answer or a proof aged"
        assert "On 1 day it moved only because answers or proof aged" in text_of(page)

    def test_table_and_file_say_the_same_and_lead_to_the_score(
        self, assessment: Assessment, procurement: Person
    ) -> None:
        page = get(procurement.browser, reverse("scoring:vendor", args=[assessment.vendor_id]))
        notes = chart_data(page, "history")["notes"]
        assert [row[-1] for row in table_of(page, "history")] == notes
        assert reverse("scoring:score", args=[on_record(assessment)[-1].pk]) in page
        file = file_of(
            procurement.browser, reverse("scoring:vendor_history_csv", args=[assessment.vendor_id])
        )
        assert [row[-1] for row in file] == ["Why", *notes]

    def test_a_draft_is_not_on_record_so_only_the_beginning_is_named(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        page = get(procurement.browser, reverse("scoring:vendor", args=[scored(unit).vendor_id]))
        assert chart_data(page, "history")["notes"] == ["First rating"]
