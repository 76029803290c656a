"""The what-if page: what moves, that nothing is written, and that the address says it all."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Answer, Assessment, Sheet
from assessments.services import answers, assessments
from assessments.services.answers import AnswerInput
from audit.models import Event
from scoring.editor import METHOD
from scoring.models import CurrentScore, Score
from tests.factories.assessments import make_assessment
from tests.factories.scoring import say, score, scored
from tests.personas import Person
from tests.scoring_pages.reading import chart_data, text_of
from tests.scoring_pages.trying import Query, address, opened

pytestmark = pytest.mark.django_db


def current(assessment: Assessment) -> CurrentScore:
    """The score that stands now."""
    return CurrentScore.objects.get(assessment=assessment)


def query_of(response: Any) -> Query:
    """The parameters of the address that was arrived at, but for the score it started from."""
    found = parse_qsl(urlsplit(response.redirect_chain[-1][0]).query)
    return [(name, value) for name, value in found if name != "since"]


class TestTyping:
    def test_numbers_are_typed_in_the_readers_language_and_plain_in_the_address(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        procurement.user.language = "de"
        procurement.user.save(update_fields=["language"])
        query = [("typed.answer.staff", "1.234"), ("typed.kappa", "0,625"), ("show", METHOD)]
        response = opened(procurement.browser, assessment, query)
        plain = [("answer.staff", "1234"), ("kappa", "0.625"), ("show", METHOD)]
        assert query_of(response) == plain
        assert 'name="typed.kappa" value="0,625"' in response.content.decode()
        # Opened by its address it is the same, not 625.
        assert query_of(opened(procurement.browser, assessment, plain)) == plain


class TestMoving:
    def test_without_a_change_both_sides_are_the_score(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit, worst=True)
        response = opened(procurement.browser, assessment)
        context, stored = response.context, current(assessment)
        assert context["before"] == context["after"]
        assert (context["after"].points, context["after"].lo, context["after"].hi) == (
            stored.points, stored.lo, stored.hi
        )  # fmt: skip
        assert "Nothing moves." in text_of(response.content.decode())

    def test_a_change_gives_what_saving_it_would_give(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        query = [
            ("answer.discloses", "never"),
            ("answer.measures", "locks"),
            ("answer.staff", "40"),
        ]
        after = opened(procurement.browser, assessment, query).context["after"]
        say(assessment, discloses="never", measures=["locks"], staff=40)
        stored = score(assessment)
        assert (after.points, after.lo, after.hi, after.band, after.status) == (
            stored.points, stored.lo, stored.hi, stored.band, stored.status
        )  # fmt: skip

    def test_an_opened_gate_shows_its_questions(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        query = [("answer.subcontracts", "yes"), ("show", "secrets")]
        response = opened(procurement.browser, assessment, query)
        assert "bound" in {one.key for one in response.context["controls"]}
        assert "asked because of a change" in text_of(response.content.decode()).lower()
        more = [*query, ("answer.bound", "yes"), ("answer.signed_on", "2026-01-15")]
        after = opened(procurement.browser, assessment, more).context["after"]
        say(assessment, subcontracts="yes")
        say(assessment, bound="yes", signed_on="2026-01-15")
        assert after.points == score(assessment).points

    def test_an_answer_behind_a_gate_counts_again_when_it_is_opened_again(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        say(assessment, subcontracts="yes")
        say(assessment, bound="no")
        say(assessment, subcontracts="no")
        score(assessment)
        query = [("answer.subcontracts", "yes")]
        after = opened(procurement.browser, assessment, query).context["after"]
        say(assessment, subcontracts="yes")
        assert after.points == score(assessment).points

    def test_proof_states_facts_and_the_method_move_it_too(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        before = current(assessment).points or 0
        for query, lower in (
            ([("proof.assigns", "independent")], True),
            ([("state.discloses", "dont_know")], False),
            ([("kappa", "0.5")], False),
            ([("answer.assigns", "no")], False),
            ([("intake.ip_entrusted", "unknown")], False),
        ):
            after = opened(procurement.browser, assessment, query).context["after"]
            if query[0][0].startswith("intake"):
                assert after.points >= before
            else:
                assert (after.points < before) is lower, query

    def test_a_weight_of_nothing_drops_a_dimension(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit, worst=True)
        query = [("weight.ip_law_compliance", "0")]
        after = opened(procurement.browser, assessment, query).context["after"]
        assert after.added["ip_law_compliance"] == 0

    def test_the_parts_of_both_add_up(self, unit: BusinessUnit, procurement: Person) -> None:
        query = [("answer.discloses", "never"), ("answer.assigns", "no"), ("p", "8")]
        response = opened(procurement.browser, scored(unit), query)
        page = response.content.decode()
        for chart, side in (("before", "before"), ("after", "after")):
            data = chart_data(page, chart)
            total = data["total"]["value"]
            assert sum(part["value"] for part in data["parts"]) == total
            assert total == response.context[side].computed

    def test_each_change_says_what_it_alone_is_worth(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        query = [("answer.discloses", "never"), ("answer.staff", "80")]
        rows = opened(procurement.browser, assessment, query).context["changes"]
        for row, one in zip(rows, query, strict=True):
            alone = opened(procurement.browser, assessment, [one]).context
            assert row["alone"] == alone["difference"]

    def test_where_nothing_is_rated_it_says_where_it_would_stand(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        score(assessment)
        response = opened(procurement.browser, assessment, [("answer.assigns", "yes")])
        assert response.context["after"].computed < response.context["before"].computed
        assert "not rated, somewhere between" in text_of(response.content.decode())


class TestNothingIsWritten:
    def test_no_row_and_no_event(self, unit: BusinessUnit, procurement: Person) -> None:
        assessment = scored(unit)
        tables = (Answer, Assessment, CurrentScore, Event, Score, Sheet)
        before = [list(table.objects.order_by("pk").values()) for table in tables]
        query = [("answer.discloses", "never"), ("proof.assigns", "document"), ("kappa", "0.4")]
        opened(procurement.browser, assessment)  # signing in for the first time is written, too
        with CaptureQueriesContext(connection) as asked:
            opened(procurement.browser, assessment, query)
        assert [list(table.objects.order_by("pk").values()) for table in tables] == before
        writing = [one["sql"] for one in asked.captured_queries if "SELECT" not in one["sql"][:8]]
        assert writing == []


class TestAddress:
    def test_what_changes_nothing_is_left_out_of_the_address(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        """A form without a script sends every input of its section."""
        query = [
            ("answer.discloses", "at_once"), ("proof.discloses", ""), ("answer.staff", "25"),
            ("answer.measures", "logs"), ("answer.measures", "locks"), ("kappa", "0.9"), ("p", "4"),
            ("weight.liabilities", "10"), ("show", "secrets"), ("q", ""),
        ]  # fmt: skip
        response = opened(procurement.browser, scored(unit), query)
        assert query_of(response) == [("answer.staff", "25"), ("show", "secrets")]

    def test_the_same_address_gives_the_same_page_to_somebody_else(
        self, unit: BusinessUnit, procurement: Person, auditor: Person
    ) -> None:
        assessment = scored(unit)
        response: Any = opened(procurement.browser, assessment, [("answer.staff", "25")])
        path = response.redirect_chain[-1][0]
        again = auditor.browser.get(path)
        assert again.status_code == 200
        assert again.context["after"] == response.context["after"]

    def test_every_change_can_be_undone_by_itself(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        query = [("answer.discloses", "never"), ("answer.staff", "25"), ("proof.staff", "document")]
        response = opened(procurement.browser, scored(unit), query)
        first, second = response.context["changes"]
        assert "discloses" not in first["undo_url"]
        assert "staff" in first["undo_url"]
        assert "staff" not in second["undo_url"]
        assert "?" not in response.context["clear_url"]

    def test_a_form_carries_what_is_changed_elsewhere(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        query = [("answer.discloses", "never"), ("answer.staff", "25"), ("show", "secrets")]
        carried = dict(opened(procurement.browser, scored(unit), query).context["carried"])
        assert carried["answer.discloses"] == "never"
        assert "answer.staff" not in carried

    def test_it_says_when_the_score_has_moved_since(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        response: Any = opened(procurement.browser, assessment, [("answer.staff", "25")])
        path = response.redirect_chain[-1][0]
        assert "has moved since" not in text_of(response.content.decode())
        say(assessment, discloses="never")
        score(assessment)
        later = procurement.browser.get(path)
        assert "has moved since" in text_of(later.content.decode())
        fresh: Any = procurement.browser.get(later.context["again_url"], follow=True)
        assert "has moved since" not in text_of(fresh.content.decode())


class TestFinding:
    def test_questions_are_found_by_their_words(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        response = opened(procurement.browser, scored(unit), [("q", "INVENTIONS fast")])
        assert [one.key for one in response.context["results"]] == ["discloses"]

    def test_only_what_is_not_known(self, unit: BusinessUnit, procurement: Person) -> None:
        assessment = scored(unit)
        unknown = {"staff": AnswerInput(None, state="dont_know")}
        answers.save(assessment=assessment, values=unknown, by=SYSTEM)
        score(assessment)
        response = opened(procurement.browser, assessment, [("only", "unknown")])
        assert [one.key for one in response.context["results"]] == ["staff"]

    def test_only_those_that_add_most_come_largest_first(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        response = opened(procurement.browser, scored(unit, worst=True), [("only", "worst")])
        adds = [one.adds for one in response.context["results"]]
        assert adds == sorted(adds, reverse=True)
        assert all(adds)

    def test_sections_are_closed_until_one_is_opened(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        assert opened(procurement.browser, assessment).context["controls"] == []
        for show in ("the-engagement", "ownership", "secrets", "the-method"):
            response = opened(procurement.browser, assessment, [("show", show)])
            assert response.context["controls"], show


class TestWithoutAScore:
    def test_before_the_first_score_there_is_nothing_to_change(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        page = opened(procurement.browser, make_assessment(unit)).content.decode()
        assert "No score yet" in page

    def test_a_score_that_is_behind_says_so(self, unit: BusinessUnit, procurement: Person) -> None:
        assessment = scored(unit)
        say(assessment, staff=50)
        assert (
            "starts from the score before"
            in opened(procurement.browser, assessment).content.decode()
        )


def test_each_way_down_on_the_scorecard_leads_to_its_change_filled_in(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = scored(unit)
    say(assessment, discloses="never", measures=["nothing"])
    unknown = {"staff": AnswerInput(None, state="dont_know")}
    answers.save(assessment=assessment, values=unknown, by=SYSTEM)
    score(assessment)
    card = procurement.browser.get(reverse("scoring:scorecard", args=[assessment.pk]))
    assert address(assessment) in card.content.decode()
    rows = [row for _heading, found in card.context["lowering_by_kind"] for row in found]
    assert {one.change for one, _url, _try_url in rows} == {"answer", "prove", "remedy"}
    # A record is changed where it is kept, not on the page for trying answers.
    records = [one for one in rows if one[0].key.startswith("indicator.")]
    assert [try_url for _one, _url, try_url in records] == [""] * len(records)
    for one, _url, try_url in (row for row in rows if row not in records):
        tried: Any = procurement.browser.get(try_url, follow=True)
        assert tried.context["after"].computed == one.to, one


def test_for_another_unit_it_is_not_there(unit: BusinessUnit, outsider_legal: Person) -> None:
    assert outsider_legal.browser.get(address(scored(unit))).status_code == 404


def test_a_submitted_assessment_can_be_tried_too(unit: BusinessUnit, auditor: Person) -> None:
    assessment = assessments.submit(assessment=scored(unit), by=SYSTEM)
    score(assessment)
    response = opened(auditor.browser, assessment, [("answer.assigns", "no")])
    assert response.context["after"].blocked
    assert "has not been submitted" not in response.content.decode()
