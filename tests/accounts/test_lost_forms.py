"""What somebody typed is not lost with their session, with a stale token, or when refused."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.posting import page_at
from tests.assessments.reading import url
from tests.factories.assessments import make_assessment
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.vendors.test_engagement_pages import add_address, typed
from vendors.models import Engagement

pytestmark = pytest.mark.django_db

OURS = {"Origin": "http://testserver"}


def test_a_form_sent_without_a_session_comes_back_with_the_way_to_sign_in(
    unit: BusinessUnit, visitor: Client
) -> None:
    address = add_address(make_vendor(unit))
    answer = visitor.post(
        address,
        {**typed(unit, title="Gears <b>"), "password": "hunter2"},
        headers={"Referer": f"http://testserver{address}?from=here"},
    )
    html = answer.content.decode()
    assert answer.status_code == 401
    assert "<dt>Title</dt><dd>Gears &lt;b&gt;</dd>" in html
    assert f"{reverse('account_login')}?next={address}%3Ffrom%3Dhere" in html
    assert "hunter2" not in html
    # A password is not put on the page, so the form cannot be sent from it; another one can.
    assert "Send what I typed" not in html
    assert "Send what I typed" in visitor.post(address, typed(unit)).content.decode()
    assert str(unit.pk) not in html.partition("What you typed")[2]


def test_a_form_with_a_stale_token_is_sent_once_more_by_a_button(
    unit: BusinessUnit, procurement: Person
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(procurement.user)
    address = add_address(make_vendor(unit))
    stale = strict.post(address, typed(unit), headers=OURS)
    assert stale.status_code == 403
    token = stale.content.decode().partition('name="csrfmiddlewaretoken" value="')[2][:64]
    assert '<input type="hidden" name="title" value="Housings for the X200">' in (
        stale.content.decode()
    )
    strict.post(address, {**typed(unit), "csrfmiddlewaretoken": token}, headers=OURS)
    assert Engagement.objects.get().title == "Housings for the X200"


def test_what_another_site_sent_is_not_offered_to_be_sent_again(
    unit: BusinessUnit, procurement: Person
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(procurement.user)
    address = add_address(make_vendor(unit))
    answer = strict.post(address, typed(unit), headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert "Housings for the X200" not in answer.content.decode()


def test_a_refusal_leads_back_to_the_page_and_shows_what_was_typed(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = make_assessment(unit)
    page = url("review", assessment)
    answer = legal.browser.post(
        url("override", assessment, "staff"),
        {"version": "0", "value": "12", "reason": "Counted on site"},
        headers={"Referer": f"http://testserver{page}"},
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert f'href="{page}">Back to the page' in html
    assert "<dt>Reason</dt><dd>Counted on site</dd>" in html
    away = legal.browser.post(
        url("override", assessment, "staff"),
        {"version": "0", "value": "12", "reason": "Counted on site"},
        headers={"Referer": "http://testserver//elsewhere.example/page"},
    )
    assert "elsewhere.example" not in away.content.decode()


def test_a_form_shown_where_nothing_can_be_opened_leads_back_to_the_page_above_it(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    here = reverse("assessments:hand-over")
    assert procurement.browser.get(here).status_code == 405
    assessment = make_assessment(unit)
    answer = legal.browser.post(
        url("override", assessment, "staff"),
        {"version": "0", "value": "12", "reason": "Counted on site"},
        headers={"Referer": f"http://testserver{here}?from=here"},
    )
    assert answer.status_code == 409
    back = answer.text.partition('">Back to the page')[0].rpartition('href="')[2]
    assert back == reverse("assessments:list")
    assert procurement.browser.get(back).status_code == 200


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/assessments/", "/assessments/"),
        ("/assessments/remind/", "/assessments/"),
        ("/unit/", ""),
        ("/nothing/here/", ""),
        ("/", "/"),
    ],
)
def test_nobody_is_sent_back_to_an_address_that_cannot_be_opened(path: str, page: str) -> None:
    assert page_at(path) == page
