"""Comparing assessments: what stands side by side, for whom, and that nothing is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from assessments.models import Assessment
from scoring.models import CurrentScore, Score
from scoring.selectors import comparison
from scoring.selectors.scenario import Scenario
from scoring.selectors.scorecard import scorecard
from scoring.selectors.scores import current_of
from scoring.selectors.whatif import base_of, what_if
from scoring.services import standings
from scoring.side_by_side import as_they_stand, by_one_method
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.findings import make_finding
from tests.factories.methods import make_draft, publish
from tests.factories.scoring import say, score, scored
from tests.personas import Person
from tests.scoring_pages.reading import file_of, get, text_of

pytestmark = pytest.mark.django_db

PAGE, LIST = "/compare/", "/vendors/"


@pytest.fixture
def pair(unit: BusinessUnit) -> list[Assessment]:
    """A good and a bad vendor, who answered the same questions."""
    questionnaire = small_questionnaire()
    found = [
        scored(unit, questionnaire, name="Aalto Oy", country="FI"),
        scored(unit, questionnaire, name="Zhang Moulds", country="CN", worst=True),
    ]
    standings.restand_many(vendor_ids=[one.vendor_id for one in found])
    return found


def of(rows: list[Assessment]) -> dict[str, list[str]]:
    return {"of": [str(row.pk) for row in rows]}


def test_figures_are_those_of_the_scorecard(pair: list[Assessment], procurement: Person) -> None:
    sides = comparison.sides(pair, procurement.principal)
    for column, assessment in zip(as_they_stand(sides), pair, strict=True):
        card = scorecard(assessment, procurement.principal)
        seen = column.figures
        assert card is not None
        assert seen is not None
        assert (seen.points, seen.lo, seen.hi) == (
            card.current.points, card.current.lo, card.current.hi,
        )  # fmt: skip
        assert dict(seen.dimensions) == card.current.dimensions
        assert {part.key: part.points for part in card.parts} == {
            key: part.points for key, part in column.parts.items()
        }


def test_the_order_in_which_they_are_asked_for_changes_no_figure(
    pair: list[Assessment], procurement: Person
) -> None:
    there = as_they_stand(comparison.sides(pair, procurement.principal))
    back = as_they_stand(comparison.sides(pair[::-1], procurement.principal))
    assert [one.figures for one in there] == [one.figures for one in back[::-1]]


def test_the_method_in_force_as_a_trial_gives_what_is_on_record(
    pair: list[Assessment], procurement: Person
) -> None:
    sides = comparison.sides(pair, procurement.principal)
    method = sides[0].score.methodology if sides[0].score else None
    assert method is not None
    tried = by_one_method(sides, method)
    assert [one.figures for one in tried] == [one.figures for one in as_they_stand(sides)]


def test_ticked_vendors_become_an_address_that_can_be_shared(
    pair: list[Assessment], procurement: Person
) -> None:
    assert 'name="vendor"' in get(procurement.browser, LIST)
    ticked = [str(one.vendor_id) for one in pair]
    response = procurement.browser.get(PAGE, {"vendor": ticked})
    assert response.status_code == 302
    assert response["Location"] == f"{PAGE}?of={pair[0].pk}&of={pair[1].pk}"


def test_the_page_says_which_is_better_and_what_was_answered(
    pair: list[Assessment], procurement: Person, unit: BusinessUnit
) -> None:
    make_finding(unit, vendor=pair[1].vendor, engagement=pair[1].engagement, severity="critical")
    page = text_of(get(procurement.browser, PAGE, **of(pair)))
    assert "Aalto Oy is better than Zhang Moulds, whatever is still unknown" in page
    for words in ("1 (1 critical)", "Blocked:", "By dimension", "Does the contract assign the"):
        assert words in page
    assert "No decision yet" in page


def test_overlapping_intervals_are_flagged_in_words(
    unit: BusinessUnit, procurement: Person
) -> None:
    questionnaire = small_questionnaire()
    twins = [scored(unit, questionnaire, name=name) for name in ("Castor", "Pollux")]
    page = text_of(get(procurement.browser, PAGE, **of(twins)))
    assert "Castor and Pollux cannot be told apart: their intervals overlap" in page
    assert "the answers are the same" in page


def test_of_many_each_is_said_once_which_it_is_better_than(
    unit: BusinessUnit, pair: list[Assessment], procurement: Person
) -> None:
    twin = scored(unit, pair[0].questionnaire, name="Bolt Oy")
    page = text_of(get(procurement.browser, PAGE, **of([pair[1], twin, pair[0]])))
    assert page.count("is better than Zhang Moulds, whatever is still unknown") == 2
    assert page.count("cannot be told apart from") == 1


def test_different_methods_are_said_and_one_method_is_offered_and_not_stored(
    pair: list[Assessment], procurement: Person
) -> None:
    publish(make_draft(kappa=0.9))
    score(pair[0])
    page = get(procurement.browser, PAGE, **of(pair))
    assert "cannot be compared" in text_of(page)
    assert "is better than" not in text_of(page)
    before = (Score.objects.count(), list(CurrentScore.objects.order_by("pk").values("points")))
    new = CurrentScore.objects.get(pk=pair[0].pk).model.methodology_id
    trial = text_of(get(procurement.browser, PAGE, **of(pair), method=str(new)))
    assert "nothing is stored" in trial
    assert "is better than" in trial
    after = (Score.objects.count(), list(CurrentScore.objects.order_by("pk").values("points")))
    assert before == after


def test_what_others_may_not_see_is_not_there(
    pair: list[Assessment], outsider_procurement: Person, other_unit: BusinessUnit
) -> None:
    mine = scored(other_unit, small_questionnaire(), name="Mine Ltd")
    page = text_of(get(outsider_procurement.browser, PAGE, **of([mine, *pair])))
    assert "Aalto" not in page
    assert "Zhang" not in page
    assert "2 more were in the address that are not there, or not yours to see" in page
    rows = file_of(outsider_procurement.browser, "/compare/csv/", **of([mine, *pair]))
    assert rows[0] == ["Kind", "Name", "Mine Ltd", "Apart"]


def test_the_file_has_every_figure_and_question(
    pair: list[Assessment], procurement: Person
) -> None:
    rows = file_of(procurement.browser, "/compare/csv/", **of(pair))
    assert rows[0] == ["Kind", "Name", "Aalto Oy", "Zhang Moulds", "Apart"]
    kinds = {row[0] for row in rows[1:]}
    assert kinds == {"Figures", "Dimension", "Answer", "Points that the answer adds"}
    assert ["Answer", "Does the contract assign the results?", "Yes", "No", ""] in rows


def test_as_many_queries_for_five_as_for_two(
    unit: BusinessUnit, pair: list[Assessment], procurement: Person
) -> None:
    questionnaire = pair[0].questionnaire
    five = [*pair, *(scored(unit, questionnaire, name=f"More {at}") for at in range(3))]
    counts = []
    for rows in (five, pair, five):
        with CaptureQueriesContext(connection) as asked:
            get(procurement.browser, PAGE, **of(rows))
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_a_vendor_that_is_added_is_compared_by_the_same_method(
    pair: list[Assessment], procurement: Person
) -> None:
    method = str(publish(make_draft(kappa=0.9)).pk)
    first = {"of": [str(pair[0].pk)], "method": method}
    assert f'name="method" value="{method}"' in get(procurement.browser, PAGE, **first)
    added = procurement.browser.get(PAGE, {**first, "vendor": str(pair[1].vendor_id)})
    assert added["Location"] == f"{PAGE}?of={pair[0].pk}&of={pair[1].pk}&method={method}"


def test_another_vendor_is_added_by_name(pair: list[Assessment], procurement: Person) -> None:
    page = get(procurement.browser, PAGE, of=[str(pair[0].pk)], add="Zahng Moulds")
    assert f"vendor={pair[1].vendor_id}" in page
    assert "Choose two" not in page


class TestShortlist:
    URL = "/compare/shortlist/"

    def test_it_ranks_and_says_how_firm_and_that_nothing_is_stored(
        self, pair: list[Assessment], procurement: Person
    ) -> None:
        page = text_of(get(procurement.browser, self.URL, **of(pair)))
        assert "Aalto Oy is first, whatever is still unknown." in page
        assert "not stored as a score" in page
        assert "The weights are those of the method" in page

    def test_weights_of_its_own_move_the_points_as_the_what_if_page_would(
        self, pair: list[Assessment], procurement: Person
    ) -> None:
        weights = {"technology_protection": 0.0}
        sides = comparison.sides(pair, procurement.principal)
        for column, assessment in zip(as_they_stand(sides, weights), pair, strict=True):
            current = current_of(assessment.pk)
            assert current is not None
            tried = what_if(base_of(assessment, current), Scenario(weights=weights))
            assert column.figures == tried.after
        assert tried.after.residual != tried.before.residual
        query = {**of(pair), "weight.technology_protection": "0", "weight.liabilities": "60"}
        page = text_of(get(procurement.browser, self.URL, **query))
        assert "Weights of this shortlist" in page

    def test_what_cannot_be_weighted_by_is_refused_and_kept_in_the_form(
        self, pair: list[Assessment], procurement: Person
    ) -> None:
        query = {**of(pair), "weight.liabilities": "-3"}
        response = procurement.browser.get(self.URL, query)
        assert response.status_code == 400
        assert b'value="-3"' in response.content

    def test_weights_are_typed_as_the_language_writes_them(
        self, pair: list[Assessment], procurement: Person
    ) -> None:
        procurement.user.language = "de"
        procurement.user.save(update_fields=["language"])
        response = procurement.browser.get(self.URL, {**of(pair), "weight.liabilities": "12,5"})
        assert response.context["form"].weights()["liabilities"] == 12.5
        response = procurement.browser.get(self.URL, {**of(pair), "weight.liabilities": "zwölf"})
        assert response.status_code == 400
        assert 'value="zwölf"' in response.content.decode()

    def test_one_that_only_these_weights_rate_had_no_place_before(
        self, unit: BusinessUnit, pair: list[Assessment], procurement: Person
    ) -> None:
        partly = make_assessment(unit, questionnaire=pair[0].questionnaire)
        say(partly, subcontracts="no", measures=["locks"], staff=1)
        assert score(partly).points is None
        query = {**of([*pair, partly]), "weight.ip_law_compliance": "0"}
        placed = procurement.browser.get(self.URL, query).context["placed"]
        assert {one.column.name: one.before for one in placed} == {
            "Aalto Oy": 1, "Zhang Moulds": 2, partly.vendor.name: None,
        }  # fmt: skip

    def test_weights_start_from_the_method_behind_the_scores_whichever_comes_first(
        self, unit: BusinessUnit, pair: list[Assessment], procurement: Person
    ) -> None:
        behind = CurrentScore.objects.get(pk=pair[0].pk).model.methodology_id
        publish(make_draft(kappa=0.9))
        without = make_assessment(unit, questionnaire=pair[0].questionnaire)
        page = procurement.browser.get(self.URL, of([without, *pair]))
        assert page.context["method"].pk == behind
