"""A questionnaire as vendor and as reviewer: the portal's look and words, and nothing is kept."""

import pytest
from django.conf import settings
from django.urls import reverse

from assessments.models import Answer, Questionnaire
from assessments.services.questionnaires import builtin
from tests.factories.assessments import small_questionnaire
from tests.personas import Person

pytestmark = pytest.mark.django_db


def at(row: Questionnaire, query: str = "") -> str:
    return reverse("assessments:questionnaire-preview", args=[row.pk]) + query


def test_the_vendor_sees_only_its_own_questions_and_nothing_of_the_score(
    procurement: Person,
) -> None:
    page = procurement.browser.get(at(small_questionnaire(), "?section=secrets"))
    words = page.content.decode()
    assert "Do you subcontract?" in words
    assert "How many people have access?" not in words
    for inside in ("Risk", "Weight", "nock-out"):
        assert inside not in words
    assert "portal-form" in words


@pytest.mark.parametrize(
    ("language", "button"),
    [
        ("en-gb", "Check your answers"),
        ("de", "Prüfen Sie Ihre Antworten"),
        ("zh-hans", "检查"),
        ("vi", "Kiểm tra"),
    ],
)
def test_the_portal_s_own_words_come_in_each_language(
    procurement: Person, language: str, button: str
) -> None:
    assert language in dict(settings.LANGUAGES)
    page = procurement.browser.get(at(builtin(), f"?language={language}"))
    words = page.content.decode()
    assert button in words
    # The controls stay in the language of who looks at it.
    assert "Back to the questionnaire" in words


def test_answers_open_gates_are_checked_and_are_kept_nowhere(procurement: Person) -> None:
    there = at(small_questionnaire(), "?section=secrets")
    before = procurement.browser.get(there).context["questions"]
    assert [one["key"] for one in before if one["shown"]] == ["subcontracts", "measures", "remarks"]
    sent = {
        "q-subcontracts": "yes", "q-subcontracts-version": "0",
        "q-bound": "yes", "q-bound-version": "0",
        "q-signed_on": "2026-01-01", "q-signed_on-version": "0",
        "q-remarks": "x" * 201, "q-remarks-version": "0",
    }  # fmt: skip
    page = procurement.browser.post(there, sent)
    after = [one["key"] for one in page.context["questions"] if one["shown"]]
    assert after == ["subcontracts", "bound", "signed_on", "measures", "remarks"]
    assert page.context["form"].errors.keys() == {"q-remarks"}
    assert not Answer.objects.exists()


def test_the_reviewer_sees_risks_shares_conditions_and_knock_outs(legal: Person) -> None:
    page = legal.browser.get(at(small_questionnaire(), "?side=reviewer"))
    words = page.content.decode()
    for told in ("Asked only after:", "knock-out", "of the weight of this section", "0.5"):
        assert told in words


def test_the_tier_decides_what_is_asked(legal: Person) -> None:
    row = small_questionnaire()
    low = legal.browser.get(at(row, "?side=reviewer&tier=low")).content.decode()
    high = legal.browser.get(at(row, "?side=reviewer&tier=high")).content.decode()
    assert "Is the market watched?" in high
    assert "Is the market watched?" not in low
