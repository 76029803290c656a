"""The pages of off-boarding: what they ask, what they refuse, and what they keep."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.evidence import make_evidence, upload
from tests.factories.findings import make_finding
from tests.factories.ip import make_disclosure
from tests.factories.offboarding import end_engagement, start_offboarding, waive_rest
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Evidence, Offboarding, OffboardingLine
from vendors.selectors.offboarding import title_of
from vendors.services import evidence
from vendors.services import offboarding as service
from vendors.services import offboarding_lines as lines


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Saigon Moulds"), unit, title="Housings")


@pytest.fixture
def started(engagement: Engagement, procurement: Person) -> Offboarding:
    return start_offboarding(engagement, owner=procurement.user, by=procurement.principal)


def line_of(started: Offboarding, key: str) -> OffboardingLine:
    return OffboardingLine.objects.get(offboarding=started, key=key)


def url(name: str, row: Any) -> str:
    return reverse(f"vendors:{name}", args=[row.pk])


def read(person: Person, address: str) -> str:
    response = person.browser.get(address)
    assert response.status_code == 200, response
    return response.content.decode()


def test_started_from_the_page_of_the_vendor(engagement: Engagement, procurement: Person) -> None:
    address = url("offboarding_start", engagement)
    assert address in read(procurement, reverse("scoring:vendor", args=[engagement.vendor_id]))
    assert address in read(procurement, url("engagement_edit", engagement))
    sent = {"reason": "Moved to another vendor", "last_day": "2026-12-31", "owner": ""}
    again = procurement.browser.post(address, sent)
    assert "Moved to another vendor" in again.content.decode()
    assert not Offboarding.objects.exists()
    procurement.browser.post(address, {**sent, "owner": str(procurement.user.pk)})
    made = Offboarding.objects.get()
    page = read(procurement, reverse("scoring:vendor", args=[engagement.vendor_id]))
    assert "0 of 11 lines settled" in page
    assert procurement.browser.get(address).headers["Location"] == url("offboarding", made)


def test_the_page_groups_the_lines_and_says_how_far_it_is(
    started: Offboarding, procurement: Person
) -> None:
    lines.done(line=line_of(started, "notice"), version=1, note="Sent", by=procurement.principal)
    page = read(procurement, url("offboarding", started))
    assert 'max="11" value="1"' in page
    assert "10 lines are open" in page
    assert page.index("Our property and its copies") < page.index("Moulds and tooling retrieved")
    assert "Waive" not in page


def test_lines_are_read_in_the_language_of_the_reader(
    started: Offboarding, procurement: Person
) -> None:
    procurement.user.language = "de"
    procurement.user.save()
    assert "Formen und Werkzeuge zurückgeholt" in read(procurement, url("offboarding", started))


def test_what_is_open_elsewhere_is_named(started: Offboarding, procurement: Person) -> None:
    engagement = started.engagement
    make_disclosure(engagement, what="Drawings of the lid")
    make_finding(
        engagement.unit, vendor=engagement.vendor, engagement=engagement, title="Copies on a share"
    )
    waive_rest(started)
    for name in ("offboarding", "offboarding_close"):
        page = read(procurement, url(name, started))
        assert "Drawings of the lid" in page
        assert "Copies on a share" in page


def test_done_with_a_file_that_becomes_evidence_of_the_vendor(
    started: Offboarding, procurement: Person
) -> None:
    line = line_of(started, "designs")
    address = url("offboarding_line_done", line)
    refused = procurement.browser.post(address, {"version": 1, "note": "All shredded"})
    assert "Choose a document, or a file." in refused.content.decode()
    assert "All shredded" in refused.content.decode()
    sent = {"version": 1, "note": "All shredded", "file": upload("record.pdf"), "title": "Record"}
    assert procurement.browser.post(address, sent).status_code == 302
    line.refresh_from_db()
    assert line.status == "done"
    document = line.evidence.get()
    assert (document.title, document.vendor_id) == ("Record", started.engagement.vendor_id)
    assert document.files.get().sha256 in read(procurement, url("offboarding_line", line))


def test_who_comes_second_keeps_what_they_typed_and_need_not_send_the_file_again(
    started: Offboarding, procurement: Person
) -> None:
    line = line_of(started, "designs")
    lines.plan(line=line, version=1, owner=procurement.user, due_on=started.last_day, by=SYSTEM)
    address = url("offboarding_line_done", line)
    late = procurement.browser.post(address, {"version": 1, "note": "Mine", "file": upload()})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Mine" in page
    document = Evidence.objects.get()
    assert f'<option value="{document.pk}" selected' in page
    sent = {"version": 2, "note": "Mine", "evidence": str(document.pk)}
    assert procurement.browser.post(address, sent).status_code == 302


def test_a_document_is_added_and_taken_away(started: Offboarding, procurement: Person) -> None:
    line = line_of(started, "designs")
    document = make_evidence(started.engagement.vendor, started.engagement.unit)
    address = url("offboarding_line_documents", line)
    procurement.browser.post(address, {"evidence": str(document.pk)})
    assert line.evidence.get() == document
    procurement.browser.post(address, {"remove": str(document.pk)})
    assert not line.evidence.exists()


def test_waived_by_legal_with_a_reason(started: Offboarding, legal: Person) -> None:
    line = line_of(started, "tooling")
    assert url("offboarding_line_waive", line) in read(legal, url("offboarding", started))
    address = url("offboarding_line_waive", line)
    assert legal.browser.post(address, {"version": 1, "reason": ""}).status_code == 200
    legal.browser.post(address, {"version": 1, "reason": "No tools there"})
    page = read(legal, url("offboarding", started))
    assert "No tools there" in page
    said = page[page.index("Line of an off-boarding waived") :]
    assert f'<p class="timeline__text">{title_of(line)}</p>' in said


def test_own_lines_are_added_and_planned(
    started: Offboarding, procurement: Person, legal: Person
) -> None:
    sent = {
        "title": "Display cabinets returned",
        "owner": str(procurement.user.pk),
        "due_on": "2026-11-30",
        "needs_proof": "on",
    }
    procurement.browser.post(url("offboarding_line_add", started), sent)
    line = OffboardingLine.objects.get(offboarding=started, key="")
    assert line.needs_proof
    assert "Added by hand" in read(procurement, url("offboarding", started))
    procurement.browser.post(
        url("offboarding_line_plan", line),
        {"version": 1, "owner": str(legal.user.pk), "due_on": "2026-12-01"},
    )
    line.refresh_from_db()
    assert line.owner == legal.user


def test_changed_reopened_and_cancelled(started: Offboarding, procurement: Person) -> None:
    sent = {
        "version": 1,
        "reason": "Closed down",
        "last_day": "2027-01-31",
        "owner": str(procurement.user.pk),
        "deputy": "",
    }
    procurement.browser.post(url("offboarding_edit", started), sent)
    started.refresh_from_db()
    assert started.reason == "Closed down"
    line = line_of(started, "notice")
    lines.done(line=line, version=line.version, by=SYSTEM)
    procurement.browser.post(url("offboarding_line_reopen", line), {"version": line.version + 1})
    line.refresh_from_db()
    assert line.is_open
    address = url("offboarding_cancel", started)
    procurement.browser.post(address, {"version": started.version, "reason": "Renewed"})
    assert "the engagement goes on" in read(procurement, url("offboarding", started))


def test_closing_names_the_lines_that_are_open(started: Offboarding, procurement: Person) -> None:
    waive_rest(started)
    line = line_of(started, "notice")
    lines.reopen(line=line, version=2, by=SYSTEM)
    assert url("offboarding_close", started) not in read(procurement, url("offboarding", started))
    refused = procurement.browser.get(url("offboarding_close", started))
    assert refused.status_code == 409
    assert "1 line is open: End confirmed in writing." in refused.content.decode()


def test_closed_it_leaves_a_record_as_page_and_as_pdf(
    started: Offboarding, procurement: Person
) -> None:
    document = make_evidence(started.engagement.vendor, started.engagement.unit, title="Record")
    lines.done(line=line_of(started, "designs"), version=1, evidence=document, by=SYSTEM)
    waive_rest(started)
    assert procurement.browser.get(url("offboarding_record", started)).status_code == 404
    procurement.browser.post(url("offboarding_close", started), {"version": 1, "note": "Thanks"})
    page = read(procurement, url("offboarding_record", started))
    assert document.files.get().sha256 in page
    assert "Content and log agree" in page
    assert "Nothing shared." in page
    pdf = procurement.browser.get(url("offboarding_pdf", started))
    assert pdf.content.startswith(b"%PDF")
    vendor = read(procurement, reverse("scoring:vendor", args=[started.engagement.vendor_id]))
    assert url("offboarding_record", started) in vendor


def test_a_record_is_not_changed_by_what_becomes_of_the_documents(
    engagement: Engagement, procurement: Person
) -> None:
    started = start_offboarding(engagement)
    document = make_evidence(engagement.vendor, engagement.unit, title="Record")
    lines.done(line=line_of(started, "designs"), version=1, evidence=document, by=SYSTEM)
    waive_rest(started)
    service.close(offboarding=started, version=1, by=SYSTEM)
    sha256 = document.files.get().sha256
    evidence.add_version(evidence=document, file=upload(), by=SYSTEM)
    page = read(procurement, url("offboarding_record", started))
    assert sha256 in page
    assert "Content and log agree" in page


def test_the_list_shows_states_of_the_own_unit_and_pages(
    unit: BusinessUnit,
    started: Offboarding,
    procurement: Person,
    outsider_procurement: Person,
) -> None:
    ended = make_engagement(make_vendor(unit), unit, title="Old lids")
    end_engagement(ended)
    address = reverse("vendors:offboardings")
    assert "Housings" in read(procurement, address)
    assert "Old lids" not in read(procurement, address)
    assert "Old lids" in read(procurement, f"{address}?state=closed")
    assert "Housings" in read(procurement, f"{address}?mine=on&q=saigon")
    assert "No off-boarding matches" in read(procurement, f"{address}?q=nobody")
    waive_rest(started)
    assert "Housings" in read(procurement, f"{address}?state=ready")
    assert "Nothing is being ended" in read(outsider_procurement, address)


def test_outsiders_find_nothing(started: Offboarding, outsider_legal: Person) -> None:
    line = line_of(started, "designs")
    for address in (url("offboarding", started), url("offboarding_line_waive", line)):
        assert outsider_legal.browser.get(address).status_code == 404


def test_archiving_a_vendor_says_what_has_yet_to_be_off_boarded(
    engagement: Engagement, procurement: Person
) -> None:
    refused = procurement.browser.post(reverse("vendors:archive", args=[engagement.vendor_id]))
    assert refused.status_code == 409
    assert "yet to be off-boarded: Housings." in refused.content.decode()


def test_the_form_of_an_engagement_does_not_end_it(
    engagement: Engagement, procurement: Person
) -> None:
    address = url("engagement_edit", engagement)
    form = procurement.browser.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields if name != "made_in"}
    sent = {name: value for name, value in sent.items() if value is not None}
    again = procurement.browser.post(address, {**sent, "made_in_0": "VN", "status": "ended"})
    assert "It ends by its off-boarding" in again.content.decode()


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    unit: BusinessUnit, procurement: Person, django_assert_max_num_queries: Any
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(60) as asked:
            read(procurement, reverse("vendors:offboardings"))
        return len(asked)

    vendor = make_vendor(unit)
    for _one in range(2):
        start_offboarding(make_engagement(vendor, unit), owner=procurement.user)
    read(procurement, reverse("vendors:offboardings"))
    before = count()
    for _one in range(5):
        start_offboarding(make_engagement(vendor, unit), owner=procurement.user)
    assert count() == before
