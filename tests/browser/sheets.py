"""`make screenshots`: pictures of every page, on sheets to look at one after the other.

The demo is started on data of its own and walked through from link to link, once for each person of
it, so every page that people can reach by a link is met: wide, at 400 px, dark and as printed. Then
the same walk by somebody whose unit has nothing yet, and each form of the demo sent off empty. With
`--vendors 100000` also the main pages of a large portfolio.

Written to build/screenshots/sheets: one picture per page and way of looking, an index.html with all
of them, and sheets of eighteen as PNG.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from bench.stack import free_port
from config.children import wait_until
from tests.browser import chromium

_REPOSITORY: Final = Path(__file__).parents[2]
_OUT: Final = _REPOSITORY / "build" / "screenshots" / "sheets"
_DATA: Final = _REPOSITORY / "build" / "screenshots" / "demo"
_PASSWORD: Final = "for-pictures-of-this-machine"
_A_SHEET: Final = 18
#: Way of looking -> what the browser is told.
_WAYS: Final[dict[str, dict[str, Any]]] = {
    "1280": {"viewport": {"width": 1280, "height": 900}},
    "400": {"viewport": {"width": 400, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "print": {"viewport": {"width": 760, "height": 1000}},
}
#: What is emptied before a form is sent, and the forms that have any of it.
_TEXTS: Final = (
    "input[type=text], input[type=number], input[type=date], input[type=email], input[type=file], "
    "input:not([type]), textarea"
)
_FORMS: Final = f"main form[method=post]:has({_TEXTS})"
#: Pages that end a session or belong to another program.
_LEFT_ALONE: Final = {"account_logout", "portal:leave", "api-docs", "api-schema"}


@dataclass
class Walk:
    """One way through the pages: who looks, and what they have met."""

    name: str
    states: dict[str, BrowserContext]
    address: str
    start: list[str]
    met: dict[str, str] = field(default_factory=dict)

    def go(self, shown: set[str]) -> Iterator[tuple[str, Page]]:
        """Every page once that nobody has shown before: its name, and the wide browser on it."""
        page = self.states["1280"].new_page()
        waiting, known = list(self.start), set(self.start)
        while waiting:
            path = waiting.pop(0)
            name = _name(path)
            if name is None or name in self.met or name in _LEFT_ALONE:
                continue
            if not _opened(page, self.address + path):
                continue
            self.met[name] = path
            links = page.locator("a[href]").evaluate_all(
                "all => all.map(one => new URL(one.getAttribute('href'), document.baseURI).href)"
            )
            for link in links:
                found = link.removeprefix(self.address).partition("#")[0]
                if link.startswith(f"{self.address}/") and found not in known:
                    known.add(found)
                    waiting.append(found)
            if name not in shown:
                yield name, page
        page.close()


def main() -> None:
    """Walk, take the pictures, lay out the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, help="also a portfolio of so many vendors")
    options = parser.parse_args()
    _OUT.mkdir(parents=True, exist_ok=True)
    for old in _OUT.glob("*.*"):
        old.unlink()
    with sync_playwright() as playwright, ExitStack() as open_things:
        found = chromium.find()
        browser = playwright.chromium.launch(
            executable_path=str(found.program),
            env={**found.environment},
            args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
        )
        open_things.callback(browser.close)
        with _demo() as address:
            _the_demo(browser, address)
        if options.vendors:
            _large(browser, options.vendors)
        _lay_out(browser)


