"""The list, opening and filling in, for every persona, without JavaScript."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.schema import Respondent
from assessments.selectors.assessments import answers_of, questions_for, schema_of
from assessments.services import answers, assessments
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import builtin
from tests.assessments.reading import filled_in, text_of, url
from tests.factories.accounts import make_unit
from tests.factories.assessments import (
    answer_all,
    make_assessment,
    make_engagement,
    small_questionnaire,
    submitted,
)
from tests.personas import Person

pytestmark = pytest.mark.django_db


class TestList:
    def test_shows_assessments_of_the_unit_with_progress(
        self, unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
    ) -> None:
        mine = make_assessment(unit, engagement=make_engagement(unit, vendor="Alpha Tools"))
        make_assessment(other_unit, engagement=make_engagement(other_unit, vendor="Beta Tools"))
        answers.save(assessment=mine, values={"staff": AnswerInput(2)}, by=SYSTEM)
        words = text_of(procurement.browser.get(reverse("assessments:list")))
        assert "Alpha Tools" in words
        assert "1 of 7" in words
        assert "Beta Tools" not in words

    def test_an_empty_list_says_what_to_do(self, procurement: Person) -> None:
        words = text_of(procurement.browser.get(reverse("assessments:list")))
        assert "No assessments yet" in words

    def test_filters_and_pages_by_key(self, unit: BusinessUnit, procurement: Person) -> None:
        made = [make_assessment(unit) for _ in range(27)]
        assessments.plan(assessment=made[3], due_on=None, assigned_to=procurement.user, by=SYSTEM)
        first = procurement.browser.get(reverse("assessments:list"))
        second = procurement.browser.get(
            reverse("assessments:list"), {"after": first.context["page"].next}
        )
        ids = [row["assessment"].pk for page in (first, second) for row in page.context["rows"]]
        assert ids == [one.pk for one in reversed(made)]
        back = procurement.browser.get(
            reverse("assessments:list"), {"before": second.context["page"].previous}
        )
        assert [row["assessment"].pk for row in back.context["rows"]] == ids[:25]
        mine = procurement.browser.get(reverse("assessments:list"), {"owner": "me"})
        assert [row["assessment"].pk for row in mine.context["rows"]] == [made[3].pk]

    def test_takes_the_same_few_queries_at_any_length(
        self, unit: BusinessUnit, procurement: Person, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(5):
            make_assessment(unit)
        browser = procurement.browser
        with django_assert_max_num_queries(8):
            browser.get(reverse("assessments:list"))


class TestOpening:
    def test_says_how_many_questions_and_why(self, unit: BusinessUnit, procurement: Person) -> None:
        engagement = make_engagement(unit, tier="low")
        page = procurement.browser.get(reverse("assessments:open", args=[engagement.pk]))
        words = text_of(page)
        assert "left out because the tier of this engagement is Low" in words

    def test_opens_and_leads_to_the_task_list(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        engagement = make_engagement(unit)
        response = procurement.browser.post(
            reverse("assessments:open", args=[engagement.pk]),
            {"questionnaire": builtin().pk, "due_on": "2027-01-31"},
        )
        made = Assessment.objects.get(engagement=engagement)
        assert response.headers["Location"] == url("assessment", made)
        assert str(made.due_on) == "2027-01-31"

    def test_is_not_for_legal_or_other_units(
        self, unit: BusinessUnit, legal: Person, outsider_procurement: Person
    ) -> None:
        address = reverse("assessments:open", args=[make_engagement(unit).pk])
        assert legal.browser.get(address).status_code == 403
        assert outsider_procurement.browser.get(address).status_code == 404


class TestFillingIn:
    def test_from_task_list_to_receipt_without_javascript(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        browser = procurement.browser
        words = text_of(browser.get(url("assessment", assessment)))
        assert "Settle who owns the results" in words
        assert "Not started" in words
        first = url("section", assessment, "ownership")
        data = filled_in(browser, first) | {"q-assigns": "yes", "q-discloses": "!dont_know"}
        response = browser.post(first, data)
        second = url("section", assessment, "secrets")
        assert response.headers["Location"] == second
        page = browser.get(second)
        assert 'id="q-bound" data-question="bound" data-version="0" data-gated hidden' in " ".join(
            page.content.decode().split()
        )
        data = filled_in(browser, second) | {"q-subcontracts": "yes", "go": "stay"}
        assert browser.post(second, data).headers["Location"] == second
        assert "Are subcontractors bound in writing?" in text_of(browser.get(second))
        refused = browser.post(url("submit", assessment))
        assert refused.status_code == 422
        assert "There is 1 problem" in text_of(refused)
        assert 'href="#row-bound"' in refused.content.decode()
        data = filled_in(browser, second) | {
            "q-bound": "no",
            "q-measures": ["locks"],
            "q-staff": "12",
            "then": "check",
        }
        assert browser.post(second, data).headers["Location"] == url("check", assessment)
        words = text_of(browser.get(url("check", assessment)))
        assert "12 people" in words
        assert "Locks" in words
        assert "Submit 6 of 9 answers?" not in words
        assert browser.get(url("submit", assessment)).status_code == 200
        assert browser.post(url("submit", assessment)).headers["Location"] == url(
            "receipt", assessment
        )
        assert "What happens next" in text_of(browser.get(url("receipt", assessment)))
        assessment.refresh_from_db()
        assert assessment.submitted_by == procurement.user

    def test_refused_values_are_shown_again_with_the_message(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        page = url("section", assessment, "secrets")
        data = filled_in(procurement.browser, page) | {
            "q-staff": "a dozen",
            "q-remarks": "Typed with care",
        }
        response = procurement.browser.post(page, data)
        assert response.status_code == 422
        body = response.content.decode()
        assert 'value="a dozen"' in body
        assert "Typed with care" in body
        assert "<title>Error: " in body
        assert 'href="#id_q-staff"' in body
        assert not answers_of(assessment)

    def test_a_number_is_read_by_the_decimal_mark_of_the_reader(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        page = url("section", assessment, "secrets")
        data = filled_in(procurement.browser, page) | {"go": "stay"}
        doubtful = procurement.browser.post(page, data | {"q-staff": "1.000"})
        assert "as 1000 or as 1.000" in text_of(doubtful)
        procurement.user.language = "de"
        procurement.user.save(update_fields=["language"])
        procurement.browser.post(page, data | {"q-staff": "1.000"})
        assert answers_of(assessment)["staff"].value == 1000

    def test_an_answer_beside_dont_know_is_asked_back(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        page = url("section", assessment, "secrets")
        data = filled_in(procurement.browser, page) | {
            "q-staff": "12",
            "q-staff-state": "dont_know",
        }
        response = procurement.browser.post(page, data)
        assert response.status_code == 422
        assert "you gave both" in text_of(response)

    def test_two_people_see_both_values_and_choose(
        self, unit: BusinessUnit, procurement: Person, unit_admin: Person
    ) -> None:
        assessment = make_assessment(unit)
        page = url("section", assessment, "secrets")
        mine = filled_in(procurement.browser, page) | {"q-staff": "12", "q-remarks": "Mine"}
        theirs = filled_in(unit_admin.browser, page) | {"q-staff": "80"}
        assert unit_admin.browser.post(page, theirs).status_code == 302
        clash = procurement.browser.post(page, mine)
        assert clash.status_code == 409
        words = text_of(clash)
        assert "12 people" in words
        assert "80 people" in words
        assert "Uma Unitadmin" in words
        carried: dict[str, list[Any]] = {}
        for name, value in clash.context["carried"]:
            carried.setdefault(name, []).append(value)
        kept = procurement.browser.post(page, {**carried, "choose-staff": "mine"})
        assert kept.status_code == 302
        found = answers_of(assessment)
        assert (found["staff"].value, found["remarks"].value) == (12, "Mine")

    def test_keeping_theirs_saves_the_rest(self, unit: BusinessUnit, procurement: Person) -> None:
        assessment = make_assessment(unit)
        page = url("section", assessment, "secrets")
        mine = filled_in(procurement.browser, page) | {"q-staff": "12", "q-remarks": "Mine"}
        answers.save(assessment=assessment, values={"staff": AnswerInput(80)}, by=SYSTEM)
        procurement.browser.post(page, {**mine, "choose-staff": "theirs"})
        found = answers_of(assessment)
        assert (found["staff"].value, found["remarks"].value) == (80, "Mine")

    def test_what_was_typed_survives_a_freeze(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        answer_all(assessment)
        page = url("section", assessment, "secrets")
        data = filled_in(procurement.browser, page) | {"q-remarks": "One more thing"}
        assessments.submit(assessment=assessment, by=SYSTEM)
        response = procurement.browser.post(page, data)
        assert response.status_code == 409
        assert "One more thing" in response.content.decode()

    def test_each_question_says_why_and_what_it_does(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        words = text_of(procurement.browser.get(url("section", assessment, "ownership")))
        assert "Without it the vendor keeps them." in words
        assert "Carries 75% of the weight of this section." in words
        assert "“No” blocks approval" in words
        assert "Legal answers" in words

    def test_only_the_vendors_questions_are_the_vendors(self, unit: BusinessUnit) -> None:
        for questionnaire in (small_questionnaire(), builtin()):
            assessment = make_assessment(unit, tier="critical", questionnaire=questionnaire)
            found = questions_for(schema_of(assessment), assessment.questions, Respondent.VENDOR)
            assert found
            assert {item.question.respondent for item in found} == {Respondent.VENDOR}


class TestAutosave:
    def post(self, person: Person, assessment: Assessment, **data: Any) -> Any:
        """Send one question as the script does."""
        return person.browser.post(url("autosave", assessment, "secrets"), data)

    def test_answers_with_version_progress_and_visible_questions(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        response = self.post(
            procurement,
            assessment,
            **{"question": "subcontracts", "version": "0", "q-subcontracts": "yes"},
        )
        said = response.json()
        assert response.status_code == 200
        assert said["version"] == 1
        assert said["progress"] == {"answered": 1, "total": 8}
        assert "bound" in said["visible"]

    def test_a_refused_value_is_told_by_input_name(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        response = self.post(
            procurement,
            make_assessment(unit),
            **{"question": "staff", "version": "0", "q-staff": "many", "q-staff-state": "answered"},
        )
        assert response.status_code == 422
        assert "number" in response.json()["errors"]["q-staff"][0]

    def test_an_outdated_version_gets_both_values(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        answers.save(assessment=assessment, values={"staff": AnswerInput(80)}, by=SYSTEM)
        response = self.post(
            procurement, assessment, **{"question": "staff", "version": "0", "q-staff": "12"}
        )
        said = response.json()
        assert response.status_code == 409
        assert said["yours"]["q-staff"] == "12"
        assert said["theirs"]["q-staff"] == "80"
        assert said["version"] == 1

    def test_a_frozen_assessment_says_so_in_json(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        response = self.post(
            procurement, submitted(unit), **{"question": "staff", "version": "1", "q-staff": "12"}
        )
        assert response.status_code == 409
        assert "question" not in response.json()

    def test_takes_at_most_thirteen_queries(
        self, unit: BusinessUnit, procurement: Person, django_assert_max_num_queries: Any
    ) -> None:
        assessment = make_assessment(unit)
        browser = procurement.browser
        schema_of(assessment)
        with django_assert_max_num_queries(15):  # two of them are the test's savepoint
            browser.post(
                url("autosave", assessment, "secrets"),
                {"question": "staff", "version": "0", "q-staff": "3"},
            )


def test_a_page_kept_for_one_unit_offers_the_units_to_whoever_sees_several(
    admin: Person, unit: BusinessUnit
) -> None:
    other = make_unit(name="Pumps and valves")
    chosen = admin.browser.post("/unit/", {"unit": str(other.pk), "next": "/stages/"})
    page = admin.browser.get("/stages/").content.decode()
    assert chosen.status_code == 302
    assert "Choose a business unit first" not in page
    admin.browser.post("/unit/", {"unit": "all", "next": "/stages/"})
    main = admin.browser.get("/stages/").content.decode().partition("<main")[2]
    assert f'name="unit" value="{other.pk}">Pumps and valves</button>' in main
