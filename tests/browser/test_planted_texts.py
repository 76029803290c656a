"""Markup and scripts in everything that people can write, and in everything they can send.

Planted by `tests.abuse.planting` in every text of the database, or sent in every field of every
form and address. On every page it must be there as the text that it is: no element of it, no script
of it, no address of it, and nothing that a template has worked out.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit, Letter
from accounts.sealing import Unreadable
from accounts.services.letters import NotToBeSent, said_in
from assessments.models import Assessment
from assessments.services.questionnaires import builtin
from tests.abuse.forms import Fields
from tests.abuse.planting import Payload, Planted, plant
from tests.access.matrix import Line, lines
from tests.access.world import World, make_world
from tests.browser.conftest import OpenPage
from tests.factories.assessments import small_questionnaire
from tests.factories.portal import browser
from tests.factories.scoring import score
from tests.personas import Person
from tests.portal.places import Place, furnished

pytestmark = pytest.mark.browser

MARKUP = Payload(
    long=(
        "\"'><b data-p>x</b><img src=x onerror=planted()><svg onload=planted()>"
        "<script>planted()</script>{{ 791979191|add:791979191 }}{% debug %}%(x)s {0.__class__} "
    ),
    short='"><b data-p>',
    address="javascript:planted()",
)
#: What a template would make of the sum.
WORKED_OUT = "1583958382"
#: What a page must not have: an element of the payload, or an address that runs.
_FOUND = """() => [
  ...[...document.querySelectorAll("[data-p]")].map((one) => `element ${one.outerHTML}`),
  ...[...document.querySelectorAll("a, area, form, button, input, iframe, use, image")].flatMap(
    (one) => ["href", "action", "formaction", "src", "xlink:href"]
      .map((name) => one.getAttribute(name) || "")
      .filter((value) => /^\\s*(javascript|vbscript):/i.test(value))
      .map((value) => `address ${value}`)),
  ...[...document.querySelectorAll("*")].flatMap(
    (one) => [...one.attributes].filter((held) => /^on/i.test(held.name))
      .map((held) => `handler ${held.name} of ${one.tagName}`)),
  ...(window.plantedRan ? ["a script of it ran"] : []),
]"""
_WATCH = "window.planted = () => { window.plantedRan = true; }"
#: Columns that hold no text in the world of the tests: no row, no prose in their JSON, or empty as
#: long as another column is. Who adds a column either gives the world a row or names it here.
NOWHERE = {
    "accounts.Installation.organisation", "accounts.KnownDevice.browser",
    "accounts.KnownDevice.network", "accounts.KnownDevice.system", "accounts.Session.agent",
    "assessments.Answer.override_reason", "assessments.Answer.override_value",
    "assessments.DraftState.content", "assessments.EarlierAnswer.note",
    "assessments.EarlierAnswer.override_reason", "assessments.EarlierAnswer.override_value",
    "assessments.EarlierAnswer.query", "assessments.EarlierAnswer.value",
    "assessments.FilledWorkbook.diff", "assessments.FilledWorkbook.report",
    "assessments.Layout.name", "assessments.MoveItem.reason",
    "assessments.QuestionnaireFile.report", "assessments.Receipt.content",
    "assessments.SetAside.note", "assessments.SetAside.override",
    "assessments.SetAside.review_note", "assessments.SetAside.value",
    "assessments.SupplierRequest.intake", "assessments.TogetherRun.refused",
    "scoring.Decision.conditions", "scoring.Decision.despite", "scoring.Decision.reason",
    "scoring.RunPiece.summary", "vendors.Certificate.issuer", "vendors.Certificate.number",
    "vendors.Certificate.scope", "vendors.Engagement.intake", "vendors.Evidence.withdrawn_because",
    "vendors.ExchangeRate.source", "vendors.FinancialProfile.reason",
    "vendors.IpImport.assets", "vendors.IpImport.report", "vendors.IpRegistration.number",
    "vendors.LegalHold.lifted_because", "vendors.Match.why", "vendors.MatchStep.why",
    "vendors.MergeJob.kept_by", "vendors.MergeJob.take", "vendors.MergeJob.versions",
    "vendors.MergeRecord.left", "vendors.MergeRecord.moved", "vendors.NotTheSame.reason",
    "vendors.PersonalData.sub_processors", "vendors.PriceIndex.source",
    "vendors.Statement.withdrawn_why", "webhooks.Attempt.response",
}  # fmt: skip
REFUSED: set[str] = set()


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    cache.clear()


@pytest.fixture
def world(unit: BusinessUnit) -> World:
    """A unit in which every page has something to show, and everything is scored."""
    builtin()
    made = make_world(unit, small_questionnaire(), word="Quillfeather")
    for assessment in Assessment.objects.all():
        score(assessment, "assessment.opened")
    return made


@pytest.fixture
def place(world: World, unit: BusinessUnit, admin: Person) -> Place:
    """A visit to the portal, beside the world."""
    return furnished(unit, admin)


@pytest.fixture
def planted(world: World, place: Place, request: pytest.FixtureRequest) -> Planted:
    """Markup in everything that is there."""
    return plant(MARKUP, request)


def _pages(world: World, people: dict[str, Client]) -> Iterator[tuple[Line, str, str]]:
    """(line, who, address) of everything that can be read."""
    for line in lines():
        who = next((one for one in people if line.expected[one] == "200"), None)
        if line.method == "GET" and who is not None and not line.is_api:
            yield line, who, reverse(line.name, kwargs=world.named(line))


def _signed_in(page: Page, person: Person, home: str) -> Page:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": home}])
    page.context.add_init_script(_WATCH)
    return page


def test_every_text_of_the_database_is_planted(planted: Planted) -> None:
    """So that a column nobody thinks of is not left out in silence."""
    assert len(planted.columns) > 150
    assert planted.refused == REFUSED
    assert sorted(planted.empty - planted.columns) == sorted(NOWHERE)


def test_what_is_planted_stays_text_on_every_page(
    planted: Planted,
    world: World,
    admin: Person,
    legal: Person,
    live_server: LiveServer,
    open_page: OpenPage,
) -> None:
    people = {"admin": admin.browser, "legal": legal.browser}
    pages = {
        "admin": _signed_in(open_page(), admin, live_server.url),
        "legal": _signed_in(open_page(), legal, live_server.url),
    }
    wrong, shown = [], 0
    for line, who, path in _pages(world, people):
        said = people[who].get(path)
        if not said.headers["Content-Type"].startswith("text/html"):
            continue
        page = pages[who]
        response = page.goto(path, wait_until="load")
        assert response is not None
        if response.status != 200:
            wrong.append(f"{line}: {response.status}")
        wrong += [f"{line}: {found}" for found in page.evaluate(_FOUND)]
        text = page.content()
        shown += "data-p&gt;" in text
        if WORKED_OUT in text:
            wrong.append(f"{line}: a template has worked it out")
    assert wrong == []
    # It really stands on most of them.
    assert shown > 150


def test_what_is_planted_stays_text_in_the_portal(
    planted: Planted, place: Place, live_server: LiveServer, open_page: OpenPage
) -> None:
    token = browser(place.invitation).cookies[settings.PORTAL_COOKIE].value
    page = open_page()
    page.context.add_init_script(_WATCH)
    page.context.add_cookies(
        [{"name": settings.PORTAL_COOKIE, "value": token, "url": live_server.url}]
    )
    wrong, shown = [], 0
    for name, path in place.paths.items():
        response = page.goto(path, wait_until="load")
        assert response is not None
        assert response.status == 200, name
        wrong += [f"{name}: {found}" for found in page.evaluate(_FOUND)]
        text = page.content()
        shown += "data-p&gt;" in text
        assert WORKED_OUT not in text, name
    assert wrong == []
    assert shown > 8


def test_what_is_planted_stays_text_in_letters(
    world: World, place: Place, planted: Planted, admin: Person, open_page: OpenPage
) -> None:
    """New ones, about what is planted: their pages have no policy that would hold a script."""
    from assessments.services import portal_letters
    from assessments.services.invitations import make_link
    from tests.factories.letters import make_letter
    from tests.factories.portal import principal_of

    place.invitation.refresh_from_db()
    Letter.objects.all().delete()
    with transaction.atomic():
        by = principal_of(place.invitation)
        portal_letters.fresh(invitation=place.invitation, link=make_link(place.invitation), by=by)
    make_letter(context={"link": "https://surety.example/", "by": MARKUP.long})
    page = open_page()
    page.context.add_init_script(_WATCH)
    page.goto("about:blank")
    seen = 0
    for letter in Letter.objects.all():
        html = _html_of(letter)
        page.set_content(html)
        assert page.evaluate(_FOUND) == [], letter.template
        seen += "data-p&gt;" in html
    assert seen == Letter.objects.count() > 1


def _html_of(letter: Letter) -> str:
    try:
        return said_in(letter).html
    except (Unreadable, NotToBeSent):
        return ""


def _hostile(html: str, *, everything: bool) -> dict[str, str]:
    """What to send: the payload in every text, or in everything but the form's own token."""
    fields = Fields(html)
    chosen = fields.sent.keys() if everything else fields.texts
    return {
        name: MARKUP.long if name in chosen and name != "csrfmiddlewaretoken" else value
        for name, value in fields.sent.items()
    }


