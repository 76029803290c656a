"""The pages of the portal: every way in, filling in, and that nothing of the house is on them."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import BusinessUnit, Letter
from accounts.principal import SYSTEM
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of
from assessments.services import answers, assessments, delegations, invitations, review, threads
from assessments.services.answers import AnswerInput
from audit import clock
from audit.models import Event
from tests.factories.assessments import make_assessment
from tests.factories.portal import answer_theirs, browser, invited, new_link, principal_of
from tests.personas import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    cache.clear()


def test_reading_a_link_spends_nothing_and_posting_it_comes_in(unit: BusinessUnit) -> None:
    link = new_link(invited(make_assessment(unit)))
    client, before = Client(), Event.objects.count()
    for _scanner in range(5):
        page = client.get(link.path)
        assert page.status_code == 200
        assert client.head(link.path).status_code == 200
    assert Event.objects.count() == before
    assert "portal" not in client.cookies
    came = client.post(link.path)
    assert came.status_code == 302
    cookie = client.cookies["portal"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        True,
        "Lax",
        came["Location"],
    )
    assert client.get(came["Location"]).status_code == 200


def test_each_way_in_that_is_shut_has_a_page_of_its_own(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    used, client = new_link(invitation), Client()
    client.post(used.path)
    seen = {"used": client.get(used.path)}
    first = new_link(invitation)
    newest = new_link(invitation)
    seen["replaced"] = client.get(first.path)
    with time_machine.travel(clock.now() + timedelta(hours=80)):
        seen["expired"] = client.get(newest.path)
    wrong = newest.path.replace(newest.token, "x" * 43)
    seen["unknown"] = client.get(wrong)
    for _try in range(5):
        seen["locked"] = client.post(wrong)
    invitations.revoke(invitation=invitation, reason="No", by=procurement.principal)
    third = new_link(invitation)
    seen["revoked"] = client.get(third.path)
    assert {name: f'data-link-state="{name}"' in page.text for name, page in seen.items()} == (
        dict.fromkeys(seen, True)
    )
    assert {name: page.status_code for name, page in seen.items()} == {
        "used": 410, "replaced": 410, "expired": 410, "unknown": 404, "locked": 423, "revoked": 410,
    }  # fmt: skip
    assert seen["used"]["Cache-Control"] == "no-store"
    assert seen["used"]["Referrer-Policy"] == "strict-origin"


def test_too_many_wrong_links_from_one_place_get_429(
    unit: BusinessUnit, settings: Settings
) -> None:
    settings.PORTAL_RATES = {**settings.PORTAL_RATES, "wrong": 3}
    link = new_link(invited(make_assessment(unit)))
    wrong = link.path.replace(link.token, "x" * 43)
    answered = [Client().get(wrong).status_code for _ in range(4)]
    assert answered == [404, 404, 404, 429]


def test_a_fresh_link_is_promised_in_the_same_words_to_everybody(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    Letter.objects.all().delete()
    pages = []
    for email in (invitation.contact.email, "nobody@vendor.example"):
        page = Client().post(reverse("portal:fresh"), {"email": email})
        pages.append((page.status_code, page.text.replace(email, "…")))
    # Apart from the token against forgery.
    assert pages[0][0] == pages[1][0] == 200
    assert "is on its way" in pages[0][1]
    assert "is on its way" in pages[1][1]
    for _more in range(6):
        Client().post(reverse("portal:fresh"), {"email": invitation.contact.email})
    assert Letter.objects.count() == 4


def test_an_ended_session_keeps_what_was_typed_on_the_page(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    url = reverse("portal:section", args=[invitation.pk, "secrets"])
    typed = {"q-remarks": "Three weeks of work.", "q-remarks-version": "0"}
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        page = client.post(url, typed)
        assert page.status_code == 401
        assert '<input type="hidden" name="q-remarks" value="Three weeks of work.">' in page.text
        script = client.post(url, typed, headers={"X-Requested-With": "XMLHttpRequest"})
        assert (script.status_code, script["Content-Type"]) == (401, "application/json")
        # In by a fresh link, the same form is sent once more.
        assert browser(invitation).post(url, typed).status_code == 302
    assert Answer.objects.get(question_key="remarks").value == "Three weeks of work."


def test_autosave_tells_of_their_own_questions_only(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    saved = browser(invitation).post(
        reverse("portal:autosave", args=[invitation.pk, "secrets"]),
        {"question": "subcontracts", "version": "0", "q-subcontracts": "yes"},
    )
    told = saved.json()
    assert told["progress"] == {"answered": 1, "total": 5}
    assert told["visible"] == ["discloses", "subcontracts", "bound", "measures", "remarks"]


def test_two_people_at_once_see_both_answers(unit: BusinessUnit, procurement: Person) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    answers.save(
        assessment=assessment,
        values={"remarks": AnswerInput("From inside")},
        by=procurement.principal,
    )
    page = browser(invitation).post(
        reverse("portal:section", args=[invitation.pk, "secrets"]),
        {"q-remarks": "From the vendor", "q-remarks-version": "0"},
    )
    assert page.status_code == 409
    assert "From inside" in page.text
    assert "From the vendor" in page.text
    assert procurement.user.name not in page.text


def test_another_invitation_is_not_opened_by_the_cookie_of_this_one(unit: BusinessUnit) -> None:
    one, other = invited(make_assessment(unit)), invited(make_assessment(unit))
    client = browser(one)
    assert client.get(reverse("portal:start", args=[one.pk])).status_code == 200
    assert client.get(reverse("portal:start", args=[other.pk])).status_code == 401


def test_a_delegate_sees_the_sections_handed_on_and_no_other(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    giver = invited(assessment)
    given = delegations.hand_on(
        assessment=assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        by=principal_of(giver),
    )
    client, pk = browser(given.taker), given.taker.pk
    start = client.get(reverse("portal:start", args=[pk]))
    assert "Keep secrets secret" in start.text
    assert "Settle who owns" not in start.text
    for name, args in (
        ("section", ["ownership"]),
        ("delegate", ["secrets"]),
        ("submit", []),
        ("messages", ["discloses"]),
        ("evidence", ["discloses"]),
    ):
        assert client.get(reverse(f"portal:{name}", args=[pk, *args])).status_code == 404, name


def marked(unit: BusinessUnit, legal: Person) -> Assessment:
    """An assessment that was sent back, with marked texts wherever the house keeps its own."""
    assessment = make_assessment(unit)
    answers.save(
        assessment=assessment,
        values={
            "assigns": AnswerInput("yes", note="SECRET-other-note"),
            "staff": AnswerInput("3", note="SECRET-buyer-note"),
            "watched": AnswerInput("yes", note="SECRET-finance-note"),
        },
        by=SYSTEM,
    )
    invitation = invited(assessment)
    answer_theirs(assessment, principal_of(invitation))
    assessments.submit(assessment=assessment, by=principal_of(invitation))
    assessments.take(assessment=assessment, by=legal.principal)
    review.review_answer(
        assessment=assessment,
        question_key="measures",
        verdict="accepted",
        note="SECRET-accepted-note",
        by=legal.principal,
    )
    threads.say(
        assessment=assessment,
        question_key="discloses",
        body="SECRET-internal-message",
        internal=True,
        by=legal.principal,
    )
    threads.say(
        assessment=assessment,
        question_key="discloses",
        body="Open word to the vendor",
        internal=False,
        by=legal.principal,
    )
    review.review_answer(
        assessment=assessment,
        question_key="discloses",
        verdict="queried",
        note="Which register is it?",
        by=legal.principal,
    )
    assessments.send_back(
        assessment=assessment, reason="Please look again.", keys=["discloses"], by=legal.principal
    )
    assessment.refresh_from_db()
    return assessment


#: What only the house may read: marked texts, other respondents' questions, the score's words.
INTERNAL = (
    "SECRET-",
    "Does the contract assign",
    "How many people have access",
    "Is the market watched",
    "Nothing would be ours",
    "score",
    "weight",
    "risk",
    "knock",
    "tier",
    "threshold",
)


def test_no_page_of_the_portal_says_what_is_internal(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = marked(unit, legal)
    invitation = assessment.invitations.get()
    client, pk = browser(invitation), invitation.pk
    pages = [
        client.get(reverse(f"portal:{name}", args=[pk, *args]))
        for name, args in (
            ("start", []),
            ("section", ["ownership"]),
            ("section", ["secrets"]),
            ("check", []),
            ("submit", []),
            ("receipt", []),
            ("leave", []),
            ("delegate", ["secrets"]),
            ("messages", ["discloses"]),
            ("messages", ["measures"]),
            ("evidence", ["discloses"]),
        )
    ]
    pages.append(
        client.post(
            reverse("portal:autosave", args=[pk, "ownership"]),
            {"question": "discloses", "version": "1", "q-discloses": "yearly"},
        )
    )
    assert [page.status_code for page in pages[:11]] == [200] * 11
    for page in pages:
        said = page.text
        # The question itself says why it is asked; that is for the vendor.
        body = (said.partition("<body")[2] or said).replace("Every hand is a risk.", "")
        found = [word for word in INTERNAL if word.lower() in body.lower()]
        assert found == [], page.request["PATH_INFO"]
        assert legal.user.name not in said
        assert page["Cache-Control"] == "no-store"
    whole = "".join(page.text for page in pages)
    assert "Which register is it?" in whole
    assert "Open word to the vendor" in whole
    assert "Please look again." in pages[0].text


def test_the_receipt_is_a_pdf_with_its_hash(unit: BusinessUnit, legal: Person) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    assessment = marked(unit, legal)
    invitation = assessment.invitations.get()
    made = browser(invitation).get(reverse("portal:receipt-pdf", args=[invitation.pk, 1]))
    assert made["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(made.content)).pages)
    assert assessment.receipts.get().sha256[:20] in text.replace("\n", "")
    assert "SECRET" not in text


def test_staff_see_how_far_the_vendor_is_and_prove_a_receipt(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = marked(unit, legal)
    page = procurement.browser.get(reverse("assessments:sending", args=[assessment.pk]))
    assert assessment.invitations.get().contact.name in page.text
    url = reverse("assessments:receipts", args=[assessment.pk])
    digest = assessment.receipts.get().sha256
    proved = procurement.browser.get(url, {"sha256": f" {digest[:32]} {digest[32:].upper()}"})
    assert "This is the hash of receipt 1" in proved.text
    assert "No receipt" in procurement.browser.get(url, {"sha256": "0" * 64}).text


def test_the_preview_shows_what_the_vendor_sees_and_changes_nothing(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = marked(unit, legal)
    for name, args in (("vendor-view", []), ("vendor-section", ["secrets"])):
        page = legal.browser.get(reverse(f"assessments:{name}", args=[assessment.pk, *args]))
        assert page.status_code == 200
        assert "SECRET-" not in page.text
        assert "How many people have access" not in page.text
    assert "measures" in answers_of(assessment)


def test_a_topic_with_an_answer_sent_back_needs_work_and_is_not_done(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = marked(unit, legal)
    page = legal.browser.get(reverse("assessments:vendor-view", args=[assessment.pk]))
    assert {one["kind"] for one in page.context["tasks"]} >= {"attention"}
    assert page.text.count("Needs work") == 2


def test_a_link_is_shown_to_an_administrator_only_without_a_mail_server(
    unit: BusinessUnit, admin: Person, settings: Settings
) -> None:
    invitation = invited(make_assessment(unit))
    url = reverse("assessments:invitation-link", args=[invitation.pk])
    assert admin.browser.post(url).status_code == 409
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = admin.browser.post(url)
    assert page.status_code == 200
    assert "/portal/enter/" in page.text


def test_a_chosen_language_holds_on_every_page_and_leads_nowhere_else(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    start = reverse("portal:start", args=[invitation.pk])
    chosen = client.post(reverse("portal:language"), {"language": "vi", "next": start})
    assert chosen["Location"] == start
    assert '<html lang="vi"' in client.get(start).text
    for away in ("https://evil.example/", "//evil.example/", "/portal//evil.example/"):
        led = client.post(reverse("portal:language"), {"language": "de", "next": away})
        assert led["Location"] == reverse("portal:fresh")