@contextmanager
def _demo() -> Iterator[str]:
    """The demo on data of its own; its address. This process can read its database afterwards."""
    port = free_port()
    _DATA.mkdir(parents=True, exist_ok=True)
    said = _DATA.with_name("demo.log")
    ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "AUDIT_KEY"}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    environment |= {
        "DEMO_DATA": str(_DATA),
        "DEMO_PORT": str(port),
        "DEMO_PASSWORD": _PASSWORD,
        "API_RATE": "100000/min",
    }
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.demo"],
            cwd=_REPOSITORY,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            ready = wait_until(
                lambda: "Ctrl-C" in said.read_text() or process.poll() is not None, seconds=600
            )
            if not ready or process.poll() is not None:
                sys.exit(f"The demo does not start:\n{said.read_text()}")
            lines = (_DATA / "env").read_text().splitlines()
            for line in lines:
                name, _is, value = line.partition("=")
                os.environ[name] = value
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
            yield f"http://localhost:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _the_demo(browser: Browser, address: str) -> None:
    """Every page of the demo by its people, by a vendor, by a newcomer; then its forms refused."""
    import django

    django.setup()
    known = json.loads((_DATA / "credentials.json").read_text())
    shown: set[str] = set()
    walks = []
    visitor = Walk("visitor", _states(browser), address, ["/accounts/login/", "/nowhere/"])
    for name, page in visitor.go(shown):
        _shoot(visitor, name, page)
        shown.add(name)
    for account in known["accounts"]:
        states = _signed_in(browser, address, account["email"])
        walk = Walk(account["email"].partition("@")[0], states, address, ["/", "/gallery/"])
        walks.append(walk)
        for name, page in walk.go(shown):
            _shoot(walk, name, page)
            shown.add(name)
    for path in _portal_links():
        walk = Walk("vendor", _invited(browser, address + path), address, [])
        walk.start = [_where(walk)]
        walks.append(walk)
        for name, page in walk.go(shown):
            _shoot(walk, name, page)
            shown.add(name)
    newcomer = Walk("empty", _signed_in(browser, address, _newcomer()), address, ["/"])
    for name, page in newcomer.go(set()):
        _shoot(newcomer, f"empty-{name}", page)
    for walk in walks:
        _refusals(walk)


def _states(browser: Browser, **more: Any) -> dict[str, BrowserContext]:
    """One browser for each way of looking."""
    return {
        way: browser.new_context(locale="en-GB", reduced_motion="reduce", **options, **more)
        for way, options in _WAYS.items()
    }


def _signed_in(browser: Browser, address: str, email: str) -> dict[str, BrowserContext]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(_PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "login" not in url)
    kept = context.storage_state()
    context.close()
    return _states(browser, storage_state=kept)


def _invited(browser: Browser, link: str) -> dict[str, BrowserContext]:
    """Browsers of whoever was sent this link, once they have opened it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    kept = context.storage_state()
    states = _states(browser, storage_state=kept)
    states["1280"].new_page().goto(page.url)
    context.close()
    return states


def _where(walk: Walk) -> str:
    page = walk.states["1280"].pages[0]
    path = page.url.removeprefix(walk.address)
    page.close()
    return path


def _portal_links() -> list[str]:
    """The way into the portal, from the demo's letters to vendors."""
    from accounts import sealing
    from accounts.models import Letter
    from accounts.services import letters

    found = []
    for letter in Letter.objects.order_by("-pk")[:200]:
        try:
            found += re.findall(r"/portal/enter/[^\s\"<]+", letters.said_in(letter).text)
        except sealing.Unreadable:
            continue
    return list(dict.fromkeys(found))[:3]


def _newcomer() -> str:
    """An administrator of a business unit in which there is nothing yet."""
    from accounts.models import User
    from accounts.permissions import Role
    from tests.factories.accounts import make_unit, make_user

    email = "newcomer@demo.example"
    if not User.objects.filter(email=email).exists():
        unit = make_unit("Nothing yet", "nothing-yet")
        make_user(Role.ADMINISTRATOR, unit, name="New Comer", email=email, password=_PASSWORD)
    return email


def _refusals(walk: Walk) -> None:
    """Each form that people meet, sent off with its texts emptied: what the refusal looks like."""
    page = walk.states["1280"].new_page()
    for name, path in walk.met.items():
        if not _opened(page, walk.address + path):
            continue
        for number, at in enumerate(_kinds_of_forms(page)):
            target = f"error-{_file(name)}" + (f"-{number + 1}" if number else "")
            if (_OUT / f"{target}-1280.png").exists():
                continue
            # A form sent before has gone on to another page, or has changed this one.
            if number and not _opened(page, walk.address + path):
                break
            _refused(page, at, target)
    page.close()


def _kinds_of_forms(page: Page) -> list[int]:
    """Which of the page's forms with texts to send, the first of each kind: lists repeat theirs."""
    kinds = page.locator(_FORMS).evaluate_all(
        "all => all.map(form => [...form.elements].filter(one => one.type !== 'hidden')"
        ".map(one => one.type === 'submit' ? one.innerText : one.name.replace(/\\d+/g, ''))"
        ".join(' '))"
    )
    return [at for at, kind in enumerate(kinds) if kinds.index(kind) == at]


