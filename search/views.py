"""The search: a page of what was found, and the first of it while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from audit.ids import ids_in
from scoring.links import address
from search import words
from search.selectors import everything
from search.selectors.everything import LOG, MOST, PAGE, Results
from search.selectors.log import ABOUT


@page(Permission.VIEW)
@require_safe
@never_cache
def results(request: Request) -> HttpResponse:
    """What was found for `q`: the first of every kind, or a page of one `kind`."""
    query = words.read(request.GET.get("q", ""))
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {
        "query": query,
        "least": words.LEAST,
        "kind": kind,
        # What the log has about other things is found with them only.
        "again_kind": "" if kind == LOG else kind,
    }
    if not query.words or query.too_short:
        return render(request, "search/results.html", context)
    if kind:
        number = _number(request.GET.get("page", ""))
        about = ids_in(request.GET.getlist("about"))[:ABOUT]
        similar = "similar" in request.GET
        look = partial(everything.one_kind, request.principal, query, kind, similar=similar)
        found = look(number, about)
        if found is None:
            raise Http404
        last = max((-(-one.found.total // PAGE) for one in found.groups), default=1)
        if number > last:
            number = last
            found = look(number, about) or found
        context |= {"most": MOST, **_pages(query.text, found, number, about)}
    else:
        found = everything.all_kinds(request.principal, query)
    context |= {
        "all_url": _url(query.text),
        "found": found,
        "kinds": [
            (one, _url(query.text, one.kind, about=one.about, similar=found.similar))
            for one in found.groups
        ],
        "list_url": f"{address('scoring:vendors')}?{urlencode({'q': query.text})}",
    }
    return render(request, "search/results.html", context)


@page(Permission.VIEW)
@require_safe
@never_cache
def first(request: Request) -> HttpResponse:
    """The first hits for `q` as the options of a list, for the box in the header."""
    query = words.read(request.GET.get("q", ""))
    found = Results(())
    if query.words and not query.too_short:
        found = everything.while_typing(request.principal, query)
    context = {"query": query, "found": found, "all_url": _url(query.text)}
    return render(request, "search/_first.html", context)


def _number(text: str) -> int:
    """The page that was asked for; the first where it is none."""
    return min(int(text), MOST // PAGE) if text.isascii() and text.isdigit() and int(text) else 1


def _pages(text: str, found: Results, number: int, about: Sequence[UUID]) -> dict[str, str]:
    """The ways to the pages beside this one of the one group there is."""
    ways = {}
    for group in found.groups:
        url = partial(_url, text, group.kind, about=about, similar=found.similar)
        if number * PAGE < group.found.total:
            ways["next_url"] = url(number=number + 1)
        if number > 1:
            ways["previous_url"] = url(number=number - 1)
    return ways


def _url(
    text: str,
    kind: str = "",
    *,
    number: int = 1,
    about: Sequence[UUID] = (),
    similar: bool = False,
) -> str:
    given = {
        "q": text,
        "kind": kind,
        "page": number if number > 1 else "",
        "similar": "1" if similar else "",
        "about": about,
    }
    chosen = {name: value for name, value in given.items() if value}
    return f"{reverse('search:results')}?{urlencode(chosen, doseq=True)}"
