"""Importing an IP schedule from a list."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.errors import Invalid
from audit.models import Event
from tests.factories.ip import make_asset
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from tests.vendors.test_vendor_pages import hidden
from vendors.models import Engagement, Finding, IpAsset, IpRegistration
from vendors.services import ip_import

HEAD = "reference;name;kind;owner;right;country;status;number;filed;registered;expires\n"
GOOD = (
    HEAD
    + "P-1;Hinge;inventions;Holding AG;Patent;Namibia;registered;NA-77;2019-05-02;2021-03-01;\n"
    + "P-1;;inventions;;;NA;pending;NA-78;01.02.2024;;\n"
    + "P-1;Hinge;Inventions and patents;;;Viet Nam;in force;VN-1;;;\n"
    + "M-1;SURE;brands;;trade_mark;EU;;0099;;2020-01-01;\n"
    + ";Recipe;trade_secrets;;;;;;;;\n"
)


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, made_in=["NA"])


def look(engagement: Engagement, text: str) -> ip_import.Preview:
    return ip_import.look(engagement=engagement, content=text.encode(), by=SYSTEM)[1]


def problems(engagement: Engagement, text: str) -> list[tuple[int, str]]:
    return [(said.line, said.column) for said in look(engagement, text).problems]


def imported(engagement: Engagement, text: str) -> ip_import.Preview:
    read, _preview = ip_import.look(engagement=engagement, content=text.encode(), by=SYSTEM)
    return ip_import.run(engagement=engagement, assets=read.assets, by=SYSTEM)


def test_a_list_is_read_row_by_row_into_assets_and_registrations(engagement: Engagement) -> None:
    done = imported(engagement, GOOD.replace("P-1;;inv", "P-1;Hinge;inv"))
    assert done.count("new") == 3
    hinge = IpAsset.objects.get(reference="P-1")
    assert (hinge.right, hinge.owner_entity) == ("patent", "Holding AG")
    entries = hinge.registrations.order_by("territory", "number")
    assert [(one.territory, one.number, one.status) for one in entries] == [
        ("NA", "NA-77", "registered"),
        ("NA", "NA-78", "pending"),
        ("VN", "VN-1", "registered"),
    ]
    assert str(entries[1].filed_on) == "2024-02-01"
    assert IpRegistration.objects.get(territory="EU").status == "registered"
    assert [row.title for row in Finding.objects.all()] == ["SURE is not registered in Namibia"]


def test_importing_a_list_again_changes_nothing(engagement: Engagement) -> None:
    text = GOOD.replace("P-1;;inv", "P-1;Hinge;inv")
    imported(engagement, text)
    events = Event.objects.count()
    again = imported(engagement, text)
    assert (again.count("unchanged"), Event.objects.count()) == (3, events)


def test_a_list_adds_to_what_is_on_record_and_takes_nothing_away(engagement: Engagement) -> None:
    make_asset(engagement, "NA", "US", name="Hinge", reference="P-1", owner_entity="Holding AG")
    text = HEAD + "P-1;Hinge;inventions;;;VN;registered;VN-1;;;\n"
    assert imported(engagement, text).count("changed") == 1
    asset = IpAsset.objects.get()
    assert asset.owner_entity == "Holding AG"
    assert set(asset.registrations.values_list("territory", flat=True)) == {"NA", "US", "VN"}


def test_looking_at_a_longer_list_of_what_is_there_already_asks_no_more_of_the_database(
    engagement: Engagement,
) -> None:
    asked = []
    for count in (2, 20):
        text = HEAD + "".join(
            f"P-{number};Hinge {number};inventions;;;{country};registered;{number};;;\n"
            for number in range(count)
            for country in ("NA", "VN")
        )
        imported(engagement, text)
        with CaptureQueriesContext(connection) as queries:
            assert look(engagement, text).count("unchanged") == count
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_every_cell_that_cannot_be_taken_is_named_by_line_and_column(
    engagement: Engagement,
) -> None:
    text = HEAD + (
        ";;inventions;;;;;;;;\n"
        ";A;magic;;;;;;;;\n"
        ";B;brands;;divine;;;;;;\n"
        ";C;brands;;;Atlantis;registered;;;;\n"
        ";D;brands;;;NA;;;;;\n"
        ";E;brands;;;NA;registered;;2025-02-30;;\n"
        ";F;brands;;;NA;registered;;31/12/2025;;\n"
        ";G;brands;;;NA;registered;;2025-01-01;2024-01-01;\n"
        ";H;brands;=1+1;;;;;;;\n"
        ";I;brands;#REF!;;;;;;;\n"
        ";J;brands;;;;registered;77;;;\n"
        ";K;brands;;;NA;registered;1;;;\n"
        ";K;designs;;;NA;registered;2;;;\n"
        ";K;brands;;;NA;registered;1;;;\n"
    )
    assert problems(engagement, text) == [
        (2, "name"),
        (3, "kind"),
        (4, "right"),
        (5, "country"),
        (6, "status"),
        (7, "filed"),
        (8, "filed"),
        (9, "registered"),
        (10, "owner"),
        (11, "owner"),
        (12, "country"),
        (14, "kind"),
        (15, "country"),
    ]
    assert not IpAsset.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"name;country\nA;NA\n", "“kind”"),
        (b"\xff\xfe\x00\xd8\x00", "neither"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00\x00\x00", "neither"),
    ],
)
def test_a_file_that_is_no_schedule_is_refused_with_a_sentence(
    engagement: Engagement, content: bytes, said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ip_import.look(engagement=engagement, content=content, by=SYSTEM)
    assert said in refused.value.extra["errors"]["file"][0]


def test_names_that_mean_several_assets_need_our_reference(engagement: Engagement) -> None:
    make_asset(engagement, name="Hinge")
    make_asset(engagement, name="Hinge")
    assert problems(engagement, HEAD + ";Hinge;inventions;;;;;;;;\n") == [(2, "name")]
    assert problems(engagement, HEAD + "P-9;Other;inventions;;;;;;;;\n") == []


def test_a_workbook_is_read_with_its_dates_and_numbers(
    engagement: Engagement, procurement: Person
) -> None:
    from datetime import date

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Kind", "Country", "Status", "Number", "Expires"])
        sheet.write_row(1, 0, ["Hinge", "inventions", "NA", "registered", 4711])
        sheet.write_datetime(1, 5, date(2033, 4, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    page = send(procurement, engagement, file.getvalue(), "schedule.xlsx")
    confirm(procurement, engagement, page)
    entry = IpRegistration.objects.get()
    assert (entry.territory, entry.number, str(entry.expires_on)) == ("NA", "4711", "2033-04-01")


def send(person: Person, engagement: Engagement, content: bytes, name: str = "list.csv") -> Any:
    address = reverse("vendors:ip_import", args=[engagement.pk])
    return person.browser.post(address, {"file": SimpleUploadedFile(name, content)})


def confirm(person: Person, engagement: Engagement, page: Any) -> Any:
    address = reverse("vendors:ip_import", args=[engagement.pk])
    return person.browser.post(address, {"token": hidden(page, "token")}, follow=True)


def test_nothing_is_written_until_the_preview_is_confirmed(
    engagement: Engagement, procurement: Person
) -> None:
    page = send(procurement, engagement, GOOD.replace("P-1;;inv", "P-1;Hinge;inv").encode())
    assert "Nothing has been written yet" in page.content.decode()
    assert not IpAsset.objects.exists()
    done = confirm(procurement, engagement, page)
    assert "Imported: 3 new, 0 changed, 0 there already." in done.content.decode()
    assert engagement.ip_assets.count() == 3


def test_a_list_with_one_bad_cell_is_not_imported_at_all(
    engagement: Engagement, procurement: Person
) -> None:
    page = send(procurement, engagement, (GOOD + ";Bad;magic;;;;;;;;\n").encode())
    html = page.content.decode()
    assert "cannot be imported as it is" in html
    assert 'name="token"' not in html
    assert not IpAsset.objects.exists()


def test_a_preview_is_of_use_to_its_own_engagement_only(
    unit: BusinessUnit, engagement: Engagement, procurement: Person
) -> None:
    page = send(procurement, engagement, (HEAD + ";A;brands;;;;;;;;\n").encode())
    other = make_engagement(make_vendor(unit), unit)
    done = confirm(procurement, other, page)
    assert "out of date" in done.content.decode()
    assert not IpAsset.objects.exists()


def test_what_was_exported_can_be_imported_again(
    engagement: Engagement, procurement: Person
) -> None:
    make_asset(engagement, "NA", "EU", reference="P-1", note="Two stops")
    make_asset(engagement, name="Recipe", kind="trade_secrets")
    address = reverse("vendors:ip_csv", args=[engagement.pk])
    file = procurement.browser.get(address).getvalue()
    found = ip_import.look(engagement=engagement, content=file, by=SYSTEM)[1]
    assert (found.count("unchanged"), list(found.problems)) == (2, [])


def test_the_empty_workbook_has_the_columns_that_are_read(
    engagement: Engagement, auditor: Person
) -> None:
    file = auditor.browser.get(reverse("vendors:ip_template")).content
    read, preview = ip_import.look(engagement=engagement, content=file, by=SYSTEM)
    assert (read.rows, len(preview.steps), list(read.unused)) == (0, 0, [])
