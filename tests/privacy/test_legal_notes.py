"""Notes of the legal reviewers: while they are privileged, nobody else learns that there is one."""

import pytest
from django.urls import reverse

from accounts.log import visible_to as events_visible_to
from accounts.models import BusinessUnit, Membership
from accounts.permissions import Permission, Role
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import feed, seal
from audit.errors import OutOfDate
from audit.models import Event
from reports.content.vendor import document
from scoring.selectors.changes import changes
from search.selectors.everything import all_kinds
from search.words import read
from tests.factories.findings import make_finding
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person, Program
from vendors.models import LegalNote, Vendor
from vendors.selectors.legal_notes import notes_of_vendor, notes_visible_to
from vendors.services import holds, legal_notes
from vendors.services.holds import Held
from vendors.services.merging.merge import merge

pytestmark = pytest.mark.django_db

SECRET = "Counsel thinks clause nine is void"


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, name="Halden Castings")


@pytest.fixture
def note(vendor: Vendor, unit: BusinessUnit, legal: Person) -> LegalNote:
    return legal_notes.write(
        vendor=vendor, unit=unit, about="vendor", about_id=vendor.pk, text=SECRET,
        by=legal.principal,
    )  # fmt: skip


def test_only_those_with_the_permission_see_it_and_no_role_but_legal_has_it(
    note: LegalNote,
    legal: Person,
    admin: Person,
    unit_admin: Person,
    procurement: Person,
    auditor: Person,
    outsider_legal: Person,
    api_client: Program,
) -> None:
    assert notes_visible_to(legal.principal).get() == note
    others = (admin, unit_admin, procurement, auditor, outsider_legal, api_client)
    for other in others:
        assert not notes_visible_to(other.principal).exists()
        assert not other.principal.can(Permission.PRIVILEGE, note.unit_id)


@pytest.mark.parametrize(
    "address",
    ["scoring:vendor", "scoring:legal", "scoring:vendor_log", "vendors:contacts"],
)
def test_no_page_about_the_vendor_says_that_there_is_one(
    address: str, note: LegalNote, procurement: Person, auditor: Person, admin: Person
) -> None:
    page = reverse(address, args=[note.vendor_id])
    for other in (procurement, auditor, admin):
        html = other.browser.get(page).content.decode()
        assert SECRET not in html
        assert str(note.pk) not in html
        assert "rivileged" not in html


def test_the_log_its_file_and_its_pages_pass_it_over(
    note: LegalNote, auditor: Person, admin: Person, legal: Person, unit: BusinessUnit
) -> None:
    event = Event.objects.get(type="legal_note.written")
    for other in (auditor, admin):
        assert not events_visible_to(other.principal).filter(pk=event.pk).exists()
        assert str(note.pk) not in other.browser.get(reverse("accounts:log")).content.decode()
        assert other.browser.get(reverse("accounts:event", args=[event.id])).status_code == 404
        file = other.browser.get(reverse("accounts:log_csv"))
        assert str(note.pk) not in file.getvalue().decode()
    Membership.objects.create(user=auditor.user, unit=unit, role=Role.LEGAL)
    assert events_visible_to(auditor.principal).filter(pk=event.pk).exists()


def test_the_record_holds_ids_only(note: LegalNote, legal: Person) -> None:
    legal_notes.change(note=note, version=1, text="Something else", by=legal.principal)
    for event in Event.objects.filter(aggregate_id=note.pk):
        assert event.detail_digest is None
        assert "clause nine" not in str(event.data)
        assert "Something else" not in str(event.data)


def test_search_finds_it_for_nobody(note: LegalNote, legal: Person, procurement: Person) -> None:
    for one in (legal, procurement):
        found = all_kinds(one.principal, read("clause nine void"))
        assert SECRET not in str(found)


@pytest.mark.django_db(transaction=True)
def test_programs_hear_nothing_of_it(note: LegalNote, legal: Person, api_client: Program) -> None:
    legal_notes.mark(note=note, privileged=False, by=legal.principal)
    seal.seal()
    said = changes(api_client.principal, after="", limit=500)
    assert note.pk not in {one.subject_id for one in said.items}
    assert not [one for one in said.items if one.type.startswith("legal_note")]
    for address in ("vendors", f"vendors/{note.vendor_id}"):
        answer = api_client.browser.get(f"/api/v1/{address}")
        assert SECRET not in answer.content.decode()
    assert feed.newest() is not None


