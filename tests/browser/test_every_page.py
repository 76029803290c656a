"""Every page there is: wide, narrow and without scripts.

Which pages there are and who may open them comes from the table of who may do what.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, Request, Response, ViewportSize
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.models import Assessment
from assessments.services.questionnaires import builtin
from tests.access.matrix import Line, lines
from tests.access.world import World, make_world
from tests.browser.conftest import AxeCheck, OpenPage, Shoot, assert_fits
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import score
from tests.personas import Person

pytestmark = pytest.mark.browser

#: Pieces that other pages fetch: no title or heading of their own.
PIECES = {"scoring:score-panel", "scoring:work_count", "search:first", "vendors:findings_behind"}
#: Drawn by the Swagger program that its package brings: what it looks like is not ours.
NOT_OURS = {"api-docs"}
#: A sheet of A4 with margins of 1 cm.
_PAPER: Final[ViewportSize] = {"width": 718, "height": 1047}


@dataclass
class Visit:
    """A page of the site, who opens it, and where it is."""

    line: Line
    who: str
    path: str

    @property
    def name(self) -> str:
        """What its pictures are called."""
        return "page-" + self.line.name.replace(":", "-").replace("_", "-")


@dataclass
class Watched:
    """A browser page that remembers what went wrong on it."""

    page: Page
    home: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        # Browsers look for an icon there by themselves, where a piece of a page names none.
        icon = message.location["url"].endswith("/favicon.ico")
        if message.type in {"error", "warning"} and not icon:
            self.problems.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.problems.append(f"asks another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.problems.append(f"{response.status}: {response.url}")


@pytest.fixture
def world(unit: BusinessUnit) -> World:
    """A unit in which every page has something to show, and everything is scored."""
    builtin()
    made = make_world(unit, small_questionnaire(), word="Quillfeather")
    for assessment in Assessment.objects.all():
        score(assessment, "assessment.opened")
    return made


@pytest.fixture
def visits(world: World, admin: Person, legal: Person) -> list[Visit]:
    """Every page that a visitor, the administrator or the legal reviewer can open."""
    browsers = {"visitor": Client(), "admin": admin.browser, "legal": legal.browser}
    found = []
    for line in lines():
        who = next((one for one in browsers if line.expected[one] == "200"), None)
        if line.method != "GET" or who is None:
            continue
        for path in _paths(line, world):
            response = browsers[who].get(path)
            if response.headers["Content-Type"].startswith("text/html"):
                found.append(Visit(line, who, path))
    return found


def _paths(line: Line, world: World) -> Iterator[str]:
    """The address of a line, and that of the same page while workers are at its object."""
    named = world.named(line)
    yield reverse(line.name, kwargs=named)
    for name, kind in line.objects.items():
        if (other := world.objects.get(f"{kind}_under_way")) is not None:
            yield reverse(line.name, kwargs=named | {name: other})


Open = Callable[..., Iterator[tuple[Visit, Watched, Response]]]


@pytest.fixture
def open_all(
    visits: list[Visit],
    open_page: OpenPage,
    live_server: LiveServer,
    admin: Person,
    legal: Person,
) -> Open:
    """Open one page after the other in one browser per person."""

    def watched(person: Person | None, **options: object) -> Watched:
        page = open_page(**options)
        if person is not None:
            name = settings.SESSION_COOKIE_NAME
            value = person.browser.cookies[name].value
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        return Watched(page, live_server.url)

    def open_(**options: object) -> Iterator[tuple[Visit, Watched, Response]]:
        people = {"visitor": None, "admin": admin, "legal": legal}
        browsers = {who: watched(person, **options) for who, person in people.items()}
        for visit in visits:
            browser = browsers[visit.who]
            browser.problems.clear()
            response = browser.page.goto(visit.path, wait_until="load")
            assert response is not None
            yield visit, browser, response

    return open_


def test_every_page_is_accessible_and_asks_nothing_of_other_hosts(
    open_all: Open, assert_no_axe_violations: AxeCheck, shoot: Shoot
) -> None:
    wrong: list[str] = []
    for visit, browser, response in open_all():
        page = browser.page
        if response.status != 200:
            wrong.append(f"{visit.line}: {response.status}")
        if visit.line.name not in PIECES:
            if not page.title().strip():
                wrong.append(f"{visit.line}: no title")
            if visit.line.name not in NOT_OURS:
                wrong += _axe(page, visit, assert_no_axe_violations)
        shoot(page, visit.name)
        wrong += [f"{visit.line}: {problem}" for problem in browser.problems]
    assert not wrong, "\n".join(wrong)


def _axe(page: Page, visit: Visit, check: AxeCheck) -> list[str]:
    try:
        check(page)
    except AssertionError as found:
        return [f"{visit.line}: {found}"]
    return []


@pytest.mark.parametrize("width", [400, 320])
def test_no_page_is_wider_than_a_narrow_window_or_a_sheet_of_paper(
    open_all: Open, shoot: Shoot, width: int
) -> None:
    """320 px is a window of 1280 px at 400 % zoom."""
    wrong: list[str] = []
    for visit, browser, _response in open_all(width=width, height=800):
        if visit.line.name in NOT_OURS:
            continue
        page = browser.page
        try:
            assert_fits(page)
            if width == 400:
                shoot(page, visit.name)
                page.emulate_media(media="print")
                page.set_viewport_size(_PAPER)
                assert_fits(page)
        except AssertionError as found:
            wrong.append(f"{visit.line}: {found}")
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{visit.line}: {problem}" for problem in browser.problems]
    assert not wrong, "\n".join(wrong)


def test_every_page_is_there_without_scripts(open_all: Open) -> None:
    wrong: list[str] = []
    for visit, browser, response in open_all(java_script_enabled=False):
        if response.status != 200:
            wrong.append(f"{visit.line}: {response.status}")
        if visit.line.name in PIECES:
            continue
        page = browser.page
        if page.get_by_role("heading", level=1).count() != 1:
            wrong.append(f"{visit.line}: not one heading of level 1")
        waiting = page.locator(".js-only:visible").count()
        if waiting:
            wrong.append(f"{visit.line}: {waiting} parts that only a script can work")
    assert not wrong, "\n".join(wrong)


def test_the_pages_that_say_no_are_whole_pages_too(
    open_page: OpenPage,
    live_server: LiveServer,
    world: World,
    legal: Person,
    assert_no_axe_violations: AxeCheck,
    shoot: Shoot,
) -> None:
    page = open_page()
    name = settings.SESSION_COOKIE_NAME
    value = legal.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    draft = world.objects["draft"]
    for path, status in (
        ("/nowhere/", 404),
        (f"/vendors/{draft}/", 404),
        ("/members/", 403),
    ):
        response = page.goto(path)
        assert response is not None
        assert response.status == status, path
        assert page.title().strip(), path
        assert page.get_by_role("heading", level=1).count() == 1, path
        assert page.get_by_role("link", name="Dashboard").count() >= 1, path
        assert_no_axe_violations(page)
        shoot(page, f"says-no-{status}")
