"""The way back to "check answers" outlives every button of a section that stays on it."""

import pytest

from accounts.models import BusinessUnit
from assessments.selectors.proof import evidence_of
from tests.assessments.reading import filled_in, url
from tests.factories.assessments import make_assessment
from tests.factories.evidence import upload
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


def test_evidence_added_from_a_section_opened_from_checking_leads_back_by_that_section(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment, browser = make_assessment(unit), procurement.browser
    section = url("section", assessment, "secrets")
    data = filled_in(browser, section) | {"then": "check", "evidence": "staff"}
    there = browser.post(section, data)["Location"]
    assert there == url("proof", assessment, "staff") + "?back=checking"
    files = {"documents": [upload("policy.pdf")], "kind": "policy"}
    added = browser.post(there, files | {"confidentiality": "confidential", "back": "checking"})
    assert added["Location"] == there
    back = f"{section}?then=check#q-staff"
    assert f'href="{back}"' in browser.get(there).text
    page = browser.get(back).text
    assert "Save and go back to checking" in page
    # Taking away what is there leads the same way.
    (document,) = evidence_of(assessment)["staff"]
    remove = url("proof_remove", assessment, "staff", str(document.pk)) + "?back=checking"
    assert remove in page
    assert browser.post(remove)["Location"] == there


@pytest.mark.parametrize(
    ("then", "word", "query"), [("check", "checking", "?then=check"), ("", "section", "")]
)
def test_a_message_written_from_a_section_leads_back_to_its_question(
    unit: BusinessUnit, procurement: Person, then: str, word: str, query: str
) -> None:
    assessment, browser = make_assessment(unit), procurement.browser
    section = url("section", assessment, "secrets")
    data = filled_in(browser, section) | {"then": then, "talk": "staff"}
    there, _hash, anchor = browser.post(section, data)["Location"].partition("#")
    assert there == url("messages", assessment) + f"?question=staff&back={word}"
    assert anchor == "t-staff"
    back = f'href="{section}{query}#q-staff"'
    for body, status in ((" ", 422), ("Who knows this?", 302)):
        said = browser.post(there, {"question": "staff", "body": body, "internal": "yes"})
        assert said.status_code == status
        assert back in (said if status == 422 else browser.get(there)).text
    assert said["Location"] == f"{there}#t-staff"
    read = browser.post(url("messages-seen", assessment) + f"?question=staff&back={word}")
    assert read["Location"] == there


@pytest.mark.parametrize(
    "query",
    ["?question=staff", "?back=checking", "?question=staff&back=//elsewhere.example/"],
)
def test_the_messages_lead_back_to_nothing_that_their_address_does_not_name(
    unit: BusinessUnit, procurement: Person, query: str
) -> None:
    page = procurement.browser.get(url("messages", make_assessment(unit)) + query)
    assert page.context["back_url"] == ""
    assert "elsewhere.example" not in page.text.partition("<main")[2]
