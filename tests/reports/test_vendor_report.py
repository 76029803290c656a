"""The due-diligence report: whole, accessible, one set of figures, for whom it is meant."""

import io
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import BusinessUnit, Installation, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.services import members
from accounts.templatetags.ui import points
from audit import clock
from audit.models import Event
from reports.models import Report, ReportFile
from reports.services import making, reports
from reports.services.reports import TooManyReports
from scoring.models import CurrentScore
from scoring.services import export_files, jobs
from tests.factories.contracts import make_contract, make_policy
from tests.factories.evidence import make_evidence
from tests.factories.findings import make_finding
from tests.factories.incidents import make_incident
from tests.factories.scoring import scored
from tests.factories.statements import make_statement
from tests.factories.vendors import make_vendor
from tests.personas import Person, Program
from tests.reports.making import (
    content,
    elements,
    paper,
    report_on,
    sheets_of,
    tables_in,
    text_of,
)
from tests.scoring_pages.reading import chart_data, get
from vendors.services.merging.merge import merge

pytestmark = pytest.mark.django_db


def test_it_holds_all_that_is_known_and_where_it_comes_from(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = scored(unit, name="Danang Castings", worst=True)
    vendor, engagement = assessment.vendor, assessment.engagement
    make_contract(engagement, title="Frame agreement")
    make_policy(vendor, insurer="Rhenus")
    make_statement(vendor)
    make_incident(engagement, title="Moulds sold on")
    make_finding(unit, vendor=vendor, title="No register of tools")
    document = make_evidence(vendor, unit, title="Audit report")

    said = text_of(content(report_on(vendor, legal, unit), legal))

    for words in (
        "Danang Castings", "Frame agreement", "Rhenus", "Moulds sold on", "No register of tools",
        "Audit report", "Does the contract assign the results?", "Method and its limits",
    ):  # fmt: skip
        assert words in said, words
    score = CurrentScore.objects.get(assessment=assessment)
    for digest in (score.digest, score.input_hash, score.model_hash):
        assert bytes(digest).hex() in said.replace(" ", "")
    assert document.files.get().sha256 in said.replace(" ", "")
    pages = len(paper(content(Report.objects.get(), legal)).pages)
    assert f"Page {pages} of {pages}" in said


def test_paper_workbook_page_and_api_say_the_same_figures(
    unit: BusinessUnit, legal: Person, api_client: Program
) -> None:
    assessment = scored(unit, worst=True)
    report = report_on(assessment.vendor, legal, unit)
    page = get(legal.browser, reverse("scoring:scorecard", args=[assessment.pk]))
    drawn = chart_data(page, "waterfall")
    told = api_client.browser.get(
        f"/api/v1/vendors/{assessment.vendor_id}/score?status=provisional"
    ).json()

    parts = [(one["label"], one["value"]) for one in (*drawn["parts"], drawn["total"])]
    sheets = sheets_of(content(report, legal, "xlsx"))
    written = [(row[0], round(row[1] * 1000)) for row in sheets["Parts of the score"][1:]]
    said = text_of(content(report, legal))

    assert written == parts
    assert sum(value for _label, value in written[:-1]) == written[-1][1]
    assert all(f"{label} {points(value, 3)}" in said for label, value in parts)
    assert round(float(str(told["score"])) * 1000) == parts[-1][1]


def test_the_paper_is_tagged_titled_and_says_its_language(
    unit: BusinessUnit, legal: Person
) -> None:
    with override("de"):
        report = report_on(scored(unit, worst=True).vendor, legal, unit)
    made = paper(content(report, legal))
    root = cast("Any", made.trailer)["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    said = text_of(content(report, legal))
    for words in ("IP-Recht und Compliance", "Ausschlusskriterium: „", "sperrt eine"):
        assert words in said, words
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert made.metadata is not None
    assert made.metadata.title
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    kinds = elements(made)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L"} <= {kind for kind, _alt in kinds}


def test_made_twice_of_the_same_it_is_the_same_to_the_last_byte(
    unit: BusinessUnit, legal: Person
) -> None:
    vendor = scored(unit).vendor
    first, second = (report_on(vendor, legal, unit) for _time in range(2))
    for file_format in ReportFile.Format.values:
        one, other = (content(report, legal, file_format) for report in (first, second))
        assert one == other == content(first, legal, file_format)
        kept = ReportFile.objects.get(report=first, format=file_format)
        assert kept.sha256 == sha256(one).hexdigest()


def test_days_are_those_of_whoever_asked(unit: BusinessUnit, legal: Person) -> None:
    User.objects.filter(pk=legal.user.pk).update(time_zone="Asia/Ho_Chi_Minh")
    vendor = make_vendor(unit)
    late = datetime(2026, 3, 30, 20, tzinfo=UTC)
    with clock.at(late):
        make_finding(unit, vendor=vendor)
    for report, sheet in (
        (report_on(vendor, legal, unit), "Findings"),
        (report_on(None, legal, unit), "Oldest findings"),
    ):
        head, row = sheets_of(content(report, legal, "xlsx"))[sheet]
        assert row[head.index("Raised")] == date(2026, 3, 31), sheet


def test_both_files_carry_the_name_the_organisation_was_set_up_with(
    unit: BusinessUnit, legal: Person
) -> None:
    Installation.objects.update_or_create(defaults={"organisation": "Northwind Tools"})
    report = report_on(make_vendor(unit), legal, unit)
    assert "Northwind Tools" in text_of(content(report, legal))
    with ZipFile(io.BytesIO(content(report, legal, "xlsx"))) as book:
        assert b"<Company>Northwind Tools<" in book.read("docProps/app.xml")


def test_a_vendor_without_a_score_has_a_report_that_says_so(
    unit: BusinessUnit, procurement: Person
) -> None:
    report = report_on(make_vendor(unit, name="Đúc Hà Nội 河内铸造"), procurement, unit)
    said = text_of(content(report, procurement))
    assert "Đúc Hà Nội" in said
    assert "河内铸造" in said
    assert "no assessment of this vendor has been scored yet" in said
    assert tables_in(content(report, procurement, "xlsx")) == 0


def test_tables_of_the_workbook_are_live(unit: BusinessUnit, legal: Person) -> None:
    book = content(report_on(scored(unit).vendor, legal, unit), legal, "xlsx")
    assert tables_in(book) == len(sheets_of(book)) - 1


def test_who_may_not_see_the_vendor_may_not_see_the_report(
    unit: BusinessUnit, legal: Person, outsider_legal: Person, admin: Person
) -> None:
    vendor = scored(unit, name="Danang Castings").vendor
    own, whole = report_on(vendor, legal, unit), report_on(vendor, admin)
    for name in ("report", "pdf", "xlsx", "remove"):
        there = reverse(f"reports:{name}", args=[own.pk])
        assert outsider_legal.browser.get(there).status_code == 404
        # One over all units holds more than a member of one unit sees.
        assert legal.browser.get(reverse(f"reports:{name}", args=[whole.pk])).status_code == 404
    assert (
        outsider_legal.browser.get(reverse("reports:new_on_vendor", args=[vendor.pk])).status_code
        == 404
    )
    assert "Danang" not in get(outsider_legal.browser, reverse("reports:reports"))


def test_reports_on_a_record_that_was_merged_are_among_those_of_the_vendor(
    unit: BusinessUnit, legal: Person
) -> None:
    kept, gone = (make_vendor(unit, name=name) for name in ("Halden", "Halden Prazision"))
    for vendor in (kept, gone, make_vendor(unit)):
        reports.ask(vendor=vendor, unit=unit, by=legal.principal)
    merge(kept=kept, gone=gone, by=SYSTEM)
    shown = legal.browser.get(reverse("reports:reports"), {"vendor": str(kept.pk)})
    assert {row[0].vendor for row in shown.context["rows"]} == {kept, gone}


def test_what_the_maker_may_read_since_it_was_asked_for_is_counted_among_its_units(
    unit: BusinessUnit, other_unit: BusinessUnit, legal: Person, procurement: Person, admin: Person
) -> None:
    vendor = scored(unit).vendor
    asked_for = reports.ask(vendor=vendor, unit=None, by=legal.principal)
    there = reverse("reports:report", args=[asked_for.pk])
    assert procurement.browser.get(there).status_code == 200
    members.give_role(user=legal.user, role=Role.LEGAL, unit=other_unit, by=admin.principal)
    making.make(report_id=asked_for.pk)
    asked_for.refresh_from_db()
    assert asked_for.status == Report.Status.READY
    assert asked_for.units == sorted([unit.pk, other_unit.pk])
    assert procurement.browser.get(there).status_code == 404


def test_strictly_confidential_documents_are_named_only_for_those_who_may_open_them(
    unit: BusinessUnit, legal: Person, procurement: Person, admin: Person
) -> None:
    vendor = scored(unit).vendor
    make_evidence(vendor, unit, title="Penetration test", confidentiality="strict")
    plain = report_on(vendor, legal, unit)
    named = report_on(vendor, legal, unit, with_strict=True)

    assert "Penetration test" not in text_of(content(plain, legal))
    assert "Penetration test" in text_of(content(named, legal))
    assert procurement.browser.get(reverse("reports:pdf", args=[plain.pk])).status_code == 200
    assert procurement.browser.get(reverse("reports:pdf", args=[named.pk])).status_code == 404
    assert admin.browser.get(reverse("reports:pdf", args=[named.pk])).status_code == 200


def test_only_units_that_work_with_the_vendor_are_offered(
    unit: BusinessUnit, other_unit: BusinessUnit, admin: Person
) -> None:
    vendor = make_vendor(unit)
    admin.browser.post(reverse("accounts:unit"), {"unit": str(other_unit.pk)})
    there = reverse("reports:new_on_vendor", args=[vendor.pk])
    field = admin.browser.get(there).context["form"]["unit"]
    assert [key for key, _word in field.field.choices] == [str(unit.pk)]
    assert admin.browser.post(there, {"unit": str(other_unit.pk)}).status_code == 200


def test_making_handing_out_and_erasing_are_on_the_record(
    unit: BusinessUnit, legal: Person, auditor: Person
) -> None:
    report = report_on(scored(unit).vendor, legal, unit)
    response = auditor.browser.get(reverse("reports:pdf", args=[report.pk]))
    assert response.getvalue().startswith(b"%PDF")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].endswith('.pdf"')
    there = reverse("reports:remove", args=[report.pk])
    assert auditor.browser.post(there).status_code == 403
    assert legal.browser.post(there).status_code == 302
    assert legal.browser.get(reverse("reports:pdf", args=[report.pk])).status_code == 410

    rows = Event.objects.filter(aggregate_id=report.pk).order_by("position")
    assert list(rows.values_list("type", flat=True)) == [
        "report.asked", "report.made", "report.downloaded", "report.ended",
    ]  # fmt: skip


def test_one_that_was_cancelled_is_not_made(unit: BusinessUnit, legal: Person) -> None:
    report = reports.ask(vendor=scored(unit).vendor, unit=unit, by=legal.principal)
    page = get(legal.browser, reverse("reports:report", args=[report.pk]))
    assert "Parts made" in page
    reports.remove(report=report, by=legal.principal)
    making.make(report_id=report.pk)
    report.refresh_from_db()
    assert report.status == Report.Status.CANCELLED
    assert not report.files.exists()


def test_what_a_worker_that_was_killed_had_stored_is_erased(
    unit: BusinessUnit, legal: Person
) -> None:
    vendor = scored(unit).vendor
    retried, given_up, cancelled = (
        reports.ask(vendor=vendor, unit=unit, by=legal.principal) for _time in range(3)
    )
    left = {}
    for report, tries in ((retried, 1), (given_up, jobs.TRIES), (cancelled, 1)):
        Report.objects.filter(pk=report.pk).update(status=Report.Status.RUNNING, tries=tries)
        name = f"reports/{report.pk.hex[-2:]}/{report.pk}.pdf"
        left[report.pk] = export_files.store(name, io.BytesIO(b"old"), 3)
    making.make(report_id=retried.pk)
    making.make(report_id=given_up.pk)
    reports.remove(report=cancelled, by=legal.principal)

    assert [key for key in left.values() if export_files.storage().exists(key)] == [
        ReportFile.objects.get(format="pdf").key
    ]
    retried.refresh_from_db()
    assert content(retried, legal) != b"old"


def test_files_are_erased_when_their_time_is_over(unit: BusinessUnit, legal: Person) -> None:
    report = report_on(scored(unit).vendor, legal, unit)
    with clock.at(clock.now() + timedelta(days=401)):
        reports.sweep()
    report.refresh_from_db()
    assert report.status == Report.Status.ERASED
    assert not report.files.exists()


def test_nobody_has_more_than_a_few_under_way(unit: BusinessUnit, legal: Person) -> None:
    vendor = make_vendor(unit)
    for _time in range(reports.AT_ONCE):
        reports.ask(vendor=vendor, unit=unit, by=legal.principal)
    with pytest.raises(TooManyReports):
        reports.ask(vendor=vendor, unit=unit, by=legal.principal)
