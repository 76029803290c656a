"""`python -m bench.browser --vendors 100000`: the main pages in a browser, by Lighthouse.

Each page is opened as on a laptop whose processor is four times slower, on a line of 10 Mbit/s:
Lighthouse's figures for performance and accessibility (0 to 100), how far the layout moved, and how
long the page did not answer to a hand. Then once more, read to its end, so that every chart is
drawn: how much came over the line, and the longest time that the page stood still. Lighthouse is
installed by its lock file into build/, the browser is the one of the tests. The last line is one
JSON object.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import BrowserContext, sync_playwright

from bench import stack
from bench.http import Site, new_site
from tests.browser import chromium

#: Pages that people open most, named as `bench.http` names them.
PAGES: Final = (
    "dashboard",
    "vendors",
    "vendor",
    "scorecard",
    "assessments",
    "assessment",
    "section",
    "review",
    "log",
    "members",
)
#: Those with charts may weigh more.
WITH_CHARTS: Final = frozenset({"dashboard", "vendor", "scorecard"})
_LOCK: Final = Path(__file__).parent / "lighthouse"
_TOOL: Final = stack.FOLDER / "lighthouse"
#: Where Lighthouse's whole reports are kept.
_REPORTS: Final = stack.FOLDER / "lighthouse-reports"
_SLOWER: Final = 4
#: Notes how long the page did not answer, each time that was over 50 ms.
_STANDSTILLS: Final = """
window.standstills = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.standstills.push(task.duration);
}).observe({ type: "longtask", buffered: true });
"""
_AT_THE_END: Final = (
    "window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 2"
)


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--pages", nargs="+", metavar="PAGE", default=PAGES, help="only these")
    options = parser.parse_args()
    _install()
    with ExitStack() as open_things:
        urls = open_things.enter_context(stack.servers())
        site = new_site(options.vendors, urls, 0)
        open_things.enter_context(stack.processes(["web"], site.settings))
        print(json.dumps(report(site, options.pages)))


def report(site: Site, pages: Sequence[str]) -> dict[str, Any]:
    """Measure every page; print a table and return the figures."""
    heads = ("performance", "accessibility", "moved", "blocked", "kB read", "still")
    widths = (11, 13, 6, 8, 7, 8)
    print("page".ljust(14), *(head.rjust(wide) for head, wide in zip(heads, widths, strict=True)))
    found = {}
    for page in pages:
        address = f"http://localhost:{site.port}{site.routes[page][0]}"
        with _signed_in(site) as (_browser, port):
            seen = _look(page, address, port)
        with _signed_in(site) as (browser, _port):
            seen |= _read(address, browser)
        found[page] = seen
        print(
            f"{page:14} {seen['performance']:>11} {seen['accessibility']:>13}"
            f" {seen['layout_shift']:>6} {seen['blocked_ms']:>5} ms {seen['kb']:>7}"
            f" {seen['still_ms']:>5} ms",
            flush=True,
        )
    return {
        "vendors": site.vendors,
        "lowest_performance": min(one["performance"] for one in found.values()),
        "lowest_accessibility": min(one["accessibility"] for one in found.values()),
        "heaviest_with_charts_kb": _heaviest(found, charts=True),
        "heaviest_without_kb": _heaviest(found, charts=False),
        "largest_layout_shift": max(one["layout_shift"] for one in found.values()),
        "pages": found,
    }


def _heaviest(found: Mapping[str, Mapping[str, Any]], *, charts: bool) -> int:
    return max(
        (one["kb"] for page, one in found.items() if (page in WITH_CHARTS) is charts), default=0
    )


def _install() -> None:
    """Install Lighthouse as its lock file says; quick when it is there."""
    _TOOL.mkdir(parents=True, exist_ok=True)
    lock = _LOCK / "package-lock.json"
    kept = _TOOL / "package-lock.json"
    if kept.exists() and kept.read_bytes() == lock.read_bytes() and _program().exists():
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_LOCK / name, _TOOL / name)
    subprocess.run(
        [
            "npm",
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--silent",
        ],
        cwd=_TOOL,
        check=True,
    )


def _program() -> Path:
    return _TOOL / "node_modules" / "lighthouse" / "cli" / "index.js"


@contextmanager
def _signed_in(site: Site) -> Iterator[tuple[BrowserContext, int]]:
    """A new browser, nothing kept yet but the session, and the port at which it takes orders."""
    found, port = chromium.find(), stack.free_port()
    name, _equals, value = site.cookie.partition("=")
    with (
        TemporaryDirectory() as profile,
        sync_playwright() as playwright,
        playwright.chromium.launch_persistent_context(
            profile,
            executable_path=str(found.program),
            env={**found.environment},
            args=[f"--remote-debugging-port={port}", "--no-sandbox", "--disable-gpu"],
        ) as context,
    ):
        address = f"http://localhost:{site.port}"
        context.add_cookies([{"name": name, "value": value, "url": address}])
        yield context, port


def _look(page: str, address: str, port: int) -> dict[str, Any]:
    """What Lighthouse finds at an address, in the browser at this port."""
    done = subprocess.run(
        [
            "node",
            str(_program()),
            address,
            "--quiet",
            "--output=json",
            "--only-categories=performance,accessibility",
            "--preset=desktop",
            f"--throttling.cpuSlowdownMultiplier={_SLOWER}",
            f"--port={port}",
            "--disable-storage-reset",
            "--no-enable-error-reporting",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    if done.returncode != 0:
        sys.exit(f"Lighthouse could not look at {address}: {done.stderr[-2000:]}")
    _REPORTS.mkdir(parents=True, exist_ok=True)
    (_REPORTS / f"{page}.json").write_text(done.stdout)
    said = json.loads(done.stdout)
    audits, categories = said["audits"], said["categories"]
    if not said["finalDisplayedUrl"].startswith(address.partition("?")[0]):
        sys.exit(f"{address} leads to {said['finalDisplayedUrl']}.")
    return {
        "performance": round(categories["performance"]["score"] * 100),
        "accessibility": round(categories["accessibility"]["score"] * 100),
        "first_kb": round(audits["total-byte-weight"]["numericValue"] / 1000),
        "layout_shift": round(audits["cumulative-layout-shift"]["numericValue"], 3),
        "blocked_ms": round(audits["total-blocking-time"]["numericValue"]),
        "largest_paint_ms": round(audits["largest-contentful-paint"]["numericValue"]),
        "failed": sorted(
            name
            for name, audit in audits.items()
            if audit["score"] is not None and audit["score"] < 0.5
        ),
    }


def _read(address: str, browser: BrowserContext) -> dict[str, Any]:
    """What comes over the line, and the longest standstill, until the page was read to its end."""
    page = browser.pages[0]
    line = browser.new_cdp_session(page)
    came: list[float] = []
    line.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    line.send("Network.enable")
    line.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.add_init_script(_STANDSTILLS)
    page.goto(address)
    while not page.evaluate(_AT_THE_END):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(150)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    return {
        "kb": round(sum(came) / 1000),
        "still_ms": round(page.evaluate("Math.max(0, ...window.standstills)")),
    }


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
