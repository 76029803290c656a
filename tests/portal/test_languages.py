"""The portal in each language: no sentence of ours is left in English."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from accounts.models import BusinessUnit
from assessments.services import handover
from assessments.services.questionnaires import builtin
from audit import clock
from tests.factories.portal import browser
from tests.personas import Person
from tests.portal.places import WORD, furnished, ready

pytestmark = pytest.mark.django_db

#: Words that stand in nearly every English sentence, and in none of the other languages.
ENGLISH = re.compile(r"\b(the|your|you|is|are|not|with|what|answers?|questions?)\b", re.IGNORECASE)


class _Said(HTMLParser):
    """The texts of a page, also those for people who do not see it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.texts += [
            value
            for name, value in attrs
            if value and name in {"aria-label", "title", "placeholder"}
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(data.strip())


@pytest.fixture(autouse=True)
def _places(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_STORAGE = str(tmp_path)
    cache.clear()


def _english(page: str) -> list[str]:
    """The sentences of a page that are English, without the name of the customer, as it is while
    nobody has set it."""
    said = _Said()
    said.feed(page.replace("Your organisation", "Surety AG"))
    return [text for text in said.texts if ENGLISH.search(text)]


def _in(client: Client, code: str) -> Client:
    client.post(reverse("portal:language"), {"language": code, "next": "/"})
    return client


def _pages(unit: BusinessUnit, staff: Person, code: str) -> Iterator[tuple[str, Any]]:
    """Every page of a visit, one after the other: those to read, those that refuse, the last."""
    questionnaire = builtin()
    place, done = furnished(unit, staff, questionnaire), ready(unit, questionnaire)
    client = _in(browser(place.invitation), code)
    for name, path in place.paths.items():
        yield name, client.get(path)
    yield "conflict", client.post(place.section, place.out_of_date())
    for name in ("messages", "delegate", "decline", "finding", "finding-dispute", "evidence"):
        yield f"{name}, refused", client.post(place.paths[name], {"version": "1"})
    finished = _in(browser(done.invitation), code)
    yield "submit", finished.get(done.paths["submit"])
    finished.post(done.paths["submit"])
    yield "receipt", finished.get(done.paths["receipt"])
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        yield "ended", client.post(place.section, place.out_of_date())
    assessment = place.invitation.assessment
    handover.take_back(assessment=assessment, reason=WORD, by=staff.principal)
    yield "over", client.post(place.section, place.out_of_date())


@pytest.mark.parametrize(("code", "words"), [("vi", "Thử lại"), ("zh-hans", "重试")])
def test_the_page_of_a_database_that_is_away_has_words_on_its_button(code: str, words: str) -> None:
    asked = {"method": "GET", "get_full_path": "/portal/"}
    with translation.override(code):
        page = render_to_string("503.html", {"why": "", "request": asked})
    assert re.search(rf'href="/portal/">{words}</a>', page)


@pytest.mark.parametrize("code", ["de", "zh-hans", "vi"])
def test_no_page_of_the_portal_has_an_english_sentence(
    unit: BusinessUnit, admin: Person, code: str
) -> None:
    wrong = {}
    for name, answer in _pages(unit, admin, code):
        assert answer.status_code in {200, 401, 409, 422}, name
        assert f'lang="{code}"' in answer.text, name
        if found := _english(answer.text):
            wrong[name] = found
    assert wrong == {}
