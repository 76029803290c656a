"""What the what-if page refuses: named, and everything else kept."""

import pytest

from accounts.models import BusinessUnit
from scoring.engine.methodology import DIMENSIONS
from tests.factories.scoring import scored
from tests.personas import Person
from tests.scoring_pages.reading import text_of
from tests.scoring_pages.trying import address

pytestmark = pytest.mark.django_db


class TestRefused:
    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            ("answer.nonsense", "yes"),
            ("answer.discloses", "sometimes"),
            ("answer.staff", "many"),
            ("answer.staff", "-4"),
            ("answer.remarks", "Words"),
            ("state.discloses", "perhaps"),
            ("state.staff", "na_approved"),
            ("proof.assigns", "hearsay"),
            ("proof.nonsense", "document"),
            ("intake.nonsense", "x"),
            ("intake.ip_entrusted", "x"),
            ("weight.nonsense", "1"),
            ("weight.liabilities", "-1"),
            ("weight.liabilities", "nan"),
            ("kappa", "1.5"),
            ("kappa", "inf"),
            ("p", "3"),
            ("p", "0"),
            ("nonsense", "1"),
            ("answer", "1"),
        ],
    )
    def test_what_is_not_understood_is_named_and_the_rest_is_kept(
        self, unit: BusinessUnit, procurement: Person, parameter: str, value: str
    ) -> None:
        query = [("answer.assigns", "no"), (parameter, value)]
        response = procurement.browser.get(address(scored(unit), query))
        assert response.status_code == 400
        said = text_of(response.content.decode())
        assert f"{parameter}: " in said
        assert "Nothing was calculated" in said
        assert [row["text"] for row in response.context["changes"]] == [
            "Does the contract assign the results?"
        ]

    def test_what_was_typed_stays_in_its_input(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        query = [("answer.staff", "forty"), ("show", "secrets")]
        response = procurement.browser.get(address(scored(unit), query))
        page = response.content.decode()
        assert 'value="forty"' in page
        assert 'href="#c-staff"' in page

    def test_a_typed_number_that_can_be_read_in_two_ways_is_asked_back(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        query = [("typed.answer.staff", "1.000"), ("show", "secrets")]
        response = procurement.browser.get(address(scored(unit), query))
        page = response.content.decode()
        assert response.status_code == 400
        assert "as 1000 or as 1.000" in text_of(page)
        assert 'value="1.000"' in page
        assert 'href="#c-staff"' in page

    @pytest.mark.parametrize(
        ("parameter", "value", "place"),
        [
            ("answer.discloses", "sometimes", "c-discloses"),
            ("proof.staff", "hearsay", "c-staff"),
            ("intake.ip_entrusted", "x", "c-ip_entrusted"),
            ("weight.liabilities", "-1", "c-weight.liabilities"),
            ("kappa", "7", "c-kappa"),
        ],
    )
    def test_the_section_in_which_it_can_be_put_right_is_opened(
        self, unit: BusinessUnit, procurement: Person, parameter: str, value: str, place: str
    ) -> None:
        response = procurement.browser.get(address(scored(unit), [(parameter, value)]))
        page = response.content.decode()
        assert f'href="#{place}"' in page
        assert f'id="{place}"' in page

    def test_an_answer_and_a_reason_for_none_do_not_go_together(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        query = [("answer.staff", "12"), ("state.staff", "dont_know")]
        response = procurement.browser.get(address(scored(unit), query))
        assert "not both" in text_of(response.content.decode())

    def test_weights_that_are_all_nothing_are_refused(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        query = [(f"weight.{key}", "0") for key in DIMENSIONS]
        response = procurement.browser.get(address(assessment, query))
        assert response.status_code == 400
        assert "At least one dimension" in text_of(response.content.decode())

    def test_asked_by_a_script_it_is_shown_all_the_same(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        response = procurement.browser.get(
            address(scored(unit), [("p", "3")]), headers={"HX-Request": "true"}
        )
        assert response.status_code == 200
