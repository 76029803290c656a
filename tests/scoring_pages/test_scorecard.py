"""The scorecard: parts that add up, words for each, and honest about what is not known."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import answers, assessments, overrides
from assessments.services.answers import AnswerInput
from scoring.models import CurrentScore, Score
from tests.factories.assessments import make_assessment
from tests.factories.scoring import say, score, scored
from tests.personas import Person
from tests.scoring_pages.reading import chart_data, file_of, get, table_of, text_of

pytestmark = pytest.mark.django_db


def page_of(person: Person, assessment: Assessment) -> str:
    """The scorecard as a person sees it."""
    return get(person.browser, address(assessment))


def address(assessment: Assessment, name: str = "scorecard") -> str:
    """Where the score of an assessment is."""
    return reverse(f"scoring:{name}", args=[assessment.pk])


def current(assessment: Assessment) -> CurrentScore:
    """The score that stands now."""
    return CurrentScore.objects.get(assessment=assessment)


class TestSum:
    @pytest.mark.parametrize("worst", [False, True], ids=["plain", "with a knock-out"])
    def test_the_parts_of_the_waterfall_add_up_to_the_score(
        self, unit: BusinessUnit, procurement: Person, worst: bool
    ) -> None:
        assessment = scored(unit, worst=worst)
        data = chart_data(page_of(procurement, assessment), "waterfall")
        assert sum(part["value"] for part in data["parts"]) == data["total"]["value"]
        assert data["total"]["value"] == current(assessment).points
        assert ("knockout" in {part["kind"] for part in data["parts"]}) is worst

    def test_the_table_shows_the_same_figures_as_the_chart(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        page = page_of(procurement, scored(unit, worst=True))
        data = chart_data(page, "waterfall")
        drawn = [(part["label"], part["value"]) for part in (*data["parts"], data["total"])]
        table = [(label, int(Decimal(cell) * 1000)) for label, cell in table_of(page, "waterfall")]
        assert table == drawn

    def test_the_displayed_parts_of_every_level_add_up(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        response = procurement.browser.get(address(scored(unit, worst=True)))
        card = response.context["card"]
        for dimension in response.context["tree"]:
            assert dimension.points == sum(section.points for section in dimension.branches)
            for section in dimension.branches:
                assert section.points == sum(leaf.part.points for leaf in section.leaves)
        sums = sum(dimension.points for dimension in response.context["tree"])
        assert card.base + sums + card.unrated + card.uplift == card.total

    def test_the_file_adds_up_to_its_last_line(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit, worst=True)
        _head, *parts, total = file_of(procurement.browser, address(assessment, "score_csv"))
        assert sum(Decimal(row[5]) for row in parts) == Decimal(total[5])
        assert Decimal(total[5]) * 1000 == current(assessment).points

    def test_the_dimensions_are_drawn_as_their_table_says(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        page = page_of(procurement, scored(unit))
        drawn = [
            [item["label"], *(f"{item[name] // 100 / 10:.1f}" for name in ("point", "lo", "hi"))]
            for item in chart_data(page, "dimensions")["items"]
        ]
        assert table_of(page, "dimensions") == drawn


class TestWords:
    def test_each_question_has_its_sentence_and_leads_to_its_answer(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit, worst=True)
        page = page_of(procurement, assessment)
        link = reverse("assessments:section", args=[assessment.pk, "ownership"])
        assert f'href="{link}#q-discloses"' in page
        assert "answered 'Never'" in text_of(page)

    def test_an_overridden_answer_is_marked_as_such(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        assessment = scored(unit)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=legal.principal)
        overrides.override_answer(
            assessment=assessment,
            question_key="discloses",
            value="never",
            reason="Nothing was disclosed in years.",
            by=legal.principal,
        )
        score(assessment)
        page = page_of(procurement, assessment)
        assert "Never (overridden in review)" in text_of(page)
        assert "Nothing was disclosed in years." not in text_of(page)

    def test_a_knock_out_is_named_and_blocks(self, unit: BusinessUnit, procurement: Person) -> None:
        said = text_of(page_of(procurement, scored(unit, worst=True)))
        assert "Blocked by a knock-out" in said
        assert "Knock-out: 'Does the contract assign the results?', answered 'No'" in said

    def test_what_would_lower_it_most_is_ranked(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        response = procurement.browser.get(address(scored(unit, worst=True)))
        points = [one.points for one, _url, _try_url in response.context["lowering"]]
        assert points
        assert points == sorted(points, reverse=True)

    def test_three_sentences_stand_by_themselves(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit, name="Zhang Moulds", worst=True)
        memo = procurement.browser.get(address(assessment)).context["memo"]
        assert len(memo) == 3
        for words in ("Zhang Moulds", "Critical", "0 (best) to 100 (worst)", "Standard method 2"):
            assert words in memo[0]

    def test_a_provisional_score_says_what_would_make_it_final(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        said = text_of(page_of(procurement, scored(unit)))
        assert "Provisional:" in said
        assert "What would make it final" in said
        assert "Have a reviewer sign the assessment off." in said

    def test_what_is_signed_off_already_is_not_wanted_again(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        assessment = scored(unit)
        unknown = AnswerInput(None, state="dont_know")
        answers.save(assessment=assessment, values={"assigns": unknown}, by=SYSTEM)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=legal.principal)
        assessments.sign_off(assessment=assessment, by=legal.principal)
        score(assessment)
        said = text_of(page_of(procurement, assessment))
        assert "Answer 1 required question" in said
        assert "Have a reviewer sign the assessment off." not in said

    def test_where_it_comes_from_can_be_copied(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        page = page_of(procurement, assessment)
        for value in (current(assessment).digest, current(assessment).model_hash):
            assert bytes(value).hex() in page
        assert 'data-copy="#p-digest"' in page


class TestNotRated:
    @pytest.fixture
    def page(self, unit: BusinessUnit, procurement: Person) -> str:
        assessment = make_assessment(unit)
        score(assessment)
        return page_of(procurement, assessment)

    def test_it_shows_words_and_a_possible_range_but_no_number(self, page: str) -> None:
        assert "Not rated" in text_of(page)
        assert 'class="score__number' not in page
        assert 'class="interval-bar"' in page

    def test_it_is_never_low(self, page: str) -> None:
        score_panel = page.split('id="s-score"', 1)[1].split("</section>", 1)[0]
        assert "band--none" in score_panel
        assert "band--low" not in score_panel

    def test_the_waterfall_says_that_the_total_is_not_a_score(self, page: str) -> None:
        assert chart_data(page, "waterfall")["total"] == {
            "label": "Would stand at",
            "value": chart_data(page, "waterfall")["total"]["value"],
            "band": "none",
        }


class TestBeingCalculated:
    def test_the_first_score_is_awaited_with_a_link_to_refresh(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        page = page_of(procurement, assessment)
        assert "Being calculated" in page
        assert f'<a href="{address(assessment)}">Refresh</a>' in page
        assert 'hx-trigger="every 1s"' in page

    def test_an_older_score_stays_in_view_meanwhile(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        say(assessment, staff=100)
        page = page_of(procurement, assessment)
        assert "does not have the latest changes" in page
        assert chart_data(page, "waterfall")

    def test_asking_again_answers_nothing_until_the_score_is_there(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        say(assessment, staff=100)
        ask = {"HX-Request": "true"}
        assert procurement.browser.get(address(assessment), headers=ask).status_code == 204
        score(assessment)
        response = procurement.browser.get(address(assessment), headers=ask)
        assert response["HX-Refresh"] == "true"

    def test_the_small_panel_asks_again_only_while_it_waits(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        panel = address(assessment, "score-panel")
        assert "every 1s" not in get(procurement.browser, panel)
        say(assessment, staff=100)
        assert "every 1s" in get(procurement.browser, panel)


class TestHistory:
    def test_a_draft_has_no_scores_on_record_and_says_why(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assert "until then this one moves with every answer" in page_of(procurement, scored(unit))

    def test_scores_on_record_are_listed_with_their_cause(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        assessments.submit(assessment=assessment, by=SYSTEM)
        score(assessment, "assessment.submitted")
        page = page_of(procurement, assessment)
        assert str(Score.objects.get(assessment=assessment).pk) in page
        assert "Assessment submitted" in page


class TestWhoMaySee:
    @pytest.mark.parametrize("name", ["scorecard", "score-panel", "score_csv"])
    def test_for_another_unit_there_is_no_score(
        self, unit: BusinessUnit, outsider_legal: Person, name: str
    ) -> None:
        path = address(scored(unit), name)
        assert outsider_legal.browser.get(path).status_code == 404

    @pytest.mark.parametrize("name", ["scorecard", "score-panel", "score_csv"])
    def test_a_visitor_is_asked_to_sign_in(
        self, unit: BusinessUnit, visitor: Client, name: str
    ) -> None:
        assert visitor.get(address(scored(unit), name)).status_code == 302

    def test_readers_see_the_whole_of_it(self, unit: BusinessUnit, auditor: Person) -> None:
        assert "Part by part" in page_of(auditor, scored(unit))
