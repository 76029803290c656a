"""Reading the pages of assessments in tests."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from assessments.models import Assessment


def url(name: str, assessment: Assessment, *more: str) -> str:
    """The address of a page about an assessment."""
    return reverse(f"assessments:{name}", args=[assessment.pk, *more])


def text_of(response: Any) -> str:
    """The words of a page, without markup and with single blanks."""
    body = re.sub(
        r"<(script|template|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def filled_in(browser: Client, page: str) -> dict[str, Any]:
    """What a browser would send back from the section page as it is."""
    form = browser.get(page).context["form"]
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        data[bound.html_name] = "" if value is None else value
    return data
