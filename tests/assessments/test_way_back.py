"""The way back to "check answers" outlives every button of a section that stays on it."""

import pytest

from accounts.models import BusinessUnit
from tests.assessments.reading import filled_in, url
from tests.factories.assessments import make_assessment
from tests.personas import Person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("button", "anchor"),
    [({"go": "stay"}, ""), ({"confirm": "staff"}, "#q-staff"), ({"confirm": "*"}, "")],
    ids=["Save, and Enter", "Still true", "All of them are still true"],
)
def test_a_section_opened_from_checking_still_leads_back_there_after_a_save(
    unit: BusinessUnit, procurement: Person, button: dict[str, str], anchor: str
) -> None:
    assessment = make_assessment(unit)
    browser, page = procurement.browser, url("section", assessment, "secrets")
    data = filled_in(browser, page) | button
    saved = browser.post(page, data | {"then": "check"})
    assert saved["Location"] == f"{page}?then=check{anchor}"
    assert 'name="then" value="check"' in browser.get(saved["Location"]).content.decode()
    data = filled_in(browser, page) | button
    assert browser.post(page, data)["Location"] == f"{page}{anchor}"
