"""The vendor's people at their own browsers: links out of letters, and coming in by them."""

import re
from datetime import timedelta
from email.message import EmailMessage

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from assessments.models import Invitation, PortalLink, PortalSession
from tests.browser.conftest import OpenPage
from tests.factories.portal import new_link

_LINK = re.compile(r"https?://\S+/portal/enter/\S+")


def said_in(lang: str, text: str, **slots: object) -> str:
    """A text of ours as people who read `lang` see it."""
    with translation.override(lang):
        return gettext(text) % slots if slots else gettext(text)


def text_of(letter: EmailMessage) -> str:
    """What stands in a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: EmailMessage) -> str:
    """The link of the portal in a letter."""
    [found] = _LINK.findall(text_of(letter))
    return str(found)


def come_in(page: Page, address: str, lang: str = "en") -> None:
    """Open a link and press the one button there is."""
    page.goto(address)
    page.get_by_role("button", name=said_in(lang, "Begin")).click()
    expect(page.locator(".task-progress")).to_be_visible()


def visitor(
    open_page: OpenPage, invitation: Invitation, lang: str = "en", **options: object
) -> Page:
    """A browser of its own in which a contact has come in by a new link."""
    page = open_page(**options)
    come_in(page, new_link(invitation).path, lang)
    return page


def let_pass(time: timedelta) -> None:
    """All visits and links are older by so much."""
    PortalSession.objects.update(
        started_at=F("started_at") - time,
        seen_at=F("seen_at") - time,
        ends_at=F("ends_at") - time,
    )
    PortalLink.objects.update(expires_at=F("expires_at") - time)