def test_no_report_holds_it_not_even_that_of_a_legal_reviewer(
    note: LegalNote, legal: Person, unit: BusinessUnit
) -> None:
    told = document(note.vendor, legal.principal, unit, with_strict=True, watch=lambda *_: None)
    assert SECRET not in str(told)


def test_a_mark_is_put_and_taken_by_legal_reviewers_of_the_unit_only(
    note: LegalNote, legal: Person, admin: Person, outsider_legal: Person, procurement: Person
) -> None:
    for other in (admin, outsider_legal, procurement):
        with pytest.raises(NotAllowed):
            legal_notes.mark(note=note, privileged=False, by=other.principal)
    page = reverse("scoring:legal_note_mark", args=[note.pk])
    assert "Privilege that was waived" in legal.browser.get(page).content.decode()
    legal.browser.post(page)
    assert notes_visible_to(procurement.principal).get() == note
    seen = procurement.browser.get(reverse("scoring:legal", args=[note.vendor_id]))
    assert SECRET in seen.content.decode()
    legal.browser.post(page)
    assert not notes_visible_to(procurement.principal).exists()
    said = Event.objects.filter(type="legal_note.marked").order_by("position")
    assert [one.data["privileged"] for one in said] == [False, True]


def test_on_its_page_and_on_paper_it_is_called_privileged_and_confidential(
    note: LegalNote, legal: Person
) -> None:
    html = legal.browser.get(reverse("scoring:legal", args=[note.vendor_id])).content.decode()
    assert SECRET in html
    assert html.count("Privileged and confidential") == 2
    assert 'class="notice notice--error no-print"' not in html


def test_notes_are_written_about_what_lies_under_a_vendor(
    vendor: Vendor, unit: BusinessUnit, legal: Person
) -> None:
    engagement = make_engagement(vendor, unit, title="Moulds")
    finding = make_finding(unit, vendor=vendor, engagement=engagement, title="Share left open")
    page = reverse("scoring:legal_note_add", args=[vendor.pk])
    html = legal.browser.get(f"{page}?about={finding.pk}").content.decode()
    key = f"finding:{finding.pk}:{unit.pk}"
    assert f'value="{key}" selected' in html
    legal.browser.post(page, {"about": key, "text": "Settle it", "privileged": "on"})
    note = LegalNote.objects.get(about_id=finding.pk)
    assert (note.privileged, note.engagement, note.written_by) == (True, engagement, legal.user)
    assert legal.browser.post(page, {"about": key, "text": " "}).status_code == 200
    assert LegalNote.objects.count() == 1


def test_two_people_at_one_note_are_told(note: LegalNote, legal: Person) -> None:
    legal_notes.change(note=note, version=1, text="First", by=legal.principal)
    with pytest.raises(OutOfDate):
        legal_notes.change(note=note, version=1, text="Second", by=legal.principal)


def test_a_removed_note_is_gone_but_not_while_a_hold_keeps_it(
    note: LegalNote, unit: BusinessUnit, legal: Person
) -> None:
    hold = holds.place(vendor=note.vendor, unit=unit, reason="Claim", by=SYSTEM)
    with pytest.raises(Held):
        legal_notes.remove(note=note, by=legal.principal)
    holds.lift(hold=hold, reason="Over", by=SYSTEM)
    legal.browser.post(reverse("scoring:legal_note_remove", args=[note.pk]))
    assert not LegalNote.objects.exists()
    assert Event.objects.filter(type="legal_note.removed").exists()


def test_a_merge_says_nothing_of_notes_and_they_are_read_of_the_record_that_stays(
    note: LegalNote, unit: BusinessUnit, legal: Person
) -> None:
    kept = make_vendor(unit, name="Halden Castings AS")
    merge(kept=kept, gone=note.vendor, by=SYSTEM)
    said = Event.objects.filter(type__startswith="vendor.merged").values_list("data", flat=True)
    assert "LegalNote" not in str(list(said))
    assert notes_of_vendor(legal.principal, kept.pk).get() == note
