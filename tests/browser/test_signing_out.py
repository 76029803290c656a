"""Signing out at a real browser: what was typed is not left for whoever sits there next."""

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.permissions import Role
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def sign_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("form[data-sign-out]")).to_have_count(1)


def type_something(page: Page, user: User) -> None:
    """As pages leave it that wait for a line, or hold a draft."""
    page.evaluate(
        """([own, drafts]) => {
            sessionStorage.setItem(own, "{}");
            sessionStorage.setItem("surety.drafts", drafts);
        }""",
        [f"surety-autosave:{user.pk}:/x/", f'{{"{user.pk} /x field": {{"typed": "secret"}}}}'],
    )


def kept(page: Page) -> str:
    said: Any = page.evaluate("JSON.stringify(Object.entries(sessionStorage))")
    return str(said)


def test_signing_out_takes_what_was_typed_out_of_every_tab_and_leaves_how_it_looks(
    wide_page: Page, transactional_db: None
) -> None:
    ana, page = make_user(Role.ADMINISTRATOR), wide_page
    sign_in(page, ana)
    page.evaluate("localStorage.setItem('surety-theme', 'dark')")
    other = page.context.new_page()
    other.goto("/profile/")
    for tab in (page, other):
        type_something(tab, ana)
        tab.reload()
        assert "secret" in kept(tab)
        assert str(ana.pk) in kept(tab)
    page.goto("/accounts/logout/")
    with page.expect_response(lambda one: one.request.method == "POST") as answer:
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
    assert answer.value.header_value("Clear-Site-Data") == '"cache"'
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    for tab in (page, other):
        assert "secret" not in kept(tab)
        assert str(ana.pk) not in kept(tab)
    assert page.evaluate("localStorage.getItem('surety-theme')") == "dark"


def test_back_shows_nothing_of_what_was_seen_before_signing_out(
    wide_page: Page, transactional_db: None
) -> None:
    ana, page = make_user(Role.ADMINISTRATOR), wide_page
    sign_in(page, ana)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/profile/")
        expect(tab.get_by_role("main").get_by_text(ana.email)).to_be_visible()
    page.locator(".site-header, header").get_by_text(ana.name).first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert ana.email not in page.content()
    # As browsers come back that keep a page as it stood, scripts and all.
    other.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    assert ana.email not in other.content()


def test_what_was_typed_stays_where_the_line_was_lost_and_nobody_was_signed_out(
    wide_page: Page, transactional_db: None
) -> None:
    ana, page = make_user(Role.ADMINISTRATOR), wide_page
    sign_in(page, ana)
    page.goto("/accounts/logout/")
    type_something(page, ana)
    page.route("**/accounts/logout/", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.unroute("**/accounts/logout/")
    page.goto("/profile/")
    expect(page.locator("form[data-sign-out]")).to_have_count(1)
    assert "secret" in kept(page)


def test_what_one_person_typed_is_gone_when_another_signs_in_there(
    wide_page: Page, transactional_db: None
) -> None:
    ana, bea, page = make_user(Role.ADMINISTRATOR), make_user(Role.LEGAL), wide_page
    sign_in(page, ana)
    type_something(page, ana)
    # The session ends by itself: nothing is lost for whoever comes back.
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(page, ana)
    assert "secret" in kept(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(page, bea)
    assert "secret" not in kept(page)
    assert str(ana.pk) not in kept(page)


def test_back_shows_nothing_of_another_person_whose_session_ended_by_itself(
    wide_page: Page, transactional_db: None
) -> None:
    ana, bea, page = make_user(Role.ADMINISTRATOR), make_user(Role.LEGAL), wide_page
    sign_in(page, ana)
    page.goto("/profile/")
    come_back = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    page.evaluate("document.body.dataset.asItStood = ''")
    page.evaluate(come_back)
    expect(page.locator("[data-as-it-stood]")).to_have_count(1)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    other = page.context.new_page()
    sign_in(other, bea)
    page.evaluate(come_back)
    expect(page.get_by_role("main").get_by_text(bea.email)).to_be_visible()
    assert ana.email not in page.content()
