"""Which questionnaire is proposed for an engagement, and what an assessment says of newer ones."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment, Questionnaire
from assessments.selectors.offered import offered, usual_for
from assessments.services import assessments, drafts, moves
from assessments.services.questionnaires import builtin, standard
from tests.factories.assessments import (
    answer_all,
    make_assessment,
    make_engagement,
    small_questionnaire,
)
from tests.factories.drafts import put_in_use, second_version
from tests.personas import Person
from vendors.models import Engagement

pytestmark = pytest.mark.django_db


def usual(engagement: Engagement) -> tuple[str, str]:
    row, why = usual_for(engagement, standard=standard())
    return str(row.key), why


def test_a_unit_that_has_asked_nothing_yet_is_proposed_the_standard_one(
    unit: BusinessUnit,
) -> None:
    small_questionnaire()
    assert usual(make_engagement(unit)) == (builtin().key, "")


def test_what_the_unit_asked_last_at_the_tier_is_proposed(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    make_assessment(unit, tier="low")
    assert usual(make_engagement(unit, tier="low")) == ("small", "tier")
    assert usual(make_engagement(unit, tier="critical")) == (builtin().key, "")
    assert usual(make_engagement(other_unit, tier="low")) == (builtin().key, "")


def test_an_engagement_is_asked_again_what_it_was_asked_in_the_newest_version(
    unit: BusinessUnit,
) -> None:
    one = make_assessment(unit)
    assessments.cancel(assessment=one, reason="Again.", by=SYSTEM)
    version = second_version()
    assert usual_for(one.engagement, standard=standard()) == (version, "before")


def test_newest_versions_come_first_those_used_in_the_unit_before_others(
    unit: BusinessUnit,
) -> None:
    builtin()
    make_assessment(unit)
    second = second_version()
    found = offered(make_engagement(unit))
    assert [(one.row.key, one.row.version, one.is_newest) for one in found][:2] == [
        ("small", "2", True), (builtin().key, builtin().version, True),
    ]  # fmt: skip
    assert found[-1].row != second
    assert found[-1].used == 1
    assert [one.row.key for one in offered(make_engagement(unit), words="SMALL")] == [
        "small", "small",
    ]  # fmt: skip


def test_the_page_proposes_says_why_and_finds_by_words(
    procurement: Person, unit: BusinessUnit
) -> None:
    make_assessment(unit)
    builtin()
    engagement = make_engagement(unit)
    there = reverse("assessments:open", args=[engagement.pk])
    page = procurement.browser.get(there).content.decode()
    assert "It is what this unit asked last at this tier." in page
    small = Questionnaire.objects.get(key="small")
    assert f'value="{small.pk}" checked' in page
    found = procurement.browser.get(there + "?q=outsourc")
    assert [one.row.key for one, _covered in found.context["questionnaires"]] == [builtin().key]
    procurement.browser.post(there, {"questionnaire": small.pk, "due_on": "2027-01-31"})
    assert Assessment.objects.get(engagement=engagement).questionnaire == small


def test_drafts_and_retired_versions_are_not_offered(unit: BusinessUnit) -> None:
    drafts.copy(source=small_questionnaire(), by=SYSTEM)
    assert [one.row.version for one in offered(make_engagement(unit))] == ["1"]


def moved(unit: BusinessUnit) -> Assessment:
    one = make_assessment(unit)
    answer_all(one)
    moves.move(assessment=one, target=second_version(), by=SYSTEM)
    return Assessment.objects.get(pk=one.pk)


def test_an_assessment_says_that_a_newer_version_is_there(
    procurement: Person, legal: Person, unit: BusinessUnit
) -> None:
    one = make_assessment(unit)
    there = reverse("assessments:assessment", args=[one.pk])
    assert "version 2 is there" not in procurement.browser.get(there).content.decode()
    target = second_version()
    page = procurement.browser.get(there).content.decode()
    assert "This assessment uses version 1; version 2 is there." in page
    assert f"{reverse('assessments:move', args=[one.pk])}?to={target.pk}" in page
    moves.move(assessment=one, target=target, by=SYSTEM)
    put_in_use(drafts.copy(source=target, by=SYSTEM))
    assert "version 3 is there" in procurement.browser.get(there).content.decode()
    assert "version 3 is there" not in legal.browser.get(there).content.decode()


def test_what_was_said_before_a_move_is_confirmed_where_answers_are_given(
    procurement: Person, unit: BusinessUnit
) -> None:
    one = moved(unit)
    task_list = procurement.browser.get(reverse("assessments:assessment", args=[one.pk]))
    assert "1 question changed with the new version" in task_list.content.decode()
    there = reverse("assessments:section", args=[one.pk, "ownership"])
    page = procurement.browser.get(there).content.decode()
    assert "This question changed. Said before:" in page
    answer = procurement.browser.post(there, {"moved": "assigns"})
    assert answer.headers["Location"] == f"{there}#q-assigns"
    assert one.answers.get(question_key="assigns").value == "yes"
    assert "This question changed" not in procurement.browser.get(there).content.decode()
