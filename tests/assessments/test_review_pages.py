"""Reading and reviewing answers, for every persona, without JavaScript."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from assessments.selectors.assessments import answers_of
from assessments.services.questionnaires import builtin
from tests.assessments.reading import text_of, url
from tests.factories.assessments import (
    answer_all,
    in_review,
    make_assessment,
    submitted,
)
from tests.personas import Person

pytestmark = pytest.mark.django_db


class TestReading:
    def test_an_auditor_reads_and_is_offered_no_change(
        self, unit: BusinessUnit, auditor: Person
    ) -> None:
        assessment = submitted(unit)
        words = text_of(auditor.browser.get(url("answers", assessment)))
        assert "An answer in words." in words
        page = auditor.browser.get(url("assessment", assessment))
        assert "Start the review" not in text_of(page)

    def test_a_section_of_a_frozen_assessment_leads_to_reading(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = submitted(unit)
        response = procurement.browser.get(url("section", assessment, "secrets"))
        assert response.headers["Location"] == url("answers", assessment) + "#secrets"

    @pytest.mark.parametrize(
        "name", ["assessment", "answers", "check", "receipt", "review", "plan", "submit"]
    )
    def test_other_units_see_nothing(
        self, unit: BusinessUnit, outsider_admin: Person, outsider_legal: Person, name: str
    ) -> None:
        assessment = in_review(unit)
        for person in (outsider_admin, outsider_legal):
            assert person.browser.get(url(name, assessment)).status_code in (403, 404)

    @pytest.mark.parametrize(
        ("name", "more"),
        [("assessment", ()), ("answers", ()), ("section", ("secrets",)), ("check", ())],
    )
    def test_pages_take_at_most_twelve_queries(
        self,
        unit: BusinessUnit,
        procurement: Person,
        name: str,
        more: tuple[str, ...],
        django_assert_max_num_queries: Any,
    ) -> None:
        assessment = make_assessment(unit, tier="critical", questionnaire=builtin())
        answer_all(assessment)
        browser = procurement.browser
        with django_assert_max_num_queries(12):
            assert (
                browser.get(
                    url(name, assessment, *more)
                    if name != "section"
                    else url(name, assessment, assessment.sections[0])
                ).status_code
                == 200
            )


class TestReview:
    def test_legal_reviews_answer_by_answer_and_signs_off(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = submitted(unit)
        browser = legal.browser
        assert "Start the review" in text_of(browser.get(url("assessment", assessment)))
        assert browser.post(url("take", assessment)).headers["Location"] == url(
            "review", assessment
        )
        page = browser.get(url("review", assessment) + "?show=all")
        assert "How well is it proved?" in text_of(page)
        where = url("review-answer", assessment, "assigns") + "?show=open"
        done = browser.post(where, {"decision": "accept", "evidence": "2", "note": "Clause 9"})
        assert done.headers["Location"] == url("review", assessment) + "?show=open#q-assigns"
        found = answers_of(assessment)["assigns"]
        assert (found.review, found.evidence, found.review_note) == ("accepted", 2, "Clause 9")
        assert "assigns" not in {
            one.question.key
            for group in browser.get(url("review", assessment) + "?show=open").context["groups"]
            for one in group["items"]
        }
        assert "Answers not reviewed: 6." in text_of(browser.get(url("sign-off", assessment)))
        browser.post(url("sign-off", assessment), {"reason": ""})
        assessment.refresh_from_db()
        assert (assessment.status, assessment.signed_off_by) == ("approved", legal.user)

    def test_a_query_without_a_note_is_asked_for_one(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        response = legal.browser.post(
            url("review-answer", assessment, "assigns") + "?section=ownership",
            {"decision": "query", "evidence": "2", "evidence_until": "2027-03-31"},
        )
        assert response.status_code == 422
        body = response.content.decode()
        assert 'value="2" id="e-assigns-2" checked' in body
        assert 'value="2027-03-31"' in body
        assert "Say in the note" in text_of(response)

    def test_sending_back_needs_a_reason_and_shows_it(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = in_review(unit)
        empty = legal.browser.post(
            url("send-back", assessment), {"reason": " ", "back-staff": "on"}
        )
        assert "There is 1 problem" in text_of(empty)
        legal.browser.post(
            url("review-answer", assessment, "staff"), {"decision": "query", "note": "Who?"}
        )
        legal.browser.post(
            url("send-back", assessment), {"reason": "One question", "back-staff": "on"}
        )
        words = text_of(procurement.browser.get(url("assessment", assessment)))
        assert "One question" in words
        assert "A reviewer asks about 1 answer." in words
        words = text_of(procurement.browser.get(url("section", assessment, "secrets")))
        assert "Who?" in words

    def test_procurement_does_not_review(self, unit: BusinessUnit, procurement: Person) -> None:
        assessment = in_review(unit)
        assert procurement.browser.get(url("review", assessment)).status_code == 403
        assert procurement.browser.post(url("sign-off", assessment)).status_code == 403

    def test_reopening_and_cancelling_ask_for_a_reason(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = in_review(unit)
        legal.browser.post(url("sign-off", assessment))
        legal.browser.post(url("reopen", assessment), {"reason": "Looked too fast"})
        procurement.browser.post(url("cancel", assessment), {"reason": "Wrong vendor"})
        assessment.refresh_from_db()
        assert (assessment.status, assessment.status_reason) == ("closed", "Wrong vendor")


def test_the_rest_of_a_section_is_accepted_after_asking(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    address = url("accept-section", assessment, "secrets")
    page = legal.browser.get(url("review", assessment), {"section": "secrets"})
    assert f'href="{address}"' in page.content.decode()
    assert "of “" in text_of(legal.browser.get(address))
    done = legal.browser.post(address, {"evidence": "1"}, follow=True)
    assert "answers accepted." in text_of(done)
    assert f'href="{address}"' not in done.content.decode()
    assert legal.browser.post(address, {"evidence": "9"}).status_code == 200
    assert legal.browser.get(url("accept-section", assessment, "nothing")).status_code == 404
