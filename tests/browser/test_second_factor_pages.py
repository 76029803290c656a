"""Second factors at a real browser: an app, a key that the browser makes up, lost and proved."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.models.session import SessionStore
from accounts.permissions import Role
from accounts.selectors.second_factor import factors_of
from tests.accounts.factors import with_app
from tests.browser.conftest import Look, OpenPage, Shoot
from tests.factories.accounts import PASSWORD, make_user
from tests.personas import Person

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def ana(transactional_db: None) -> User:
    return make_user(Role.ADMINISTRATOR, name="Ana Nguyen", email="ana@example.com")


@pytest.fixture
def key(wide_page: Page) -> Iterator[Any]:
    """A key that is built into the browser, and says yes at once."""
    # What is put into the browser before it is here goes with the process of the page before.
    wide_page.goto("/accounts/login/")
    session = wide_page.context.new_cdp_session(wide_page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield session, made["authenticatorId"]
    session.detach()


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def grow_stale(page: Page) -> None:
    """The person has been at the page for hours."""
    [cookie] = [
        one for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME
    ]
    store = SessionStore(cookie["value"])
    store["signed_in_at"] = store["proved_at"] = time.time() - 3 * 3600
    store.save()


def code(secret: str) -> str:
    cache.clear()
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_an_app_is_set_up_asked_for_and_its_codes_are_kept(
    wide_page: Page, ana: User, look: Look
) -> None:
    page = wide_page
    sign_in(page)
    page.goto("/profile/second-factor/")
    look(page, "second-factor-none")
    page.get_by_role("link", name="Set up an app").click()
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    look(page, "second-factor-app")
    secret = page.locator("#app-secret").inner_text().replace(" ", "")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Set up").click()
    expect(page).to_have_title(re.compile("^Error:"))
    assert page.locator("#app-secret").inner_text().replace(" ", "") == secret
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    look(page, "recovery-codes")
    first = codes.first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert first in download.value.path().read_text()
    page.goto("/profile/second-factor/")
    look(page, "second-factor")
    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    look(page, "sign-in-second-factor")
    page.get_by_label("Code").fill(first)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/profile/sessions/")
    look(page, "sessions")
    assert factors_of(ana).codes_left == 9


def test_a_key_is_set_up_under_our_policy_and_signs_in_with_and_without_the_password(
    wide_page: Page, key: Any, ana: User, shoot: Shoot, look: Look
) -> None:
    page = wide_page
    # No axe before the end: its session of the debugger takes the key along when it goes.
    session, authenticator = key
    sign_in(page)
    page.goto("/profile/second-factor/keys/add/")
    page.get_by_label("Name").fill("The blue one")
    page.get_by_label("Sign in with it alone").check()
    shoot(page, "second-factor-key")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    held = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert len(held["credentials"]) == 1
    page.goto("/profile/second-factor/")
    expect(page.get_by_text("The blue one").first).to_be_visible()
    shoot(page, "second-factor-keys")
    sign_out(page)
    sign_in(page)
    page.get_by_role("button", name="Use a key").click()
    expect(page.get_by_role("link", name="Notifications")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Notifications")).to_be_visible()
    grow_stale(page)
    page.goto("/profile/second-factor/keys/add/")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    shoot(page, "proof-by-key")
    page.get_by_role("button", name="Use a key").click()
    expect(page.get_by_label("Sign in with it alone")).to_be_visible()
    look(page, "second-factor-key")


def test_a_key_that_does_not_answer_is_said_and_nothing_is_lost(
    wide_page: Page, key: Any, ana: User
) -> None:
    page = wide_page
    session, authenticator = key
    session.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": authenticator, "isUserVerified": False},
    )
    sign_in(page)
    page.goto("/profile/second-factor/keys/add/")
    page.get_by_label("Name").fill("Of no use")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("The key did not answer.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Of no use")
    assert not factors_of(ana).any


def test_a_dangerous_form_is_proved_and_done_with_what_was_typed(
    wide_page: Page, ana: User, look: Look
) -> None:
    page = wide_page
    sign_in(page)
    page.goto("/members/add/")
    grow_stale(page)
    page.get_by_label("Name").fill("Mai Tran")
    page.get_by_label("E-mail").fill("mai@example.com")
    page.get_by_label("Role").select_option("legal")
    page.get_by_label("Business unit", exact=True).select_option("all")
    page.get_by_role("button", name="Add member").click()
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    expect(page.get_by_text("mai@example.com")).to_be_visible()
    look(page, "proof")
    page.get_by_label("Password", exact=True).fill("not it")
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_title(re.compile("^Error:"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("/accounts/password/reset/key/")).to_be_visible()
    assert User.objects.filter(email="mai@example.com").exists()


def test_an_administrator_resets_what_a_member_has_lost(
    open_page: OpenPage, live_server: LiveServer, admin: Person, ana: User, look: Look
) -> None:
    with_app(ana)
    page = open_page()
    cookie = admin.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(f"/members/{ana.pk}/")
    look(page, "member-with-factor")
    page.get_by_role("link", name="Reset the second factor").click()
    look(page, "member-reset-factor")
    page.get_by_label("Reason").fill("Telephone stolen; I called her back.")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("was removed. They were told by e-mail.")).to_be_visible()
    assert not factors_of(ana).any
