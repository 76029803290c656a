"""Every link that opens nothing has a page that says why, and what to do."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from playwright.sync_api import expect
from pytest_django import Settings

from accounts.models import BusinessUnit
from assessments.services import entering, invitations
from tests.browser.conftest import Look, OpenPage
from tests.browser.visiting import let_pass, said_in
from tests.factories.assessments import make_assessment
from tests.factories.portal import invited, new_link
from tests.personas import Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["en-gb", "vi"])
def test_each_link_that_is_shut_says_why_and_what_to_do(
    open_page: OpenPage, unit: BusinessUnit, procurement: Person, look: Look, lang: str
) -> None:
    cache.clear()
    page = open_page(locale={"en-gb": "en-GB", "vi": "vi-VN"}[lang])
    invitation = invited(make_assessment(unit), language=lang)

    def meet(state: str, path: str) -> None:
        page.goto(path)
        expect(page.locator(f"[data-link-state='{state}']")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", lang)
        look(page, f"portal-link-{state}-{lang}")

    used = new_link(invitation)
    entering.enter(link_id=used.link.pk, token=used.token)
    meet("used", used.path)
    older, newest = new_link(invitation), new_link(invitation)
    meet("replaced", older.path)
    broken = newest.path.replace(newest.token, newest.token[:20])
    meet("unknown", broken)
    let_pass(timedelta(days=30))
    meet("expired", newest.path)
    page.get_by_role("button", name=said_in(lang, "Send me a fresh link")).click()
    expect(page.locator(".notice--success")).to_be_visible()
    fourth = new_link(invitation)
    for _try in range(5):
        entering.enter(link_id=fourth.link.pk, token="x" * 43)
    meet("locked", fourth.path)
    fifth = new_link(invitation)
    invitations.revoke(invitation=invitation, reason="Another contact", by=procurement.principal)
    meet("revoked", fifth.path)


def test_too_many_wrong_links_lead_to_a_page_that_says_when_to_try_again(
    open_page: OpenPage, unit: BusinessUnit, settings: Settings, look: Look
) -> None:
    cache.clear()
    settings.PORTAL_RATES = {**settings.PORTAL_RATES, "wrong": 2}
    link = new_link(invited(make_assessment(unit)))
    page = open_page()
    for number in range(3):
        page.goto(link.path.replace(link.token, f"{number}" * 43))
    expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
    look(page, "portal-too-many")
    cache.clear()
