"""A real browser at two widths, pictures of what it saw, and the accessibility checker.

    def test_the_list_can_be_read(wide_page, shoot, assert_no_axe_violations):
        wide_page.goto("/vendors/")          # addresses are relative to the live server
        shoot(wide_page, "vendor-list")      # build/screenshots/vendor-list-1280.png
        assert_no_axe_violations(wide_page)

Wait with locators (`expect(page.get_by_role(...)).to_be_visible()`): `wait_for_function` with a
string is refused by the pages' content security policy.
"""

import os
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import chromium

_REPOSITORY = Path(__file__).parents[2]
_AXE = _REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
_SCREENSHOTS = _REPOSITORY / "build" / "screenshots"
_WIDE: ViewportSize = {"width": 1280, "height": 900}
_NARROW: ViewportSize = {"width": 400, "height": 800}
_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], Path]
AxeCheck = Callable[..., None]
Look = Callable[[Page, str], None]

# How long a test looks for what has to be there: long enough for a busy machine. Milliseconds.
expect.set_options(timeout=15_000)
# Playwright's own event loop runs in this thread, and Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser there is, and how it starts in a machine without a screen."""
    try:
        found = chromium.find()
    except chromium.NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)
    arguments = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--force-color-profile=srgb",
        "--font-render-hinting=none",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {
        **browser_type_launch_args,
        "executable_path": str(found.program),
        "env": found.environment,
        "args": arguments,
    }


@pytest.fixture
def _server_at_rest(live_server: LiveServer) -> Generator[None]:
    """After the browser has gone, let the server finish what it was still answering.

    Emptying the tables under a request that reads them ends in a deadlock.
    """
    yield
    for thread in threading.enumerate():
        # The name that `socketserver` gives to the thread of a connection, by its target.
        if "process_request_thread" in thread.name:
            thread.join(timeout=30)
            assert not thread.is_alive(), "the server still answers 30 s after the browser left"


@pytest.fixture
def open_page(
    _server_at_rest: None, new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> Generator[OpenPage]:
    """Open pages as one more visitor: `open_page(width=..., height=..., **context options)`.

    Each call is a visitor of its own with cookies of its own. A script error on a page fails the
    test, as does a script or style that the content security policy had to refuse.
    """
    problems: list[str] = []

    def open_(*, width: int = 1280, height: int = 900, **options: Any) -> Page:
        context = new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale=options.pop("locale", "en-GB"),
            reduced_motion=options.pop("reduced_motion", "reduce"),
            **options,
        )
        context.set_default_timeout(15_000)
        # Charts further down are drawn once somebody is there.
        context.add_init_script(
            'addEventListener("load", () => dispatchEvent(new Event("pointermove")))'
        )
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                problems.append(f"{page.url}: {message.text}")
                if "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield open_
    assert problems == []


@pytest.fixture
def wide_page(open_page: OpenPage) -> Page:
    """A page 1280 px wide."""
    return open_page(**_WIDE)


@pytest.fixture
def narrow_page(open_page: OpenPage) -> Page:
    """A page 400 px wide, as on a telephone or at 320 % zoom."""
    return open_page(**_NARROW)


@pytest.fixture(params=[_WIDE, _NARROW], ids=["wide", "narrow"])
def browser_page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """The test runs twice: on a wide page and on a narrow one."""
    return open_page(**request.param)


@pytest.fixture
def shoot() -> Shoot:
    """Keep a picture of the whole page as build/screenshots/NAME-WIDTH.png."""

    def take(page: Page, name: str) -> Path:
        size = page.viewport_size
        assert size is not None
        path = _SCREENSHOTS / f"{name}-{size['width']}.png"
        expect(page.locator("[data-chart]:visible:not([data-drawn])")).to_have_count(0)
        page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return take


@pytest.fixture(scope="session")
def _axe_source() -> str:
    return _AXE.read_text()


@pytest.fixture
def assert_no_axe_violations(_axe_source: str) -> AxeCheck:
    """Run axe on the page as it stands; say each violation with the places where it is.

    `within="main"` looks at a part only; `ignore=["rule-id"]` needs a comment that says why.
    """

    def check(page: Page, *, within: str | None = None, ignore: tuple[str, ...] = ()) -> None:
        # A click waits until the next page begins to arrive; what is looked at has to be all there.
        page.wait_for_load_state("load")
        # Through the debugger, to which the page's content security policy does not apply.
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": _axe_source})
        session.detach()
        options = {
            "runOnly": {"type": "tag", "values": _STANDARDS},
            "rules": {rule: {"enabled": False} for rule in ignore},
            "resultTypes": ["violations"],
        }
        result = page.evaluate(
            "([within, options]) => axe.run(within ? {include: [within]} : document, options)",
            [within, options],
        )
        found = [
            f"{violation['id']}: {violation['help']}\n"
            + "\n".join(f"    {' '.join(map(str, node['target']))}" for node in violation["nodes"])
            for violation in result["violations"]
        ]
        assert found == [], "axe found on " + page.url + ":\n" + "\n".join(found)

    return check


@pytest.fixture
def look(shoot: Shoot, assert_no_axe_violations: AxeCheck) -> Look:
    """Look at a page as it stands, wide and narrow: pictures of both, axe, nothing sticks out."""

    def at(page: Page, name: str) -> None:
        assert_no_axe_violations(page)
        shoot(page, name)
        page.set_viewport_size(_NARROW)
        assert_fits(page)
        shoot(page, name)
        page.set_viewport_size(_WIDE)

    return at


def assert_fits(page: Page) -> None:
    """Nothing makes the page wider than the window; if something does, say what."""
    sticking_out = page.evaluate(_STICKING_OUT)
    assert sticking_out == [], f"wider than the window on {page.url}: {sticking_out}"


#: The elements that are wider than the window, unless an element around them scrolls by itself.
_STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (node) => node && node !== document.body
    && (["auto", "scroll", "hidden"].includes(getComputedStyle(node).overflowX)
        || scrolls(node.parentElement));
  const out = [...document.body.querySelectorAll("*")].filter(
    (node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node.parentElement));
  const name = (node) => [node.tagName.toLowerCase(), ...node.classList].join(".");
  return [`page ${document.documentElement.scrollWidth} px`, ...out.slice(0, 5).map(name)];
}"""
