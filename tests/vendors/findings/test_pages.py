"""The pages of findings."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from audit import clock
from tests.factories.findings import make_finding
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.finding_kinds import MISSING_REGISTRATION
from vendors.models import Finding
from vendors.services import findings

LIST = "/findings/"


def step(finding: Finding, name: str) -> str:
    return reverse(f"vendors:finding_{name}", args=[finding.pk])


def test_a_finding_is_raised_by_hand_for_an_engagement(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)
    address = reverse("vendors:finding_add", args=[vendor.pk])
    refused = procurement.browser.post(address, {"title": "", "detail": "Kept words"})
    assert "There are 3 problems" in refused.content.decode()
    assert "Kept words" in refused.content.decode()
    procurement.browser.post(
        address, {"engagement": engagement.pk, "title": "Open share", "severity": "high"}
    )
    finding = Finding.objects.get()
    assert (finding.engagement, finding.unit, finding.kind) == (engagement, unit, "observation")
    assert finding.title in procurement.browser.get(LIST).content.decode()


def test_a_finding_goes_from_plan_to_end_on_its_pages(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit)
    due = clock.today() + timedelta(days=30)
    procurement.browser.post(
        step(finding, "plan"),
        {"version": 1, "remedy": "Close it", "owner": procurement.user.pk, "due_on": due},
    )
    finding.refresh_from_db()
    assert (finding.status, finding.due_on) == ("planned", due)
    procurement.browser.post(
        step(finding, "close"),
        {"version": 2, "reason": "It is closed.", "verified_by": legal.user.pk},
    )
    page = procurement.browser.get(reverse("vendors:finding", args=[finding.pk]))
    html = page.content.decode()
    assert "It is closed." in html
    assert "Leo Legal" in html
    assert html.index("Finding closed") < html.index("remediation planned")


def test_whoever_comes_second_keeps_what_they_typed_and_is_told(
    unit: BusinessUnit, procurement: Person
) -> None:
    finding = make_finding(unit)
    findings.dispute(finding=finding, version=1, reason="No", by=procurement.principal)
    typed = {"version": 1, "reason": "Gone for good", "verified_by": procurement.user.pk}
    refused = procurement.browser.post(step(finding, "close"), typed)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Somebody else has changed this finding" in html
    assert "Gone for good" in html
    assert 'name="version" value="2"' in html
    procurement.browser.post(step(finding, "close"), {**typed, "version": 2})
    finding.refresh_from_db()
    assert finding.closed_because == "Gone for good"


def test_a_dispute_is_shown_until_legal_decides(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit)
    procurement.browser.post(step(finding, "dispute"), {"version": 1, "reason": "Not so"})
    address = reverse("vendors:finding", args=[finding.pk])
    assert "Disputed on" in procurement.browser.get(address).content.decode()
    assert "Decide on the dispute" not in procurement.browser.get(address).content.decode()
    assert "Decide on the dispute" in legal.browser.get(address).content.decode()
    legal.browser.post(step(finding, "resolve"), {"version": 2, "upheld": "no", "reason": "True"})
    finding.refresh_from_db()
    assert finding.status == "closed"


def test_the_list_is_filtered_by_its_address_and_the_file_holds_the_same(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_finding(unit, title="=Mild words", severity="low")
    make_finding(unit, title="Late", kind=MISSING_REGISTRATION)
    html = procurement.browser.get(f"{LIST}?severity=low").content.decode()
    assert "=Mild words" in html
    assert "Late" not in html
    file = procurement.browser.get("/findings/csv/?severity=low").getvalue().decode()
    assert "'=Mild words" in file
    assert "Late" not in file
    assert "No finding matches" in procurement.browser.get(f"{LIST}?state=overdue").content.decode()
    assert procurement.browser.get(f"{LIST}?mine=on").status_code == 200
    assert procurement.browser.get(f"{LIST}?vendor=nonsense&after=x").status_code == 200


def test_the_file_speaks_the_language_of_its_reader_not_of_the_browser(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_finding(unit, severity="high")
    procurement.user.language = "de"
    procurement.user.save(update_fields=["language"])
    answer = procurement.browser.get("/findings/csv/", headers={"Accept-Language": "en"})
    assert ",Hoch,Offen," in answer.getvalue().decode()


def test_the_list_takes_as_many_queries_for_ten_findings_as_for_one(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_finding(unit)
    procurement.browser.get(LIST)
    with CaptureQueriesContext(connection) as few:
        procurement.browser.get(LIST)
    for _ in range(9):
        make_finding(unit)
    with CaptureQueriesContext(connection) as many:
        procurement.browser.get(LIST)
    assert len(few) == len(many)


@pytest.mark.parametrize("who", ["outsider_procurement", "outsider_legal", "outsider_auditor"])
def test_findings_of_another_unit_do_not_exist(
    request: pytest.FixtureRequest, unit: BusinessUnit, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    finding = make_finding(unit, title="Ours alone")
    assert "Ours alone" not in person.browser.get(LIST).content.decode()
    assert person.browser.get(reverse("vendors:finding", args=[finding.pk])).status_code == 404


def test_a_finding_is_put_right_verified_and_answered_on_its_pages(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    finding = make_finding(unit)
    procurement.browser.post(step(finding, "share"), {"version": 1})
    procurement.browser.post(step(finding, "respond"), {"version": 2, "response": "We lock it"})
    procurement.browser.post(step(finding, "done"), {"version": 3, "note": "Locked"})
    page = procurement.browser.get(reverse("vendors:finding", args=[finding.pk]))
    assert step(finding, "verify") in page.content.decode()
    refused = procurement.browser.post(
        step(finding, "verify"), {"version": 4, "holds": "yes", "reason": "Seen"}
    )
    assert "somebody else has to look" in refused.content.decode()
    legal.browser.post(step(finding, "verify"), {"version": 4, "holds": "yes", "reason": "Seen"})
    html = legal.browser.get(reverse("vendors:finding", args=[finding.pk])).content.decode()
    for words in ("We lock it", "Locked", "Seen", "Shown to the vendor", "Leo Legal"):
        assert words in html


def test_a_risk_is_accepted_on_its_page(unit: BusinessUnit, legal: Person) -> None:
    finding = make_finding(unit)
    until = clock.today() + timedelta(days=30)
    legal.browser.post(step(finding, "accept"), {"version": 1, "until": until, "reason": "Small"})
    html = legal.browser.get(LIST, {"state": "accepted"}).content.decode()
    assert finding.title in html
    assert "Risk accepted" in html


def test_a_file_is_put_beside_a_finding_and_taken_away(
    unit: BusinessUnit, procurement: Person
) -> None:
    finding = make_finding(unit)
    address = step(finding, "documents")
    assert "Choose a document" in procurement.browser.post(address, {}).content.decode()
    file = SimpleUploadedFile("photo.pdf", b"%PDF-1.4 photograph")
    procurement.browser.post(address, {"file": file, "title": "Photograph of the lock"})
    page = procurement.browser.get(reverse("vendors:finding", args=[finding.pk]))
    assert "Photograph of the lock" in page.content.decode()
    document = finding.evidence.get()
    procurement.browser.post(address, {"remove": document.pk})
    assert not finding.evidence.exists()


def test_chosen_findings_are_assigned_from_the_list(
    unit: BusinessUnit, procurement: Person
) -> None:
    chosen, left = make_finding(unit), make_finding(unit)
    answer = procurement.browser.post(
        f"{LIST}assign/?state=overdue",
        {"finding": [chosen.pk, "nonsense"], "assign-owner": procurement.user.pk},
    )
    assert answer.headers["Location"] == f"{LIST}?state=overdue"
    chosen.refresh_from_db()
    left.refresh_from_db()
    assert (chosen.owner, left.owner) == (procurement.user, None)


def test_findings_that_cannot_be_assigned_stay_chosen_with_what_was_typed(
    unit: BusinessUnit, procurement: Person
) -> None:
    chosen, left = make_finding(unit), make_finding(unit)
    answer = procurement.browser.post(
        f"{LIST}assign/?state=open&severity=high",
        {"finding": [chosen.pk], "assign-due_on": "2001-02-03"},
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This day is past." in html
    assert 'value="2001-02-03"' in html
    assert f'id="f-{chosen.pk}" checked' in html
    assert f'id="f-{left.pk}" checked' not in html
    # Without scripts and with them, the filters of the list go on: to be sent again, and taken off.
    assert f'action="{LIST}assign/?state=open&amp;severity=high"' in html
    assert 'href="?state=open"' in html
    on = procurement.browser.get(f"{LIST}assign/?state=open&after=1")
    assert on.headers["Location"] == f"{LIST}?state=open&after=1"


def test_the_rules_are_shown_to_all_and_changed_by_few(
    unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    html = procurement.browser.get(f"{LIST}rules/").content.decode()
    assert "70 of 100" in html
    assert "Only people who manage questionnaires" in html
    admin.browser.post(f"{LIST}rules/high/", {"version": 0, "answer_risk": "55.5"})
    assert "55.5 of 100" in procurement.browser.get(f"{LIST}rules/").content.decode()
