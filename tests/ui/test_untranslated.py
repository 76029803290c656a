"""What German readers read is in German: every text, every day and every figure."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import trans_real

from accounts.models import BusinessUnit, User
from assessments.models import Assessment
from assessments.services.questionnaires import builtin
from scoring.finance_words import MODELS
from tests.access.matrix import lines
from tests.access.world import World, make_world
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import score
from tests.personas import Person
from tests.ui.brackets import WORD, Bracketed, texts_of, without
from vendors.jurisdictions import SHORT
from vendors.models import ListEntry, Vendor
from vendors.question_file import read_yaml

pytestmark = pytest.mark.django_db

#: A language with German dates and numbers that is not offered, so that no text that is kept per
#: language has brackets afterwards.
NOBODYS: Final = "de-at"
#: Pages that show what others see, in a language of their own, or components to developers.
ANOTHERS: Final = {"assessments:questionnaire-preview", "gallery"}
#: Written by the test's world as a unit of a question and as the name of a column.
DATA: Final = {"people", "name"}
#: Keys of choices, abbreviations, ids and hashes: the same in every language.
KEY: Final = re.compile(r"[a-z_]+")
#: Days and figures as programs write them, or English readers.
FOREIGN: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b|(?<![\d.,])\d+\.\d{1,2}(?![\d.])|\d,\d{3}[,.]\d")
#: The same as German readers write them: in CSV files they are as programs write them.
GERMAN: Final = re.compile(r"-?\d[\d.]*,\d+|\d{1,2}\. \S+ \d{4}")
#: Versions, paragraphs and formulas; what may be typed; and what the German says in its own way.
AS_THEY_ARE: Final = re.compile(
    r"OpenAPI 3\.1|RFC 6749, 4\.4|\b1\.1$|[XT][A0-9]|Altman \(|approved on: 2026|Filed, registered"
    r"|once in twenty years"
)
SIGNS: Final = re.compile(r"\b[A-Z][A-Z0-9]+\b|\b[0-9a-f]{8}[0-9a-f-]{8,}\b|\bSurety\b")
FILES: Final = Path(settings.BASE_DIR) / "vendors" / "data"


@pytest.fixture
def world(unit: BusinessUnit) -> World:
    """A unit in which every page has something to show, and everything is scored."""
    builtin()
    made = make_world(unit, small_questionnaire(), word="Quillfeather")
    for assessment in Assessment.objects.all():
        score(assessment, "assessment.opened")
    return made


def _known() -> list[str]:
    """What may stand on a page as it is, the longest first: what people or lists have written, what
    documents say in German, and proper names."""
    found = {*DATA, *SHORT.values(), *dict(settings.LANGUAGES).values()}
    found |= {zone.replace("_", " ") for zone in available_timezones()}
    for model in MODELS.values():
        found |= {str(model.title), model.formula}
    for model_class in apps.get_models():
        columns = [
            one.attname
            for one in model_class._meta.concrete_fields
            if not one.choices and not isinstance(one, models.BinaryField)
        ]
        for row in model_class._default_manager.values_list(*columns):
            found |= {*_texts(list(row))}
    for named in (Vendor, ListEntry):
        for name in named._default_manager.values_list("name", flat=True):
            found |= {*name.split()}
    for file in (*FILES.glob("*.de.yaml"), FILES / "certificates.yaml"):
        found |= {*_texts(read_yaml(file.read_bytes()))}
    found |= {*_german(read_yaml((FILES / "offboarding.yaml").read_bytes()))}
    return sorted(filter(WORD.search, found), key=len, reverse=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not KEY.fullmatch(value):
            yield from (" ".join(one.split()) for one in (value, *value.splitlines()))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))


def _german(data: Any) -> Iterator[str]:
    if isinstance(data, list):
        for one in data:
            yield from _german(one)
    elif isinstance(data, dict):
        for name, one in data.items():
            yield from _texts(one) if name == "de" else _german(one)


def test_every_page_can_be_read_in_german_with_german_days_and_figures(
    world: World, admin: Person, legal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.update(language=NOBODYS)
    monkeypatch.setitem(vars(trans_real)["_translations"], NOBODYS, Bracketed(NOBODYS))
    browsers = {"admin": admin.browser, "legal": legal.browser}
    known = _known()
    wrong: dict[str, str] = {}
    for line in lines():
        who = next((one for one in browsers if line.expected[one] == "200"), None)
        if line.method != "GET" or who is None or line.is_api or line.name in ANOTHERS:
            continue
        response = browsers[who].get(reverse(line.name, kwargs=world.named(line)))
        kind = response.headers["Content-Type"]
        if kind.startswith("text/csv"):
            content = b"".join(response).decode("utf-8-sig")
            for cell in chain(*csv.reader(io.StringIO(content))):
                if GERMAN.fullmatch(cell):
                    wrong.setdefault(cell, f"{line.name}: {cell}")
        elif kind.startswith("text/html"):
            plain, whole = texts_of(response.content.decode())
            for text in plain:
                if left := without(text, known, SIGNS):
                    wrong.setdefault(left, f"{line.name}: {text}")
            for text in whole:
                if FOREIGN.search(text) and not AS_THEY_ARE.search(text):
                    wrong.setdefault(text, f"{line.name}: {text}")
    assert not wrong, "\n".join(wrong.values())
