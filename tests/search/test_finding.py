"""What a search finds, why, and for whom."""

from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM, Principal
from assessments.services import answers
from assessments.services.answers import AnswerInput
from audit.models import Event
from scoring.services import standings
from search.hits import Hit, Part
from search.selectors import everything, log
from search.words import read
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.evidence import make_evidence, upload
from tests.factories.findings import make_finding
from tests.factories.portal import answer_theirs, invited, principal_of
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Vendor
from vendors.selectors import vendors_visible_to
from vendors.services import aliases, vendors

pytestmark = pytest.mark.django_db


def found(principal: Principal, text: str, kind: str) -> list[Hit]:
    groups = everything.all_kinds(principal, read(text)).groups
    return [hit for group in groups if group.kind == kind for hit in group.found.hits]


def titles(hits: list[Hit]) -> list[str]:
    return ["".join(piece.text for piece in hit.title) for hit in hits]


def stand(*rows: Vendor) -> None:
    standings.restand_many(vendor_ids=[row.pk for row in rows])


@pytest.fixture
def shop(unit: BusinessUnit) -> Vendor:
    """A vendor with every kind of name and number."""
    vendor = make_vendor(
        unit, name="Müller Formenbau GmbH", country="DE", registration_number="HRB 4711"
    )
    aliases.add(vendor=vendor, name="Kunststoff Ölsner KG", kind="former", by=SYSTEM)
    vendors.set_external_id(vendor=vendor, system="sap", value="0000100042", by=SYSTEM)
    stand(vendor)
    return vendor


