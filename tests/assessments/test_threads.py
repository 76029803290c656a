"""Messages beside questions: who writes what, and who reads it."""

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM, Principal
from accounts.scoping import NotAllowed
from assessments.errors import InvalidMessage, NotPossibleNow, NotYours
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from assessments.selectors.threads import thread, threads_of, waiting_for_us, waiting_for_vendor
from assessments.services import assessments
from assessments.services.threads import say
from audit.models import Event
from tests.assessments.reading import filled_in, text_of, url
from tests.factories.assessments import in_review, make_assessment
from tests.personas import Person
from vendors.models import Contact

pytestmark = pytest.mark.django_db


def contact_of(assessment: Assessment, name: str = "Mai Tran") -> tuple[Contact, Principal]:
    """Somebody at the vendor of an assessment, and the one who asks in their name."""
    address = f"{name.split(maxsplit=1)[0].lower()}@vendor.example"
    row = Contact.objects.create(vendor=assessment.vendor, name=name, email=address)
    return row, Principal("contact", str(row.pk), name)


def test_a_vendor_never_reads_what_is_internal(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    for body, internal in (("Which people?", False), ("I doubt this.", True)):
        say(
            assessment=assessment,
            question_key="measures",
            body=body,
            internal=internal,
            by=legal.principal,
        )
    ours = threads_of(assessment, vendor_side=False)["measures"]
    theirs = threads_of(assessment, vendor_side=True)["measures"]
    assert [one.body for one in ours] == ["Which people?", "I doubt this."]
    assert [one.body for one in theirs] == ["Which people?"]
    assert [one.body for one in thread(assessment, "measures", vendor_side=True)] == [
        "Which people?"
    ]


def test_a_vendor_reads_nothing_beside_questions_of_others(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = in_review(unit)
    say(
        assessment=assessment,
        question_key="staff",
        body="Ours to answer.",
        internal=False,
        by=procurement.principal,
    )
    assert threads_of(assessment, vendor_side=True) == {}
    assert thread(assessment, "staff", vendor_side=True) == []


def test_a_contact_writes_beside_their_own_questions_and_nothing_internal(
    unit: BusinessUnit,
) -> None:
    assessment = in_review(unit)
    contact, by = contact_of(assessment)
    message = say(
        assessment=assessment,
        question_key="measures",
        body=" We have locks.\r\nAnd logs. ",
        internal=False,
        by=by,
        contact=contact,
    )
    assert (message.body, message.written_by, message.written_by_contact) == (
        "We have locks.\nAnd logs.",
        None,
        contact,
    )
    for key, internal in (("measures", True), ("staff", False), ("nothing", False)):
        with pytest.raises(NotAllowed):
            say(
                assessment=assessment,
                question_key=key,
                body="Hello",
                internal=internal,
                by=by,
                contact=contact,
            )


def test_a_contact_of_another_vendor_writes_nothing(unit: BusinessUnit) -> None:
    assessment = in_review(unit)
    stranger, by = contact_of(in_review(unit))
    with pytest.raises(NotAllowed):
        say(
            assessment=assessment,
            question_key="",
            body="Hello",
            internal=False,
            by=by,
            contact=stranger,
        )


def test_a_contact_writes_nothing_before_it_is_sent(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    contact, by = contact_of(assessment)
    with pytest.raises(NotYours, match="procurement"):
        say(
            assessment=assessment,
            question_key="",
            body="Hello",
            internal=False,
            by=by,
            contact=contact,
        )


def test_an_auditor_reads_and_writes_nothing(unit: BusinessUnit, auditor: Person) -> None:
    with pytest.raises(NotYours, match="legal reviewer"):
        say(
            assessment=in_review(unit),
            question_key="",
            body="Hello",
            internal=True,
            by=auditor.principal,
        )


def test_nothing_is_said_about_what_is_closed(unit: BusinessUnit) -> None:
    assessment = assessments.cancel(assessment=in_review(unit), reason="Over", by=SYSTEM)
    with pytest.raises(NotPossibleNow, match="Nothing can be done to it any more"):
        say(assessment=assessment, question_key="", body="Hello", internal=True, by=SYSTEM)


@pytest.mark.parametrize("body", ["", " \n ", "x" * 4_001, "a\0b"])
def test_what_is_no_message_is_refused(unit: BusinessUnit, body: str) -> None:
    with pytest.raises(InvalidMessage):
        say(assessment=in_review(unit), question_key="", body=body, internal=True, by=SYSTEM)


def test_the_words_of_a_message_are_private_in_the_record(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    say(
        assessment=assessment,
        question_key="measures",
        body="A secret doubt",
        internal=True,
        by=legal.principal,
    )
    event = Event.objects.get(type="assessment.said")
    assert (event.data["key"], event.data["internal"]) == ("measures", True)
    assert "A secret doubt" not in str(event.data)


def test_whose_turn_it_is_follows_the_last_word_that_both_read(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    contact, by = contact_of(assessment)

    def writes(who: Principal, *, internal: bool = False) -> None:
        say(
            assessment=assessment,
            question_key="measures",
            body="Words",
            internal=internal,
            by=who,
            contact=contact if who is by else None,
        )

    writes(legal.principal)
    threads = threads_of(assessment, vendor_side=False)
    assert (list(waiting_for_us(threads)), list(waiting_for_vendor(threads))) == ([], ["measures"])
    writes(by)
    writes(legal.principal, internal=True)
    threads = threads_of(assessment, vendor_side=False)
    assert (list(waiting_for_us(threads)), list(waiting_for_vendor(threads))) == (["measures"], [])


class TestBeginning:
    """A thread is begun where the question stands, long before anybody reviews."""

    def test_the_section_saves_what_was_typed_and_leads_to_a_first_message(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        section = url("section", assessment, "secrets")
        data = filled_in(procurement.browser, section)
        data |= {"q-remarks": "As last year.", "talk": "measures"}
        there = procurement.browser.post(section, data)["Location"]
        assert answers_of(assessment)["remarks"].value == "As last year."
        page = procurement.browser.get(there)
        assert "Which measures are in place?" in text_of(page)
        assert 'id="t-measures"' in page.text
        # Nobody at the vendor has the questions yet.
        assert "Write to the vendor" not in page.text
        said = {"question": "measures", "body": "Who knows this?", "internal": "yes"}
        assert procurement.browser.post(there.partition("?")[0], said).status_code == 302
        assert threads_of(assessment, vendor_side=False)["measures"][0].body == "Who knows this?"
        assert "1 message" in text_of(procurement.browser.get(section))

    def test_an_empty_page_of_messages_takes_one_about_the_whole(
        self, unit: BusinessUnit, procurement: Person, auditor: Person
    ) -> None:
        assessment = make_assessment(unit)
        here = url("messages", assessment)
        assert "Nothing has been said yet" in text_of(auditor.browser.get(here))
        assert "<textarea" not in auditor.browser.get(here).text
        assert "<textarea" in procurement.browser.get(here).text
        refused = procurement.browser.post(here, {"question": "", "body": " ", "internal": "yes"})
        assert refused.status_code == 422
        assert refused.text.count('id="say-"') == 1
        procurement.browser.post(here, {"question": "", "body": "Hurry.", "internal": "yes"})
        assert [one.body for one in thread(assessment, "", vendor_side=False)] == ["Hurry."]
        assert thread(assessment, "", vendor_side=True) == []

    def test_every_answer_has_the_way_to_its_messages_for_who_may_write(
        self, unit: BusinessUnit, procurement: Person, auditor: Person
    ) -> None:
        assessment = in_review(unit)
        here = url("answers", assessment)
        way = "?question=measures#t-measures"
        assert way in procurement.browser.get(here).text
        assert way not in auditor.browser.get(here).text
        assert (
            procurement.browser.get(url("messages", assessment) + "?question=x").status_code == 404
        )
