"""Writing a questionnaire on pages, from nothing to an assessment that is opened with it."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Questionnaire
from assessments.selectors.moves import to_confirm
from assessments.services import assessments, drafts, moves
from assessments.services.questionnaires import publish_draft
from tests.factories.assessments import answer_all, make_assessment, make_engagement
from tests.personas import Person

pytestmark = pytest.mark.django_db


def at(name: str, row: Questionnaire, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[row.pk, *more])


def test_a_questionnaire_is_written_published_and_opened(admin: Person, unit: BusinessUnit) -> None:
    browser = admin.browser
    browser.post(
        reverse("assessments:questionnaire-add"),
        {"title": "Light check", "key": "light", "version": "1"},
    )
    row = Questionnaire.objects.get(key="light")
    browser.post(
        at("draft-section-add", row),
        {
            "title": "Secrets", "intro": "How they are kept.", "weight": "1",
            "dimension": "technology_protection", "reviewer": "legal",
        },
    )  # fmt: skip
    browser.post(
        at("draft-question-add", row) + "?section=secrets",
        {"text": "Are secrets locked away?", "kind": "yes_no"},
    )
    row.refresh_from_db()
    key = row.content["sections"][0]["questions"][0]["key"]
    page = browser.get(at("questionnaire", row)).content.decode()
    assert "Not ready to publish" in page
    sent = browser.post(
        at("draft-question", row, key),
        {
            "text": "Are secrets locked away?", "why": "Open is lost.", "good_evidence": "Plan.",
            "respondent": "vendor", "weight": "1", "mandatory": "on", "min_tier": "low",
            "risk_yes": "0", "risk_no": "1", "rows": "0",
        },
    )  # fmt: skip
    assert sent.status_code == 302, sent.content.decode()[-3000:]
    row.refresh_from_db()
    assert "Nothing stands in the way" in browser.get(at("questionnaire", row)).content.decode()
    for name in ("questionnaire-preview", "questionnaire-compare"):
        assert browser.get(at(name, row)).status_code == 200
    browser.post(at("questionnaire-publish", row), {"revision": row.revision, "reason": "First."})
    row.refresh_from_db()
    assert row.status == "published"
    opened = assessments.open_assessment(
        engagement=make_engagement(unit), questionnaire=row, by=admin.principal
    )
    assert opened.questions == [key]


def test_an_assessment_is_moved_confirmed_and_keeps_what_it_was_told(
    admin: Person, unit: BusinessUnit
) -> None:
    assessment = make_assessment(unit)
    answer_all(assessment)
    draft = drafts.copy(source=assessment.questionnaire, by=SYSTEM)
    content = draft.content
    url = at("draft-question", draft, "assigns")
    page = admin.browser.get(url)
    assert page.status_code == 200
    form = page.context["form"]
    data = {b.html_name: b.value() for b in form if b.value() not in (None, False, "")}
    sent = admin.browser.post(url, {**data, "risk_yes": "0.1", "rows": "0"})
    assert sent.status_code == 302, form.errors
    draft.refresh_from_db()
    assert draft.content != content
    target = publish_draft(draft=draft, revision=draft.revision, reason="New risk.", by=SYSTEM)
    there = reverse("assessments:move", args=[assessment.pk])
    before = assessment.answers.get(question_key="assigns").value
    assert "Move over" in admin.browser.get(there).content.decode()
    sent = admin.browser.post(there, {"do": "move", "to": target.pk, "confirm_wording": "on"})
    assert sent.status_code == 302
    assessment.refresh_from_db()
    assert assessment.questionnaire == target
    assert list(to_confirm(assessment)) == ["assigns"]
    assert moves.can_move_back(assessment)
    assert "Answers to confirm" in admin.browser.get(there).content.decode()
    admin.browser.post(there, {"do": "confirm", "key": "assigns"})
    assert assessment.answers.get(question_key="assigns").value == before
    assert not to_confirm(assessment)
    assert not moves.can_move_back(assessment)
