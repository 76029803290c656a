"""Forms of more than 1,000 fields: only where a page needs them, and only of people signed in."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.access.world import make_world
from tests.factories.assessments import small_questionnaire
from tests.personas import Person

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


def ticked(count: int) -> str:
    """A form with so many boxes ticked."""
    return urlencode([("take", f"question-{number}") for number in range(count)])


def test_before_sign_in_a_form_has_1000_fields_at_most(visitor: Client) -> None:
    address = reverse("account_login")

    assert visitor.post(address, ticked(1_000), content_type=FORM).status_code == 200
    assert visitor.post(address, ticked(1_001), content_type=FORM).status_code == 400


def test_other_pages_take_1000_fields_of_people_who_are_signed_in(admin: Person) -> None:
    address = reverse("accounts:profile")

    assert admin.browser.post(address, ticked(1_001), content_type=FORM).status_code == 400


def test_a_page_with_a_box_per_question_takes_10000_and_no_more(
    unit: BusinessUnit, procurement: Person
) -> None:
    world = make_world(unit, small_questionnaire(), word="Quillfeather")
    address = reverse("assessments:answer-file", args=[world.objects["answer_file"]])

    too_many = procurement.browser.post(address, ticked(10_001), content_type=FORM)
    taken = procurement.browser.post(address, ticked(10_000), content_type=FORM)
    outside = Client(enforce_csrf_checks=True).post(address, ticked(1_001), content_type=FORM)

    assert too_many.status_code == 400
    assert taken.status_code != 400
    # Refused before any of it is read.
    assert outside.status_code == 403
