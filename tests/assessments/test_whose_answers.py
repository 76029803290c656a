"""What one person typed is not saved under the name of the next one at the same browser."""

import pytest

from accounts.models import BusinessUnit
from assessments.models import Answer
from tests.assessments.reading import filled_in, text_of, url
from tests.factories.assessments import make_assessment
from tests.personas import Person

pytestmark = pytest.mark.django_db


def test_the_script_is_told_of_the_other_person_and_nothing_is_saved(
    unit: BusinessUnit, procurement: Person, unit_admin: Person
) -> None:
    here = url("autosave", make_assessment(unit), "secrets")
    sent = {"owner": str(procurement.user.pk), "question": "remarks", "version": "0"}
    typed = {**sent, "q-remarks": "Typed by Ana"}
    answer = unit_admin.browser.post(here, typed)
    assert (answer.status_code, answer.json()["other"]) == (401, True)
    assert not Answer.objects.exists()
    assert procurement.browser.post(here, typed).status_code == 200
    assert Answer.objects.get().answered_by == procurement.user


def test_the_form_of_one_person_is_refused_for_another_with_what_was_typed(
    unit: BusinessUnit, procurement: Person, unit_admin: Person
) -> None:
    page = url("section", make_assessment(unit), "secrets")
    owner = f'name="owner" value="{procurement.user.pk}"'
    assert owner in procurement.browser.get(page).content.decode()
    data = filled_in(procurement.browser, page) | {
        "owner": str(procurement.user.pk),
        "q-remarks": "Typed by Ana",
    }
    refused = unit_admin.browser.post(page, data)
    assert refused.status_code == 401
    words = text_of(refused)
    assert f"{unit_admin.user.name} is signed in here now" in words
    assert "Typed by Ana" in words
    # Whose it is is not told to whoever came next, and goes along when it is sent once more.
    assert str(procurement.user.pk) not in words
    assert owner in refused.content.decode()
    assert not Answer.objects.exists()
    assert procurement.browser.post(page, data).status_code == 302
    assert Answer.objects.get(question_key="remarks").answered_by == procurement.user


def test_people_of_another_unit_are_told_the_same_as_those_of_this_one(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    assessment = make_assessment(unit)
    sent = {"owner": str(procurement.user.pk), "question": "remarks", "q-remarks": "Typed by Ana"}
    for name in ("section", "autosave"):
        answer = outsider_procurement.browser.post(url(name, assessment, "secrets"), sent)
        assert answer.status_code == 401
