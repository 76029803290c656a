"""Where the pages of scores lead to, on this floor and on those below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from scoring.facts.registry import SOURCES


def address(name: str, *args: Any) -> str:
    """The address behind a URL name; "" where an installation does not serve that page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def vendor_list(**filters: str) -> str:
    """The vendor list narrowed down by these filters; empty ones are left out."""
    chosen = urlencode({name: value for name, value in filters.items() if value})
    return f"{reverse('scoring:vendors')}?{chosen}" if chosen else reverse("scoring:vendors")


def assessment_list(**filters: str) -> str:
    """The list of assessments narrowed down by these filters."""
    url = address("assessments:list")
    return f"{url}?{urlencode(filters)}" if url and filters else url


def what_if(assessment_id: object, pairs: Sequence[tuple[str, str]] = ()) -> str:
    """The what-if page of an assessment with a scenario filled in."""
    url = address("scoring:what_if", assessment_id)
    return f"{url}?{urlencode(pairs)}" if url and pairs else url


def question(assessment_id: object, section: str, key: str) -> str:
    """The page of a section of an assessment, at one of its questions."""
    url = address("assessments:section", assessment_id, section)
    return f"{url}#q-{key}" if url else ""


def facts(vendor_id: object, indicator: str) -> str:
    """The page on which the facts behind an indicator are recorded."""
    source = SOURCES.get(indicator)
    return address(source.page, vendor_id) if source else ""
