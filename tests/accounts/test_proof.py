"""Before something dangerous: is it still the same person? What was typed is not lost meanwhile."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, BusinessUnit, Membership
from accounts.proof import PROVED
from audit.models import Event
from tests.access.matrix import routes
from tests.accounts.factors import grow_stale, signed_in, with_app
from tests.factories.accounts import PASSWORD, make_api_client, make_key
from tests.personas import Person, Program

pytestmark = pytest.mark.django_db
#: What takes a proof, whatever else is added.
DANGEROUS = {
    "scoring:method_publish",
    "scoring:decide",
    "accounts:api_client_add",
    "accounts:api_client_edit",
    "accounts:api_client_secret",
    "accounts:api_key_create",
    "accounts:api_key_rotate",
    "webhooks:endpoint_add",
    "webhooks:endpoint_edit",
    "webhooks:endpoint_secret",
    "accounts:member",
    "accounts:member_add",
    "accounts:member_role_change",
    "accounts:member_role_take",
    "accounts:member_deactivate",
    "accounts:member_reactivate",
    "accounts:member_password_link",
    "accounts:member_factor_reset",
    "accounts:factor_app",
    "accounts:factor_app_remove",
    "accounts:factor_key_add",
    "accounts:factor_key",
    "accounts:factor_key_remove",
    "accounts:factor_codes",
    "accounts:member_erase",
    "assessments:contact_erase",
    "vendors:training_person_remove",
    "vendors:limit",
    "vendors:limit_lift",
    "vendors:limit_people",
    "vendors:hold_place",
    "vendors:hold_lift",
}


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that asks."""
    form = page.partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_exactly_these_views_ask() -> None:
    assert {route.name for route in routes() if PROVED.of(route.view)} == DANGEROUS


def test_a_short_while_after_signing_in_nobody_is_asked(admin: Person, api_client: Program) -> None:
    address = reverse("accounts:api_key_create", args=[api_client.client.public_id])
    answer = signed_in(admin.user).post(address, {"label": "erp", "life": "365"})
    assert "new-secret" in answer.content.decode()


def test_later_the_password_is_asked_for_and_what_was_typed_is_sent_along(
    admin: Person, api_client: Program
) -> None:
    browser = signed_in(admin.user)
    grow_stale(browser)
    address = reverse("accounts:api_key_create", args=[api_client.client.public_id])
    keys = ApiKey.objects.count()
    answer = browser.post(address, {"label": "Bea's “ERP” & <more>", "life": "365"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Is it still you?" in page
    assert ApiKey.objects.count() == keys
    sent = hidden(page)
    assert sent == {"label": "Bea's “ERP” & <more>", "life": "365"}
    wrong = browser.post(address, {**sent, "proof-password": "not it"})
    assert wrong.status_code == 403
    assert "This password is not right." in wrong.content.decode()
    assert hidden(wrong.content.decode()) == sent
    assert ApiKey.objects.count() == keys
    done = browser.post(address, {**sent, "proof-password": PASSWORD})
    assert "new-secret" in done.content.decode()
    assert ApiKey.objects.latest("created_at").label == "Bea's “ERP” & <more>"
    # And then it counts for a while.
    again = browser.post(address, {"label": "second", "life": "365"})
    assert "new-secret" in again.content.decode()


def test_neither_password_nor_code_comes_back_on_the_page(admin: Person) -> None:
    browser = signed_in(admin.user)
    grow_stale(browser)
    answer = browser.post(
        reverse("accounts:member_add"), {"name": "Mai", "proof-password": "my own secret words"}
    )
    assert "my own secret words" not in answer.content.decode()


def test_who_has_a_second_factor_proves_it_with_that_and_not_with_the_password(
    admin: Person, legal: Person
) -> None:
    app = with_app(admin.user)
    browser = signed_in(admin.user, app)
    grow_stale(browser)
    held = Membership.objects.get(user=legal.user)
    address = reverse("accounts:member_role_take", args=[legal.user.pk, held.pk])
    page = browser.post(address, {"sure": "yes"}).content.decode()
    assert 'name="proof-code"' in page
    assert 'name="proof-password"' not in page
    browser.post(address, {"sure": "yes", "proof-password": PASSWORD})
    assert Membership.objects.filter(pk=held.pk).exists()
    browser.post(address, {"sure": "yes", "proof-code": app.code()})
    assert not Membership.objects.filter(pk=held.pk).exists()


def test_a_recovery_code_proves_it_too_and_is_used_up(admin: Person) -> None:
    app = with_app(admin.user)
    browser = signed_in(admin.user, app)
    for _time in range(2):
        grow_stale(browser)
        answer = browser.post(
            reverse("accounts:api_client_add"), {"name": "", "proof-code": app.codes[0]}
        )
    assert answer.status_code == 403
    assert Event.objects.filter(type="member.recovery_code_used").count() == 1


def test_guessing_at_the_proof_is_stopped_like_guessing_at_sign_in(admin: Person) -> None:
    browser = signed_in(admin.user)
    grow_stale(browser)
    add = reverse("accounts:api_client_add")
    for _time in range(5):
        browser.post(add, {"name": "x", "proof-password": "wrong"})
    answer = browser.post(add, {"name": "x", "proof-password": PASSWORD})
    assert answer.status_code == 403
    assert "Too many tries. Wait 15 minutes" in answer.content.decode()


def test_wrong_current_passwords_count_with_those_of_the_page_to_sign_in(admin: Person) -> None:
    browser = signed_in(admin.user)
    new = "several words of my own"
    for _time in range(3):
        Client().post(reverse("account_login"), {"login": admin.user.email, "password": "wrong"})
    for old in ("wrong", "wrong", PASSWORD):
        answer = browser.post(
            reverse("account_change_password"),
            {"oldpassword": old, "password1": new, "password2": new},
        )
    assert answer.status_code == 200
    assert "Too many tries" in answer.content.decode()
    admin.user.refresh_from_db()
    assert admin.user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("webhooks:endpoint_add", {"url": "https://erp.example/in"}), ("accounts:member_add", {})],
)
def test_nothing_is_done_and_nothing_recorded_before_the_proof(
    admin: Person, name: str, sent: dict[str, str]
) -> None:
    grow_stale(admin.browser)
    before = Event.objects.count()
    assert admin.browser.post(reverse(name), sent).status_code == 403
    assert Event.objects.count() == before


def test_reading_the_same_pages_asks_nothing(admin: Person) -> None:
    grow_stale(admin.browser)
    assert admin.browser.get(reverse("accounts:member_add")).status_code == 200
    assert admin.browser.get(reverse("accounts:api_client_add")).status_code == 200


def test_how_long_a_proof_counts_is_a_setting(
    admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow_stale(admin.browser)
    monkeypatch.setattr(settings, "STEP_UP_MINUTES", 240)
    assert admin.browser.post(reverse("accounts:member_add"), {}).status_code == 200


def test_programs_are_not_asked(unit: BusinessUnit) -> None:
    """Their keys are secrets of their own; what they may do is in their scopes."""
    client = make_api_client(unit, scopes=["webhooks:manage"])
    program = Client(headers={"Authorization": f"Bearer {make_key(client)}"})
    answer = program.post(
        reverse("api:webhook-endpoints"),
        {"url": "https://erp.example/in", "events": ["score.changed"]},
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.content.decode()
