"""The portal beyond questions: what was found, the workbook, messages read, declining, the end."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import BusinessUnit, Letter
from accounts.services.letters import said_in
from assessments.exchange import book
from assessments.exchange.offline_out import ANSWER, ANSWERS, KEY
from assessments.models import Answer, AnswerFile, Invitation, Message, ThreadSeen
from assessments.services import assessments, delegations, handover, offline, threads
from audit import clock
from tests.factories.answer_books import fill
from tests.factories.assessments import make_assessment
from tests.factories.findings import make_finding
from tests.factories.portal import answer_theirs, browser, invited, make_contact, principal_of
from tests.personas import Person
from vendors.models import Finding
from vendors.services import finding_answers, findings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_STORAGE = str(tmp_path)
    cache.clear()


def url(invitation: Invitation, name: str, *args: object) -> str:
    return reverse(f"portal:{name}", args=[invitation.pk, *args])


def shared(invitation: Invitation, by: Person, **values: Any) -> Finding:
    assessment = invitation.assessment
    finding = make_finding(vendor=assessment.vendor, unit=assessment.unit, **values)
    return finding_answers.share(
        finding=finding, version=finding.version, shared=True, by=by.principal
    )


def pdf(name: str = "closed.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", "application/pdf")


def test_a_finding_is_read_answered_with_a_date_and_a_file_and_disputed(
    unit: BusinessUnit, legal: Person
) -> None:
    invitation = invited(make_assessment(unit))
    client, finding = browser(invitation), shared(invitation, legal)
    hidden = make_finding(vendor=invitation.assessment.vendor, unit=unit, title="SECRET finding")
    start = client.get(url(invitation, "start"))
    assert "has found something" in start.text
    index = client.get(url(invitation, "findings"))
    assert finding.title in index.text
    assert "SECRET" not in index.text
    assert client.get(url(invitation, "finding", hidden.pk)).status_code == 404
    here = url(invitation, "finding", finding.pk)
    answered = client.post(
        here,
        {"version": finding.version, "response": "We closed it.", "planned_on": "2030-01-31"},
    )
    assert answered.status_code == 302
    finding.refresh_from_db()
    assert (finding.response, str(finding.planned_on)) == ("We closed it.", "2030-01-31")
    assert finding.responded_by_contact == invitation.contact
    sent = client.post(
        url(invitation, "finding-files", finding.pk), {"file": pdf(), "kind": "other"}
    )
    assert sent.status_code == 302
    assert finding.evidence.count() == 1
    assert "closed" in client.get(here).text
    finding.refresh_from_db()
    late = client.post(here, {"version": 1, "response": "Typed twice"})
    assert late.status_code == 409
    assert "Typed twice" in late.text
    disputed = client.post(
        url(invitation, "finding-dispute", finding.pk),
        {"version": finding.version, "reason": "It was never open."},
    )
    assert disputed.status_code == 302
    finding.refresh_from_db()
    assert finding.dispute_by_contact == invitation.contact
    assert "It was never open." in client.get(here).text


def test_a_colleague_with_one_section_sees_no_findings(unit: BusinessUnit, legal: Person) -> None:
    giver = invited(make_assessment(unit))
    finding = shared(giver, legal)
    given = delegations.hand_on(
        assessment=giver.assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        by=principal_of(giver),
    )
    client = browser(given.taker)
    assert client.get(url(given.taker, "findings")).status_code == 404
    assert client.get(url(given.taker, "finding", finding.pk)).status_code == 404


def test_staff_ask_a_contact_about_findings_who_sees_nothing_else(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    contact = make_contact(assessment.vendor)
    finding = make_finding(vendor=assessment.vendor, unit=unit)
    page = reverse("assessments:finding-contacts", args=[finding.pk])
    refused = procurement.browser.post(page, {"contacts": [str(contact.pk)]})
    assert refused.status_code == 422
    finding_answers.share(finding=finding, version=1, shared=True, by=legal.principal)
    assert procurement.browser.post(page, {"contacts": [str(contact.pk)]}).status_code == 302
    assert contact.name in procurement.browser.get(page).text
    invitation = Invitation.objects.get(contact=contact)
    assert (invitation.whole, invitation.findings) == (False, True)
    said = said_in(Letter.objects.get(template="portal/email/finding")).text
    path = next(word for word in said.split() if "/portal/enter/" in word)
    client = Client()
    came = client.post(path.partition("//")[2].partition("/")[2].join(["/", ""]))
    assert came["Location"] == url(invitation, "findings")
    assert finding.title in client.get(came["Location"]).text
    assert client.get(url(invitation, "start"))["Location"] == came["Location"]
    assert client.get(url(invitation, "section", "secrets")).status_code == 404


def test_a_knock_out_is_shared_without_the_reason_of_the_house(
    unit: BusinessUnit, legal: Person
) -> None:
    invitation = invited(make_assessment(unit))
    finding = shared(
        invitation, legal, kind="assessment.knock_out", detail="Nothing would be ours."
    )
    page = browser(invitation).get(url(invitation, "finding", finding.pk))
    assert "Nothing would be ours." not in page.text


def filled(content: bytes, key: str, value: str) -> SimpleUploadedFile:
    whole = fill(content, {(key, ANSWER): value})
    return SimpleUploadedFile("answers.xlsx", whole, offline.MEDIA_TYPE)


def test_a_workbook_is_taken_after_a_look_at_it_as_the_contacts_answers(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    content = client.get(url(invitation, "workbook")).content
    sent = client.post(url(invitation, "offline"), {"file": filled(content, "discloses", "Never")})
    assert sent.status_code == 302
    look = client.get(sent["Location"])
    assert "Never" in look.text
    assert Answer.objects.count() == 0
    assert client.post(sent["Location"], {"take": ["discloses"]}).status_code == 302
    answer = Answer.objects.get(question_key="discloses")
    assert (answer.value, answer.answered_by_contact) == ("never", invitation.contact)


def test_what_was_not_handed_on_is_neither_in_the_workbook_nor_taken_from_one(
    unit: BusinessUnit,
) -> None:
    giver = invited(make_assessment(unit))
    given = delegations.hand_on(
        assessment=giver.assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        by=principal_of(giver),
    )
    client = browser(given.taker)
    own = client.get(url(given.taker, "workbook")).content
    sheet = book.read(own).sheet(ANSWERS)
    assert sheet is not None
    keys = {sheet.text(row, KEY) for row in range(len(sheet.rows))}
    assert "measures" in keys
    assert "discloses" not in keys
    # The whole workbook of the one who has everything, uploaded by the colleague.
    whole = browser(giver).get(url(giver, "workbook")).content
    sent = client.post(url(given.taker, "offline"), {"file": filled(whole, "discloses", "Never")})
    made = AnswerFile.objects.get()
    assert "discloses" not in {line["key"] for line in made.diff["lines"]}
    client.post(sent["Location"], {"take": ["discloses"]})
    assert not Answer.objects.filter(question_key="discloses").exists()
    # Nobody takes a file that somebody else has uploaded.
    assert browser(giver).get(url(giver, "answer-file", made.pk)).status_code == 404


def test_messages_are_new_until_they_were_read(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    assessment, client = invitation.assessment, browser(invitation)
    threads.say(
        assessment=assessment,
        question_key="discloses",
        body="Which register?",
        internal=False,
        by=legal.principal,
    )
    assert "1 new" in client.get(url(invitation, "start")).text
    here = url(invitation, "messages", "discloses")
    page = client.get(here)
    assert "pill--attention" in page.text
    # Looking writes nothing; saying so does.
    assert not ThreadSeen.objects.filter(contact=invitation.contact).exists()
    client.post(here, {"seen": str(Message.objects.get().pk)})
    assert "1 new" not in client.get(url(invitation, "start")).text
    assert "pill--attention" not in client.get(here).text
    client.post(here, {"body": "The one of Hanoi."})
    task_list = reverse("assessments:assessment", args=[assessment.pk])
    assert "1 new" in legal.browser.get(task_list).text
    assert "2 new" in procurement.browser.get(task_list).text
    talk = reverse("assessments:messages", args=[assessment.pk])
    assert "The one of Hanoi." in legal.browser.get(talk).text
    last = Message.objects.latest("pk").pk
    legal.browser.post(
        reverse("assessments:messages-seen", args=[assessment.pk]), {"seen": f"{last}:discloses"}
    )
    assert "1 new" not in legal.browser.get(task_list).text
    assert "2 new" in procurement.browser.get(task_list).text


def test_a_vendor_message_is_answered_while_the_vendor_has_the_questions(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    talk = reverse("assessments:messages", args=[invitation.assessment_id])
    browser(invitation).post(url(invitation, "messages", "discloses"), {"body": "What is meant?"})
    refused = procurement.browser.post(talk, {"question": "discloses", "body": " "})
    assert refused.status_code == 422
    procurement.browser.post(
        talk, {"question": "discloses", "body": "The German one.", "internal": "no"}
    )
    assert (
        "The German one." in browser(invitation).get(url(invitation, "messages", "discloses")).text
    )


def test_who_is_not_the_one_to_ask_says_so_and_is_out(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    here = url(invitation, "decline")
    assert client.post(here, {"reason": ""}).status_code == 422
    said = client.post(here, {"reason": "Ask Minh."})
    assert 'data-link-state="declined"' in said.text
    assert client.get(url(invitation, "start")).status_code == 401
    staff = procurement.browser.get(
        reverse("assessments:sending", args=[invitation.assessment_id])
    ).text
    assert "Declined" in staff
    assert "Ask Minh." in staff


def test_who_is_at_work_when_it_is_taken_back_reads_so_and_keeps_what_was_typed(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    handover.take_back(assessment=invitation.assessment, reason="SECRET", by=procurement.principal)
    page = client.post(url(invitation, "section", "secrets"), {"q-remarks": "Hours of work."})
    assert page.status_code == 401
    assert 'data-link-state="taken_back"' in page.text
    assert "Hours of work." in page.text
    assert "SECRET" not in page.text


def test_after_submission_a_finding_is_still_reached(unit: BusinessUnit, legal: Person) -> None:
    invitation = invited(make_assessment(unit))
    answer_theirs(invitation.assessment, principal_of(invitation))
    assessments.submit(assessment=invitation.assessment, by=principal_of(invitation))
    finding = shared(invitation, legal)
    client = browser(invitation)
    page = client.get(url(invitation, "finding", finding.pk))
    assert page.status_code == 200
    findings.close(
        finding=finding,
        version=finding.version,
        reason="SECRET",
        verified_by=legal.user,
        by=legal.principal,
    )
    settled = client.get(url(invitation, "finding", finding.pk))
    assert "Settled" in settled.text
    assert "SECRET" not in settled.text


def test_several_files_go_beside_an_answer_and_a_refused_one_is_named(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    here = url(invitation, "evidence", "discloses")
    page = client.get(here).text
    assert 'accept=".' in page
    assert "at most" in page
    bad = SimpleUploadedFile("run.exe", b"MZ")
    other = SimpleUploadedFile("second.pdf", b"%PDF-1.4 another\n%%EOF")
    sent = client.post(here, {"file": [pdf(), other, bad], "kind": "other"})
    assert sent.status_code == 422
    assert "run.exe:" in sent.text
    assert "2 files are beside the answer now." in sent.text
    assert sent.text.count('<li class="evidence">') == 2


def test_a_refused_file_for_a_finding_is_said_in_the_title_too(
    unit: BusinessUnit, legal: Person
) -> None:
    invitation = invited(make_assessment(unit))
    finding = shared(invitation, legal)
    bad = SimpleUploadedFile("run.exe", b"MZ")
    here = url(invitation, "finding-files", finding.pk)
    sent = browser(invitation).post(here, {"file": bad, "kind": "other"})
    assert sent.status_code == 422
    assert "<title>Error: " in sent.text
    assert "run.exe" in sent.text


def test_what_is_said_of_all_of_it_is_read_and_answered_by_the_vendor(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    client, talk = browser(invitation), url(invitation, "talk")
    assert "Nothing has been written yet" in client.get(talk).text
    ours = reverse("assessments:messages", args=[invitation.assessment_id])
    said = {"question": "", "body": "Can you answer by Friday?", "internal": "no"}
    procurement.browser.post(ours, said)
    procurement.browser.post(ours, {**said, "body": "SECRET", "internal": "yes"})
    start = client.get(url(invitation, "start")).text
    assert "Messages for you" in start
    assert talk in start
    page = client.get(talk).text
    assert "Can you answer by Friday?" in page
    assert "SECRET" not in page
    assert client.post(talk, {"body": "We can."}).status_code == 302
    assert "We can." in procurement.browser.get(ours).text
    assert client.post(talk, {"seen": str(Message.objects.earliest("pk").pk)})["Location"] == talk


def test_another_language_keeps_what_was_typed_and_the_way_back(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    client, here = browser(invitation), url(invitation, "section", "secrets")
    typed = {"q-remarks": "Typed.", "q-remarks-version": "0", "then": "check"}
    sent = client.post(here, {**typed, "go": "language", "language": "de"})
    assert sent["Location"] == f"{here}?then=check"
    assert Answer.objects.get(question_key="remarks").value == "Typed."
    page = client.get(sent["Location"]).text
    assert '<html lang="de"' in page
    assert 'name="then" value="check"' in page
    other = client.get(url(invitation, "start") + "?from=letter").text
    assert f'name="next" value="{url(invitation, "start")}?from=letter"' in other


def test_what_was_typed_too_late_is_told_in_the_words_of_the_page(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    client, here = browser(invitation), url(invitation, "section", "ownership")
    typed = {
        "q-discloses": "yearly",
        "q-discloses-note": "Since May.",
        "q-discloses-version": "0",
        "go": "next",
    }
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        ended = client.post(here, typed).text.partition("<dl")[2]
        assert "How fast are inventions disclosed?" in ended
        assert "Once a year" in ended
        assert "Since May." in ended
        # A browser that nobody knows is told of no question.
        stranger = Client().post(here, typed).text
        assert "How fast" not in stranger
        assert "Since May." in stranger
    handover.take_back(assessment=invitation.assessment, reason="Wait.", by=procurement.principal)
    over = client.post(here, typed).text
    assert 'data-link-state="taken_back"' in over
    assert "Once a year" in over
    assert "yearly" not in over


def test_each_question_says_what_it_does_without_a_figure(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    page = browser(invitation).get(url(invitation, "section", "secrets")).text
    assert "A better answer, with evidence, can only help the result." in page