def _sent_back(world: World, people: dict[str, Client]) -> Iterator[tuple[str, int, str, str]]:
    """(what was asked, status, type, answer) of every address and form with markup in all fields.

    What it changes is undone, so that each meets the same world.
    """
    posts = {
        line.name for line in lines() if line.method == "POST" and line.expected["admin"] != "405"
    }
    for line, who, path in _pages(world, people):
        client = people[who]
        html = _text(client.get(path))
        for everything in (False, True):
            data = _hostile(html, everything=everything)
            data |= {"next": MARKUP.address, "q": MARKUP.long, "status": MARKUP.long}
            for method in ("get", "post") if line.name in posts else ("get",):
                with transaction.atomic():
                    answer = getattr(client, method)(path, data)
                    kind, text = answer.headers.get("Content-Type", ""), _text(answer)
                    transaction.set_rollback(True)
                # A sign-out ends with the transaction, and so does the cookie that it took.
                yield f"{method} {line.name}", answer.status_code, kind, text


def _text(answer: Any) -> str:
    return b"".decode() if answer.status_code == 304 else answer.getvalue().decode(errors="replace")


def test_what_is_sent_comes_back_as_text_from_every_form_and_address(
    world: World, admin: Person, legal: Person, open_page: OpenPage
) -> None:
    """Looked at without our policy: a script that came back would run."""
    people = {"admin": admin.browser, "legal": legal.browser}
    page = open_page()
    page.context.add_init_script(_WATCH)
    page.goto("about:blank")
    wrong, shown = [], 0
    for asked, status, kind, text in _sent_back(world, people):
        if status >= 500:
            wrong.append(f"{asked}: {status}")
        if not kind.startswith("text/html") or "data-p" not in text:
            continue
        shown += 1
        page.set_content(text, wait_until="domcontentloaded")
        wrong += [f"{asked}: {found}" for found in page.evaluate(_FOUND)]
        if WORKED_OUT in text:
            wrong.append(f"{asked}: a template has worked it out")
    assert wrong == []
    assert shown > 100


def test_an_element_a_script_and_an_address_would_be_found(open_page: OpenPage) -> None:
    page = open_page()
    page.context.add_init_script(_WATCH)
    page.goto("about:blank")
    page.set_content(f'<p>{MARKUP.long}</p><a href="{MARKUP.address}">x</a>')
    page.wait_for_timeout(200)
    found = page.evaluate(_FOUND)
    assert any(one.startswith("element") for one in found)
    assert any(one.startswith("address") for one in found)
    assert any(one.startswith("handler") for one in found)
