"""The what-if page, opened with a scenario in its address."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from assessments.models import Assessment

Query = list[tuple[str, str]]


def address(assessment: Assessment, query: Query | None = None) -> str:
    """The page with a scenario in its address."""
    return reverse("scoring:what_if", args=[assessment.pk]) + (
        f"?{urlencode(query)}" if query else ""
    )


def opened(browser: Client, assessment: Assessment, query: Query | None = None) -> Any:
    """The page as it is in the end, after being sent to the plain form of its address."""
    response = browser.get(address(assessment, query), follow=True)
    assert response.status_code == 200, response.content
    return response
