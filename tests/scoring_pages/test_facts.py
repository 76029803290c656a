"""What the pages say of recorded facts: on the score card, and one indicator on its own."""

import pytest

from accounts.models import BusinessUnit
from tests.factories.assessments import submitted
from tests.factories.scoring import catch_up, scored
from tests.factories.statements import make_refusal, make_statement
from tests.personas import Person
from tests.scoring_pages.reading import get, text_of

pytestmark = pytest.mark.django_db


def test_the_score_card_says_what_the_records_say_and_where_they_are(
    legal: Person, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    make_statement(assessment.vendor)
    catch_up()
    page = get(legal.browser, f"/assessments/{assessment.pk}/score/")
    assert "What the records say" in text_of(page)
    assert "Financial strength" in text_of(page)
    assert f"/engagements/{assessment.engagement_id}/facts/financial/" in page


def test_a_score_card_without_facts_has_no_empty_panel(legal: Person, unit: BusinessUnit) -> None:
    assessment = scored(unit, country="")
    page = get(legal.browser, f"/assessments/{assessment.pk}/score/")
    assert "Financial strength" not in text_of(page)


def test_an_indicator_shows_its_inputs_and_what_it_said_before(
    auditor: Person, unit: BusinessUnit
) -> None:
    assessment = submitted(unit)
    make_refusal(assessment.vendor, 2024)
    catch_up()
    make_statement(assessment.vendor)
    catch_up()
    page = get(auditor.browser, f"/engagements/{assessment.engagement_id}/facts/financial/")
    text = text_of(page)
    assert "The statement of 2025 is audited." in text
    assert "What it was taken from" in text
    assert "declined to say" in text
    assert "Doubt about going concern no" in text
    assert "31 Dec 2025" in text


def test_an_indicator_without_records_says_what_counts_instead(
    auditor: Person, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    page = get(auditor.browser, f"/engagements/{assessment.engagement_id}/facts/financial/")
    assert "Until something is, the answers to the questionnaire count." in text_of(page)


def test_there_is_no_page_for_an_indicator_that_there_is_not(
    auditor: Person, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    address = f"/engagements/{assessment.engagement_id}/facts/luck/"
    assert auditor.browser.get(address).status_code == 404
