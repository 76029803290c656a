"""Whatever is planted in the house, nothing of it reaches a page, a file or a letter of the
vendor's people."""

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import Settings

from accounts.models import BusinessUnit, Letter
from accounts.principal import SYSTEM
from accounts.services.letters import said_in
from assessments import schema
from assessments.exchange import book
from assessments.models import Assessment, Invitation
from assessments.portal.urls import urlpatterns
from assessments.services import (
    answers,
    assessments,
    overrides,
    portal_notices,
    proof,
    review,
    threads,
)
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import publish
from audit import dispatch
from audit.models import Event
from tests.factories.assessments import SMALL, make_assessment
from tests.factories.findings import make_finding
from tests.factories.portal import answer_theirs, browser, invited, principal_of
from tests.personas import Person
from vendors.services import evidence, finding_answers, findings

pytestmark = pytest.mark.django_db

#: Stands in everything that is planted.
MARK = "Planted-Zwq"
#: Figures that no page has a reason to show: risks and weights of the questionnaire.
FIGURES = ("0.4321", "4321", "43.21", "7.77")
#: Addresses that end a visit or change something; pages are crawled by reading.
_ENDS = ("leave/", "decline/", "language/")


@pytest.fixture(autouse=True)
def _places(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_STORAGE = str(tmp_path)
    cache.clear()


def _questionnaire() -> str:
    """The small one, with a weight, a risk and a knock-out reason that can be recognised."""
    found = SMALL.replace("risk: 0.5}", "risk: 0.4321}")
    found = found.replace("weight: 3", "weight: 7.77")
    return found.replace("reason: Nothing would be ours.", f"reason: {MARK} knock-out reason")


def _planted(unit: BusinessUnit, legal: Person) -> Invitation:
    """An assessment that was sent back, with something of the house's own wherever there can be."""
    questionnaire = publish(schema.load(_questionnaire()), by=SYSTEM)
    assessment = make_assessment(unit, questionnaire=questionnaire)
    invitation = invited(assessment)
    answers.save(
        assessment=assessment,
        values={
            "assigns": AnswerInput("no", note=f"{MARK} legal note"),
            "staff": AnswerInput("3", note=f"{MARK} buyer note"),
            "watched": AnswerInput("yes", note=f"{MARK} finance note"),
        },
        by=SYSTEM,
    )
    answer_theirs(assessment, principal_of(invitation))
    _evidence(assessment, legal)
    assessments.submit(assessment=assessment, by=principal_of(invitation))
    assessments.take(assessment=assessment, by=legal.principal)
    _reviewed(assessment, legal)
    _findings(assessment, legal)
    return invitation


def _evidence(assessment: Assessment, legal: Person) -> None:
    """A document of the house beside an answer of the vendor's, strictly confidential."""
    given = evidence.add(
        vendor=assessment.vendor,
        unit=assessment.unit,
        file=SimpleUploadedFile(f"{MARK}.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"),
        title=f"{MARK} opinion of counsel",
        confidentiality="strict",
        by=legal.principal,
    )
    proof.attach(
        assessment=assessment, question_key="discloses", evidence=given, by=legal.principal
    )


def _reviewed(assessment: Assessment, legal: Person) -> None:
    review.review_answer(
        assessment=assessment,
        question_key="measures",
        verdict="accepted",
        note=f"{MARK} note of an accepted answer",
        by=legal.principal,
    )
    overrides.override_answer(
        assessment=assessment,
        question_key="discloses",
        value="never",
        reason=f"{MARK} reason of an override",
        by=legal.principal,
    )
    for internal, body in ((True, f"{MARK} internal message"), (False, "An open word")):
        threads.say(
            assessment=assessment,
            question_key="discloses",
            body=body,
            internal=internal,
            by=legal.principal,
        )
    assessments.send_back(
        assessment=assessment, reason="Please look.", keys=["subcontracts"], by=legal.principal
    )


def _findings(assessment: Assessment, legal: Person) -> None:
    unit, vendor = assessment.unit, assessment.vendor
    make_finding(unit, vendor=vendor, title=f"{MARK} internal finding")
    knocked = make_finding(
        unit,
        vendor=vendor,
        title="A finding to answer",
        kind="assessment.knock_out",
        detail=f"{MARK} why",
    )
    settled = make_finding(unit, vendor=vendor, title="A settled finding")
    for one in (knocked, settled):
        finding_answers.share(finding=one, version=1, shared=True, by=legal.principal)
        one.refresh_from_db()
    findings.close(
        finding=settled,
        version=settled.version,
        reason=f"{MARK} reason of closing",
        verified_by=legal.user,
        by=legal.principal,
    )


def _texts(content: bytes, kind: str) -> str:
    """What somebody reads in an answer: the text of a PDF, every cell of a workbook, all of a
    page."""
    if kind.startswith("application/pdf"):
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if "spreadsheet" in kind:
        return " ".join(
            str(cell) for sheet in book.read(content).sheets for row in sheet.rows for cell in row
        )
    return content.decode()


def _crawl(client: Client, start: str) -> dict[str, str]:
    """Every page and file that links lead to from the start, path -> what it says."""
    home, found, waiting = start, {}, [start]
    while waiting:
        path = waiting.pop()
        if path in found or path.endswith(_ENDS):
            continue
        answer = client.get(path)
        assert answer.status_code == 200, path
        content = answer.getvalue() if answer.streaming else answer.content
        found[path] = _texts(content, answer.get("Content-Type", ""))
        if answer.get("Content-Type", "").startswith("text/html"):
            for link in re.findall(r'href="([^"]+)"', content.decode()):
                target = urlsplit(link).path
                if target.startswith(home):
                    waiting.append(target)
    return found


def test_nothing_planted_in_the_house_reaches_the_vendor(unit: BusinessUnit, legal: Person) -> None:
    invitation = _planted(unit, legal)
    client = browser(invitation)
    start = reverse("portal:start", args=[invitation.pk])
    said = _crawl(client, start)
    for event in Event.objects.order_by("position"):
        if "assessments.write_to_vendor" in dispatch.routes().get(event.type, ()):
            portal_notices.tell_of(event_id=event.id)
    said |= {
        f"letter {one.template}": f"{said_in(one).subject} {said_in(one).text} {said_in(one).html}"
        for one in Letter.objects.filter(to=invitation.contact.email)
    }
    for path, text in said.items():
        assert MARK not in text, path
        assert [one for one in FIGURES if one in _without_ids(text)] == [], path
        assert legal.user.name not in text, path
        assert "opinion of counsel" not in text, path
    assert len([path for path in said if path.startswith("letter")]) >= 4
    # The crawl has come to every kind of page that can be read at all.
    _all_were_read(said, start)


def _without_ids(text: str) -> str:
    """The text without drawings, ids, hashes and tokens, in which figures stand by chance."""
    text = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{32,}|[0-9a-f]{16,}", "", text)


def _all_were_read(said: dict[str, str], start: str) -> None:
    read = {path.removeprefix(start) for path in said}
    missing = []
    for one in urlpatterns:
        name, pattern = getattr(one, "name", ""), str(one.pattern).removeprefix("<uuid:pk>/")
        if name in _NOT_CRAWLED or not str(one.pattern).startswith("<uuid:pk>/"):
            continue
        shape = re.sub(r"<\w+:\w+>", "[^/]+", pattern).replace(".xlsx", r"\.xlsx")
        if not any(re.fullmatch(shape, path) for path in read):
            missing.append(name)
    assert missing == []


#: Of these nothing is read here: they end a visit, take a POST only, or need something first.
_NOT_CRAWLED = {
    "leave",
    "decline",
    "autosave",
    "detach",
    "take-back",
    "finding-files",
    "answer-file",
    "file",
    "delegate",
    "submit",
    "receipt",
}
