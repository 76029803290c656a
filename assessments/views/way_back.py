"""The way back from the pages beside a question: evidence, and messages.

Their address names the page that somebody came from by a word, never by its address.
"""

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from accounts.doors import Request
from assessments.models import Assessment
from assessments.selectors.assessments import schema_of

#: A section, a section opened from "check your answers", the review, "check your answers".
_WORDS: Final = frozenset({"section", "checking", "review", "check"})


def asked(request: Request) -> str:
    """The word for where the reader came from; "" for none, and for one that there is not."""
    word = request.POST.get("back") or request.GET.get("back", "")
    return word if word in _WORDS else ""


def from_section(request: Request) -> str:
    """The word for a section's page: it leads on to checking where that was where it was opened."""
    return (
        "checking" if "check" in (request.GET.get("then"), request.POST.get("then")) else "section"
    )


def address(assessment: Assessment, key: str, back: str) -> str:
    """Where `back` leads to, at one question; "" where nothing is named."""
    if back == "check":
        return reverse("assessments:check", args=[assessment.pk]) + f"#row-{key}"
    if not back:
        return ""
    section = schema_of(assessment).by_key[key].section
    if back == "review":
        query = f"?{urlencode({'section': section})}#q-{key}"
        return reverse("assessments:review", args=[assessment.pk]) + query
    then = "?then=check" if back == "checking" else ""
    return reverse("assessments:section", args=[assessment.pk, section]) + f"{then}#q-{key}"