def _refused(page: Page, at: int, target: str) -> None:
    """A picture of what the page says to one of its forms, where it refuses it."""
    form = page.locator(_FORMS).nth(at)
    with suppress(Error):
        form.evaluate(
            "(form, texts) => { form.noValidate = true;"
            " for (const one of document.querySelectorAll('details')) one.open = true;"
            " for (const one of form.querySelectorAll(texts)) one.value = ''; }",
            _TEXTS,
        )
        form.locator("button[type=submit], button:not([type])").first.click(timeout=3000)
        page.wait_for_load_state()
        if page.locator(".error-summary, .field__error").first.is_visible():
            for way in ("1280", "400"):
                page.set_viewport_size(_WAYS[way]["viewport"])
                page.screenshot(path=_OUT / f"{target}-{way}.png", full_page=True)
            page.set_viewport_size(_WAYS["1280"]["viewport"])


def _large(browser: Browser, vendors: int) -> None:
    """The main pages of a portfolio of this size."""
    from bench import stack
    from bench.browser import PAGES
    from bench.http import new_site

    with ExitStack() as open_things:
        urls = open_things.enter_context(stack.servers())
        site = new_site(vendors, urls, 0)
        open_things.enter_context(stack.processes(["web"], site.settings))
        address = f"http://localhost:{site.port}"
        name, _equals, value = site.cookie.partition("=")
        states = _states(browser)
        for context in states.values():
            context.add_cookies([{"name": name, "value": value, "url": address}])
        walk = Walk("large", states, address, [])
        page = states["1280"].new_page()
        for one in PAGES:
            walk.met[one] = site.routes[one][0]
            if _opened(page, address + walk.met[one]):
                _shoot(walk, f"large-{one}", page, met=one)


def _shoot(walk: Walk, name: str, page: Page, *, met: str = "") -> None:
    """One picture for each way of looking."""
    path = walk.met[met or name.removeprefix("empty-")]
    page.screenshot(path=_OUT / f"{_file(name)}-1280.png", full_page=True, animations="disabled")
    for way, context in walk.states.items():
        if way == "1280" or (walk.name == "empty" and way != "400"):
            continue
        other = context.new_page()
        if way == "print":
            other.emulate_media(media="print")
        if _opened(other, walk.address + path):
            other.screenshot(
                path=_OUT / f"{_file(name)}-{way}.png", full_page=True, animations="disabled"
            )
        other.close()
    sys.stdout.write(f"{name} {path}\n")


def _opened(page: Page, address: str) -> bool:
    """Whether a page came, and not a file."""
    try:
        response = page.goto(address, wait_until="load")
    except Error:
        return False
    if response is None or "text/html" not in response.headers.get("content-type", ""):
        return False
    # Charts are drawn once somebody is there.
    page.mouse.move(2, 2)
    page.wait_for_timeout(300)
    return True


def _name(path: str) -> str | None:
    """What the addresses call this page; "not_found" where they know none."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(path.partition("?")[0]).view_name or None
    except Resolver404:
        return "not_found" if path == "/nowhere/" else None


def _file(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _lay_out(browser: Browser) -> None:
    """An index of all pictures, and sheets of some."""
    pictures = sorted(path.name for path in _OUT.glob("*.png"))
    _page(_OUT / "index.html", pictures)
    page = browser.new_page(viewport={"width": 2000, "height": 1500})
    for way in [*_WAYS]:
        mine = [name for name in pictures if name.endswith(f"-{way}.png")]
        for number, start in enumerate(range(0, len(mine), _A_SHEET)):
            draft = _OUT / "sheet.html"
            _page(draft, mine[start : start + _A_SHEET])
            page.goto(draft.as_uri())
            page.screenshot(path=_OUT / f"sheet-{way}-{number:02}.png")
            draft.unlink()
    sys.stdout.write(f"{len(pictures)} pictures: {_OUT / 'index.html'}\n")


def _page(target: Path, pictures: list[str]) -> None:
    shown = "".join(
        f'<figure><a href="{name}"><img src="{name}" alt=""></a>'
        f"<figcaption>{name.removesuffix('.png')}</figcaption></figure>"
        for name in pictures
    )
    target.write_text(
        '<!doctype html><meta charset="utf-8"><title>Pages of Surety</title><style>'
        "body{display:flex;flex-wrap:wrap;gap:12px;margin:12px;font:14px sans-serif}"
        "figure{margin:0;width:318px}a{display:block;height:455px;overflow:hidden;"
        "border:1px solid #999}img{width:318px}</style>" + shown
    )


if __name__ == "__main__":
    main()