class TestVendors:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("muller", "Name"),
            ("MUELLER form", "Name"),
            ("Müler Formenbau", "Name"),
            ("mlüler", "Name"),
            ("olsner", "Former name"),
            ("oelsner", "Former name"),
            ("4711", "Registration number"),
            ("100042", "Id in sap"),
            ("0000100042", "Id in sap"),
        ],
    )
    def test_are_found_by_every_name_and_number_and_it_says_by_which(
        self, shop: Vendor, procurement: Person, text: str, why: str
    ) -> None:
        [hit] = found(procurement.principal, text, "vendors")
        assert (hit.pk, hit.why) == (shop.pk, why)

    def test_those_whose_name_begins_with_it_come_first(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        rows = [make_vendor(unit, name=name) for name in ("Alt Zephyr", "Zephyr Works", "Zephyr")]
        stand(*rows)
        hits = found(procurement.principal, "zephyr", "vendors")
        assert titles(hits) == ["Zephyr", "Zephyr Works", "Alt Zephyr"]

    def test_a_name_that_was_taken_away_finds_nothing_any_more(
        self, shop: Vendor, procurement: Person
    ) -> None:
        aliases.remove(alias=shop.aliases.get(), by=SYSTEM)
        stand(shop)
        assert found(procurement.principal, "olsner", "vendors") == []

    def test_counting_ends_somewhere_and_says_so(
        self, unit: BusinessUnit, procurement: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(everything, "COUNTED", 6)
        stand(*[make_vendor(unit, name=f"Zephyr {number}") for number in range(8)])
        [group] = everything.all_kinds(procurement.principal, read("zephyr")).groups
        assert (group.found.total, group.found.more, len(group.found.hits)) == (6, True, 5)

    def test_pages_of_one_kind_show_each_vendor_once(
        self, unit: BusinessUnit, procurement: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(everything, "PAGE", 3)
        stand(
            *[make_vendor(unit, name=f"{x} Zephyr" if x % 2 else f"Zephyr {x}") for x in range(8)]
        )
        pages = [
            everything.one_kind(procurement.principal, read("zephyr"), "vendors", page)
            for page in (1, 2, 3)
        ]
        groups = [group for page in pages if page for group in page.groups]
        shown = [name for group in groups for name in titles(list(group.found.hits))]
        assert len(shown) == len(set(shown)) == 8


class TestOtherKinds:
    def test_findings_by_title_and_by_what_was_found(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        make_finding(unit, title="Zeichnungen übergeben", detail="On an open Böschung share")
        assert [hit.why for hit in found(procurement.principal, "ubergeben", "findings")] == [
            "Title"
        ]
        [hit] = found(procurement.principal, "boschung", "findings")
        assert hit.why == "What was found"
        assert [piece.text for piece in hit.context if piece.hit] == ["Böschung"]

    def test_evidence_by_title_and_by_the_name_of_a_file(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        vendor = make_vendor(unit)
        make_evidence(vendor, unit, title="Certificate of Größe", file=upload("quarz-scan.pdf"))
        assert [hit.why for hit in found(procurement.principal, "grosse", "evidence")] == ["Title"]
        [hit] = found(procurement.principal, "quarz", "evidence")
        assert hit.why == "File name"

    def test_answers_by_their_words_and_by_notes_but_not_by_keys_of_options(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        values = {
            "remarks": AnswerInput("We keep drawings in Žilina."),
            "discloses": AnswerInput("at_once", note="Since the Krakow case"),
        }
        other = make_assessment(unit)
        one_word = {"remarks": AnswerInput("lithography"), "discloses": AnswerInput("at_once")}
        answers.save(assessment=other, values=one_word, by=SYSTEM)
        answers.save(assessment=assessment, values=values, by=SYSTEM)
        [hit] = found(procurement.principal, "zilina drawings", "answers")
        assert hit.why == "Answer"
        assert hit.url.endswith(f"{assessment.pk}/answers/#q-remarks")
        [hit] = found(procurement.principal, "kraków", "answers")
        assert hit.why == "Note"
        assert found(procurement.principal, "at once", "answers") == []
        assert [hit.why for hit in found(procurement.principal, "lithography", "answers")] == [
            "Answer"
        ]

    def test_questions_by_text_and_by_reason_with_errors_forgiven(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        small_questionnaire()
        assert titles(found(procurement.principal, "subcontractors bound", "questions")) == [
            "Are subcontractors bound in writing?"
        ]
        assert [hit.why for hit in found(procurement.principal, "every hand", "questions")] == [
            "Why we ask"
        ]
        assert titles(found(procurement.principal, "inventoins disclosed", "questions")) == [
            "How fast are inventions disclosed?"
        ]

    def test_the_log_for_those_who_read_it_by_what_happened_and_what_it_is_about(
        self, shop: Vendor, auditor: Person, procurement: Person
    ) -> None:
        assert "Vendor added" in " ".join(titles(found(auditor.principal, "vendor added", "log")))
        about = found(auditor.principal, "muller", "log")
        assert about
        assert {hit.why for hit in about} == {"About something found above"}
        assert found(procurement.principal, "vendor added", "log") == []
        with timezone.override(ZoneInfo("Asia/Ho_Chi_Minh")):
            told = found(auditor.principal, "vendor added", "log")[0].about
            here = timezone.localtime(Event.objects.get(type="vendor.created").occurred_at)
        assert told.endswith(f" {date_format(here, 'SHORT_DATETIME_FORMAT')} +07")
        assert log.find(procurement.principal, read("vendor"), [shop.pk], Part(0, 5, 5)) is None


class TestWhoDidIt:
    @pytest.fixture
    def told(self, shop: Vendor, unit: BusinessUnit) -> Vendor:
        """Two people of the house and one at the vendor, who each did something to it."""
        zofia = Person(make_user(Role.PROCUREMENT, unit, name="Żofia Ólafsdóttir"))
        aliases.add(vendor=shop, name="Formen Nord", kind="former", by=zofia.principal)
        assessment = make_assessment(unit, engagement=make_engagement(shop, unit))
        invitation = invited(assessment, name="Quirin Zangerl", email="qz@vendor.example")
        answer_theirs(assessment, principal_of(invitation))
        return shop

    @pytest.mark.usefixtures("told")
    @pytest.mark.parametrize(
        "text", ["zofia olafs", "quirin", "qz@vendor.example", "Zofai", "zangrel quirin"]
    )
    def test_events_are_found_by_name_and_address_of_whoever_did_it(
        self, auditor: Person, outsider_admin: Person, procurement: Person, text: str
    ) -> None:
        hits = found(auditor.principal, text, "log")
        assert "Who did it" in {hit.why for hit in hits}
        for person in (procurement, outsider_admin):
            assert found(person.principal, text, "log") == []

    @pytest.mark.usefixtures("told")
    def test_the_rest_of_an_address_says_nothing_of_who_it_is(self, auditor: Person) -> None:
        assert found(auditor.principal, "vendor.example", "log") == []


def test_the_log_alone_is_read_where_it_alone_is_asked_for(shop: Vendor, auditor: Person) -> None:
    with CaptureQueriesContext(connection) as asked:
        results = everything.one_kind(auditor.principal, read("muller"), "log", 1, [shop.pk])
    assert results is not None
    [group] = results.groups
    assert {hit.why for hit in group.found.hits} == {"About something found above"}
    others = ("scoring_", "vendors_finding", "vendors_evidence", "assessments_")
    assert not [
        one["sql"] for one in asked.captured_queries if any(o in one["sql"] for o in others)
    ]


def test_nobody_finds_what_they_may_not_open(
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    procurement: Person,
    outsider_admin: Person,
    admin: Person,
) -> None:
    word = "Quillfeather"
    vendor = make_vendor(unit, name=f"{word} Castings")
    make_evidence(vendor, unit, title=f"{word} policy")
    make_evidence(vendor, unit, title=f"{word} secret", confidentiality="strict")
    make_finding(unit, vendor=vendor, title=f"{word} share")
    assessment = make_assessment(unit)
    said = {"remarks": AnswerInput(f"{word} says so.")}
    answers.save(assessment=assessment, values=said, by=SYSTEM)
    stand(vendor, assessment.vendor)
    kinds = ["vendors", "findings", "evidence", "answers"]
    for kind in kinds:
        assert found(procurement.principal, word, kind), kind
        assert found(outsider_admin.principal, word, kind) == [], kind
        assert found(outsider_admin.principal, "Quilfeather", kind) == [], kind
    assert len(found(procurement.principal, word, "evidence")) == 1
    assert len(found(admin.principal, word, "evidence")) == 2
    assert everything.while_typing(outsider_admin.principal, read(word)).groups == []


def test_vendors_found_are_among_those_visible_whoever_asks(
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    procurement: Person,
    outsider_legal: Person,
    admin: Person,
) -> None:
    rows = [
        make_vendor(where, name=f"{first} {second} Co", registration_number=f"{number}001")
        for number, (first, second, where) in enumerate(
            (first, second, where)
            for first in ("Amber", "Birch")
            for second in ("Forge", "Labs")
            for where in (unit, other_unit)
        )
    ]
    stand(*rows)

    def all_found(person: Person, text: str) -> tuple[set[UUID], bool]:
        results = everything.one_kind(person.principal, read(text), "vendors", 1)
        assert results is not None
        hits = [hit for group in results.groups for hit in group.found.hits]
        return {hit.pk for hit in hits if hit.pk}, results.similar

    for text in ("amber", "birch labs", "ambre", "co", "1001", "forge", "froge amber"):
        every, among_all = all_found(admin, text)
        for person in (procurement, outsider_legal):
            mine = {row.pk for row in vendors_visible_to(person.principal)}
            seen, similar = all_found(person, text)
            assert seen <= mine, text
            assert similar != among_all or seen == every & mine, text
