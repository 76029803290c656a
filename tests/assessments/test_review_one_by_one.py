"""Review one by one, sending back and handing over, on pages, without JavaScript."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from assessments.selectors.threads import threads_of
from assessments.services import answers, assessments, overrides, review
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import builtin
from assessments.services.threads import say
from tests.assessments.reading import text_of, url
from tests.factories.assessments import answer_all, in_review, make_assessment, submitted
from tests.personas import Person

pytestmark = pytest.mark.django_db


def one(person: Person, assessment: Assessment, key: str = "") -> Any:
    """The page of one answer."""
    return person.browser.get(url("review-one", assessment), {"q": key} if key else {})


class TestOneByOne:
    def test_judging_leads_to_the_next_that_nobody_judged_and_counts(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        assert "0 of 7 answers reviewed" in text_of(one(legal, assessment, "assigns"))
        done = legal.browser.post(
            url("review-answer", assessment, "assigns"),
            {"decision": "accept", "from": "one", "version": 1},
        )
        assert done.headers["Location"] == url("review-one", assessment) + "?q=discloses"
        assert "1 of 7 answers reviewed" in text_of(legal.browser.get(done.headers["Location"]))

    def test_the_place_is_kept_when_one_comes_back(self, unit: BusinessUnit, legal: Person) -> None:
        assessment = in_review(unit)
        one(legal, assessment, "staff")
        assert one(legal, assessment).context["question"].key == "staff"

    def test_at_the_end_it_leads_to_sending_back_or_to_signing_off(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        for key in answers_of(assessment):
            review.review_answer(
                assessment=assessment, question_key=key, verdict="accepted", by=legal.principal
            )
        assert "Every answer is reviewed. Sign off" in text_of(one(legal, assessment))

    def test_another_reviewers_verdict_is_shown_beside_mine_which_stays_typed(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        review.review_answer(
            assessment=assessment,
            question_key="staff",
            verdict="queried",
            note="Who counted?",
            by=legal.principal,
        )
        response = legal.browser.post(
            url("review-answer", assessment, "staff"),
            {"decision": "accept", "note": "Fine by me", "version": 1, "from": "one"},
        )
        words = text_of(response)
        assert response.status_code == 409
        assert "Queried : Who counted?" in words or "Queried: Who counted?" in words
        assert "Accept: Fine by me" in words
        assert 'name="version" value="2"' in response.content.decode()
        assert ">Fine by me</textarea>" in response.content.decode()

    def test_an_override_is_made_marked_and_undone(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = in_review(unit)
        where = url("override", assessment, "assigns")
        refused = legal.browser.post(where, {"value": "no", "reason": "", "version": 1})
        assert refused.status_code == 422
        assert "Give a reason." in text_of(refused)
        assert 'value="no" required' in refused.content.decode() or "checked" in (
            refused.content.decode()
        )
        legal.browser.post(where, {"value": "no", "reason": "Clause 9 is void.", "version": 1})
        for person, name in ((legal, "review-one"), (procurement, "answers")):
            page = person.browser.get(url(name, assessment), {"q": "assigns"})
            assert "Overridden in review: No" in text_of(page)
            assert "Clause 9 is void." in text_of(page)
        legal.browser.post(url("undo-override", assessment, "assigns"))
        assert answers_of(assessment)["assigns"].is_overridden is False

    def test_a_knock_out_is_red_only_where_the_answer_that_counts_is_one(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        where, red = url("override", assessment, "assigns"), "question__knock-out--met"
        assert red not in one(legal, assessment, "assigns").content.decode()
        legal.browser.post(where, {"value": "no", "reason": "Clause 9 is void.", "version": 1})
        assert red in one(legal, assessment, "assigns").content.decode()

    def test_an_override_says_that_it_does_not_apply_or_is_not_known(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        said = {"reason": "Their site says so.", "version": 1}
        for key, value in (
            ("discloses", {"value": "!not_applicable"}),
            ("staff", {"value": "", "instead": "dont_know"}),
        ):
            legal.browser.post(url("override", assessment, key), said | value)
        stored = answers_of(assessment)
        assert (stored["discloses"].override_state, stored["staff"].override_state) == (5, 2)

    def test_what_goes_out_and_what_stays_in_is_labelled(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        words = text_of(one(legal, assessment, "measures"))
        assert "Note (needed for a query) Goes to the vendor" in words
        assert "Note for colleagues Internal" in words
        words = text_of(one(legal, assessment, "staff"))
        assert "Goes to whoever fills in" in words
        assert "Write to the vendor" not in words

    def test_messages_are_written_to_the_house_or_to_the_vendor(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        where = url("say", assessment, "measures")
        for body, internal in (("I doubt this.", "yes"), ("Which logs?", "no")):
            legal.browser.post(where, {"body": body, "internal": internal})
        assert [m.body for m in threads_of(assessment, vendor_side=True)["measures"]] == [
            "Which logs?"
        ]
        assert "I doubt this." in text_of(one(legal, assessment, "measures"))
        assert legal.browser.post(where, {"body": " ", "internal": "no"}).status_code == 422

    def test_procurement_and_strangers_do_not_get_in(
        self, unit: BusinessUnit, procurement: Person, outsider_legal: Person
    ) -> None:
        assessment = in_review(unit)
        assert one(procurement, assessment).status_code == 403
        assert one(outsider_legal, assessment).status_code == 404

    @pytest.mark.parametrize("name", ["review-one", "review"])
    def test_the_pages_take_as_many_queries_for_many_answers(
        self,
        unit: BusinessUnit,
        legal: Person,
        name: str,
        django_assert_max_num_queries: Any,
    ) -> None:
        assessment = make_assessment(unit, tier="critical", questionnaire=builtin())
        answer_all(assessment)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=SYSTEM)
        for key in list(answers_of(assessment))[:20]:
            say(assessment=assessment, question_key=key, body="Hm.", internal=True, by=SYSTEM)
        legal.browser.get(url(name, assessment))
        with django_assert_max_num_queries(20):
            assert legal.browser.get(url(name, assessment)).status_code == 200


class TestSendingBack:
    def test_the_page_lists_what_is_queried_and_lets_me_add_and_remove(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = in_review(unit)
        for key in ("staff", "measures"):
            review.review_answer(
                assessment=assessment,
                question_key=key,
                verdict="queried",
                note=f"What of {key}?",
                internal_note="I do not believe it.",
                by=legal.principal,
            )
        page = legal.browser.get(url("send-back", assessment))
        assert [row.item.key for row in page.context["queried"]] == ["measures", "staff"]
        assert "What of staff?" in text_of(page)
        none = legal.browser.post(url("send-back", assessment), {"reason": "Look again"})
        assert "Choose at least one question" in text_of(none)
        legal.browser.post(
            url("send-back", assessment),
            {
                "reason": "Look again",
                "due_on": "2027-01-31",
                "back-staff": "on",
                "words-staff": "Who counted?",
                "back-remarks": "on",
                "words-remarks": "",
            },
        )
        assessment.refresh_from_db()
        assert (assessment.status, set(assessment.rework or [])) == (
            "returned",
            {"staff", "remarks"},
        )
        words = text_of(procurement.browser.get(url("assessment", assessment)))
        assert "2 questions need work; the other answers stay as they are." in words
        words = text_of(procurement.browser.get(url("section", assessment, "secrets")))
        assert "Who counted?" in words
        assert "Not sent back: this answer stays as it is." in words
        assert "I do not believe it." not in words

    def test_a_settled_answer_cannot_be_changed_by_a_made_up_form(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = in_review(unit)
        assessments.send_back(
            assessment=assessment, reason="Look", keys=["staff"], by=legal.principal
        )
        response = procurement.browser.post(
            url("autosave", assessment, "ownership"),
            {"question": "assigns", "q-assigns": "no", "version": "1"},
        )
        assert response.status_code == 422
        assert "This answer is settled" in response.content.decode()
        legal.browser.post(url("widen", assessment), {"keys": ["assigns"]})
        response = procurement.browser.post(
            url("autosave", assessment, "ownership"),
            {"question": "assigns", "q-assigns": "no", "version": "1"},
        )
        assert response.status_code == 200

    def test_afterwards_the_review_shows_before_and_after(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        overrides.override_answer(
            assessment=assessment,
            question_key="discloses",
            value="never",
            reason="Nothing came in years.",
            by=legal.principal,
        )
        assessments.send_back(
            assessment=assessment, reason="Prove it", keys=["discloses"], by=legal.principal
        )
        answers.save(assessment=assessment, values={"discloses": AnswerInput("yearly")}, by=SYSTEM)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=legal.principal)
        page = legal.browser.get(url("review", assessment), {"show": "changed"})
        words = text_of(page)
        assert "Changed since last time Before At once" in words
        assert "Now Once a year" in words
        assert "It had been overridden as “Never”: Nothing came in years." in words
        assert [i.question.key for g in page.context["groups"] for i in g["items"]] == ["discloses"]


class TestSteps:
    def test_signing_off_with_open_queries_asks_for_a_reason_in_so_many_words(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        review.review_answer(
            assessment=assessment,
            question_key="staff",
            verdict="queried",
            note="Who?",
            by=legal.principal,
        )
        where = url("sign-off", assessment)
        assert "Queries are open" in text_of(legal.browser.post(where, {"reason": "Fine"}))
        missing = legal.browser.post(where, {"despite_open": "on", "reason": ""})
        assert "Give a reason." in text_of(missing)
        legal.browser.post(where, {"despite_open": "on", "reason": "Agreed by phone"})
        assessment.refresh_from_db()
        assert assessment.status == "approved"

    def test_the_two_person_rule_is_explained_before_it_refuses(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        overrides.override_answer(
            assessment=assessment,
            question_key="assigns",
            value="no",
            reason="Void",
            by=legal.principal,
        )
        for name in ("review", "review-one", "sign-off"):
            words = text_of(legal.browser.get(url(name, assessment)))
            assert "Somebody else has to sign this off, since you overrode 1 answer." in words

    def test_what_is_mine_to_review_can_be_listed(
        self, unit: BusinessUnit, legal: Person, unit_admin: Person
    ) -> None:
        mine, other = submitted(unit), submitted(unit)
        unit_admin.browser.post(url("reviewer", mine), {"reviewer": str(legal.user.pk)})
        page = legal.browser.get("/assessments/", {"status": "review", "reviewer": "me"})
        assert [row["assessment"].pk for row in page.context["rows"]] == [mine.pk]
        page = legal.browser.get("/assessments/", {"status": "review", "reviewer": "nobody"})
        assert [row["assessment"].pk for row in page.context["rows"]] == [other.pk]

    def test_a_step_that_is_not_possible_is_refused_with_what_is(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        refused = legal.browser.post(url("put-back", submitted(unit)))
        assert refused.status_code == 409
        assert "Possible now: Take back (procurement, administrator)" in text_of(refused)
