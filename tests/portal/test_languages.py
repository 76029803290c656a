"""The portal in each language: no sentence of ours is left in English."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from assessments.services.questionnaires import builtin
from tests.factories.assessments import make_assessment
from tests.factories.portal import browser, invited

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


@pytest.mark.parametrize("code", ["de", "zh-hans", "vi"])
@pytest.mark.parametrize("page", ["start", "section", "check"])
def test_a_page_of_the_portal_has_no_english_sentence(
    unit: BusinessUnit, code: str, page: str
) -> None:
    assessment = make_assessment(unit, questionnaire=builtin(), tier="critical")
    invitation = invited(assessment)
    client = browser(invitation)
    client.post(reverse("portal:language"), {"language": code, "next": "/"})
    more = ["technology"] if page == "section" else []
    answer = client.get(reverse(f"portal:{page}", args=[invitation.pk, *more]))
    assert answer.status_code == 200
    said = _Said()
    # The name of the customer, as it is while nobody has set it, is no sentence of ours.
    said.feed(answer.content.decode().replace("Your organisation", "Surety AG"))
    assert f'lang="{code}"' in answer.content.decode()
    assert [text for text in said.texts if ENGLISH.search(text)] == []
