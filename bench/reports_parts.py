"""What `bench.reports` measures, in a process of its own that knows the loaded database."""

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import cache, partial
from io import BytesIO
from typing import Any

import django
from pypdf import PdfReader


def main() -> None:
    """Do as the command line says; the last line of output is a JSON object."""
    django.setup()
    what, *more = sys.argv[1:]
    print(json.dumps(_times() if what == "times" else _memory(*more)))


@cache
def _reader() -> Any:
    from accounts.models import User
    from accounts.selectors import principal_for_user
    from bench import portfolio

    return principal_for_user(User.objects.get(email=portfolio.EMAIL))


def _portfolio() -> Any:
    from scoring import links
    from scoring.selectors.portfolio import Portfolio

    return Portfolio(_reader(), None, links.filters_from({}))


@cache
def _signed_off() -> Any:
    """The id of a vendor that is answered in full and signed off."""
    from assessments.models import Assessment

    found = Assessment.objects.filter(status="approved").order_by("pk")
    return found[found.count() // 2].vendor_id


def _vendor() -> Any:
    from vendors.models import Vendor

    return Vendor.objects.get(pk=_signed_off())


def _empty(title: str = "Report") -> Any:
    from reports.document import Document

    return Document(
        title=title, subject="Nothing", cover=[], summary=[], marks=[], sections=[], footer=""
    )


def _read(kind: str) -> Any:
    """The document of a report, as a worker reads it."""
    from reports.content import portfolio, vendor

    if kind == "portfolio":
        return portfolio.document(_portfolio(), "", watch=_nothing)
    return vendor.document(_vendor(), _reader(), None, with_strict=True, watch=_nothing)


def _nothing(_done: int, _total: int) -> None: ...


def _floor(kind: str) -> None:
    """The readings of the pages that show the same."""
    from scoring.selectors import portfolio as reading
    from scoring.selectors import vendor_page

    if kind == "vendor":
        vendor_page(_vendor(), _reader(), None)
        return
    of = _portfolio()
    for read in (
        reading.bands,
        reading.heat,
        reading.trend,
        reading.by_country,
        reading.by_category,
        reading.by_subcontractor,
        reading.waiting,
        reading.open_findings,
    ):
        read(of)
    reading.movers(of, 90)
    reading.horizon(of, with_strict=False)
    reading.worst(of, 20)


def _times() -> dict[str, Any]:
    """Seconds of the floors and of each stage, each done once; and pages.

    Typst keeps what it has compiled, so that the same paper is nearly free the second time: a
    process measures each paper once. What a worker has ready before it begins is got ready first:
    the queries, and by the paper of another document the template and the fonts.
    """
    from audit import clock
    from bench.reports import KINDS
    from reports import book, paper

    today = clock.today()
    paper.render(_empty("Another"), today)
    for kind in KINDS:
        _floor(kind)
        _read(kind)
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        made = work()
        seconds[name] = time.perf_counter() - began
        return made

    pages: dict[str, int] = {}
    timed("empty paper", partial(paper.render, _empty(), today))
    for kind in KINDS:
        timed(f"{kind} floor", partial(_floor, kind))
        document = timed(f"{kind} read", partial(_read, kind))
        printed = timed(f"{kind} paper", partial(paper.render, document, today))
        timed(f"{kind} workbook", partial(book.render, document, today))
        pages[kind] = len(PdfReader(BytesIO(printed)).pages)
    return {"seconds": seconds, "pages": pages}


def _memory(kind: str) -> dict[str, float]:
    """The most memory that this process has needed to make both files of one report, in MB."""
    from audit import clock
    from reports import book, paper

    document = _empty() if kind == "empty" else _read(kind)
    paper.render(document, clock.today())
    book.render(document, clock.today())
    return {"mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}


if __name__ == "__main__":
    main()
