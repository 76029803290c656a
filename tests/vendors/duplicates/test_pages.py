"""The pages of duplicates: pairs, a merge with its preview, undo, and old addresses."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person, Program
from vendors.models import MergeJob, MergeRecord, NotTheSame, Vendor
from vendors.selectors.duplicates import SHARED_DOMAINS, likely_pairs, lookalikes
from vendors.services import imports, vendors
from vendors.services.merging import jobs
from vendors.services.merging.merge import merge, tell_apart

LEI = "529900T8BM49AURSDO55"


@pytest.fixture
def pair(unit: BusinessUnit) -> tuple[Vendor, Vendor]:
    kept = make_vendor(unit, name="Halden Präzision GmbH", country="DE", city="Halden")
    gone = make_vendor(unit, name="Halden Prazision", country="DE", city="Oslo")
    make_engagement(gone, unit, title="Castings")
    return kept, gone


def entered(unit: BusinessUnit, said: dict[str, Any]) -> Vendor:
    return make_vendor(unit, **{"country": "DE", **said})


def reasons(person: Person) -> list[list[str]]:
    return [list(pair.reasons) for pair in likely_pairs(person.principal).rows]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"lei": LEI}, {"lei": LEI, "country": "US"}, ["lei"]),
        ({"vat_number": "DE136695976"}, {"vat_number": "de 136 695 976"}, ["vat_number"]),
        (
            {"registration_number": "HRB 1"},
            {"registration_number": "hrb-1"},
            ["registration_number"],
        ),
        (
            {"website": "https://www.acme.co.uk/en"},
            {"website": "http://shop.acme.co.uk"},
            ["website"],
        ),
        ({"name": "Saigon Moulds Co., Ltd."}, {"name": "SAIGON MOULDS"}, ["name"]),
        ({"name": "Müller Werkzeugbau GmbH"}, {"name": "Muller Werkzeugbav GmbH"}, ["name"]),
    ],
)
def test_a_pair_is_found_by_what_it_has_in_common(
    unit: BusinessUnit,
    procurement: Person,
    one: dict[str, str],
    other: dict[str, str],
    expected: list[str],
) -> None:
    entered(unit, {"name": "Alpha", **one})
    entered(unit, {"name": "Zulu", **other})
    assert reasons(procurement) == [expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"registration_number": "12345", "country": "DE"},
            {"registration_number": "12345", "country": "FR"},
        ),
        ({"name": "Acme Ltd", "country": "GB"}, {"name": "Acme Pty Ltd", "country": "AU"}),
        (
            {"website": f"https://{SHARED_DOMAINS[0]}/one"},
            {"website": f"https://{SHARED_DOMAINS[0]}/two"},
        ),
        ({"name": "GmbH"}, {"name": "AG"}),
    ],
)
def test_what_says_nothing_makes_no_pair(
    unit: BusinessUnit, procurement: Person, one: dict[str, str], other: dict[str, str]
) -> None:
    entered(unit, {"name": "Alpha", **one})
    entered(unit, {"name": "Zulu", **other})
    assert reasons(procurement) == []


def test_the_domain_is_the_same_here_and_in_the_database(unit: BusinessUnit) -> None:
    from vendors.master_data import website_domain

    for address in (
        "https://www.acme.co.uk/en",
        "http://shop.acme.example:8080/x?y=1",
        "https://acme.com.vn",
        "https://localhost.example",
        "",
    ):
        vendor = make_vendor(unit, website=address)
        vendor.refresh_from_db()
        assert vendor.website_domain == website_domain(vendor.website)


def test_a_lookalike_is_found_by_vat_number_and_by_web_address(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_vendor(unit, name="Alpha", country="DE", vat_number="DE136695976")
    make_vendor(unit, name="Beta", country="DE", website="https://beta.example")
    found = lookalikes(
        procurement.principal,
        unit=unit,
        name="Zulu",
        country="DE",
        vat_number="DE136695976",
        website="https://www.beta.example/home",
    )
    assert [(one.name, one.reason) for one in found] == [
        ("Alpha", "vat_number"),
        ("Beta", "website"),
    ]


def test_pairs_of_others_are_not_shown(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    make_vendor(unit, name="Acme", country="DE", lei=LEI)
    make_vendor(other_unit, name="Acme", country="DE", lei=LEI)
    assert reasons(procurement) == []
    assert reasons(admin) == [["lei", "name"]]


def test_pairs_go_on_where_a_page_ends(unit: BusinessUnit, procurement: Person) -> None:
    for number in range(5):
        for _twice in range(2):
            make_vendor(unit, name=f"Company {number} of many", country=("DE", "FR")[number % 2])
    seen, after = set(), ""
    while True:
        found = likely_pairs(procurement.principal, after=after, limit=2)
        seen |= {(pair.one.id, pair.other.id) for pair in found.rows}
        if found.next is None:
            break
        after = found.next
    everything = likely_pairs(procurement.principal, limit=100).rows
    assert seen == {(pair.one.id, pair.other.id) for pair in everything}


def test_not_the_same_is_remembered_until_either_changes(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    one, other = pair
    address = f"/duplicates/{one.pk}/{other.pk}/not-the-same/"
    assert procurement.browser.post(address, {"reason": ""}).status_code == 200
    procurement.browser.post(address, {"reason": "Parent and subsidiary"})
    assert NotTheSame.objects.get().reason == "Parent and subsidiary"
    assert reasons(procurement) == []
    vendors.change(vendor=one, version=1, values={"city": "Bergen"}, by=SYSTEM)
    assert reasons(procurement) == []
    vendors.change(vendor=other, version=1, values={"lei": LEI}, by=SYSTEM)
    assert reasons(procurement) == [["name"]]
    tell_apart(one=other, other=one, reason="Still two", by=SYSTEM)
    assert reasons(procurement) == []


def test_a_merge_is_previewed_done_by_a_worker_and_undone(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, gone = pair
    listed = procurement.browser.get("/duplicates/").content.decode()
    assert "Halden Prazision" in listed
    address = f"/duplicates/{kept.pk}/{gone.pk}/merge/"
    preview = procurement.browser.get(address)
    text = preview.content.decode()
    assert "Engagements: 1" in text
    assert "Nothing has been written yet" in text
    said = {
        "seen": preview.context["form"].initial["seen"],
        "take_name": "kept",
        "take_city": "gone",
        "reason": "Entered twice",
    }
    asked = procurement.browser.post(address, said)["Location"]
    assert not MergeRecord.objects.exists()
    jobs.go_on(job_id=MergeJob.objects.get().pk)
    kept.refresh_from_db()
    assert kept.city == "Oslo"
    assert f'href="/vendors/{kept.pk}/"' in procurement.browser.get(asked).text
    made = MergeRecord.objects.get()
    page = procurement.browser.get(f"/merges/{made.pk}/")
    assert "It can be undone until" in page.content.decode()
    procurement.browser.post(f"/merges/{made.pk}/undo/")
    jobs.go_on(job_id=MergeJob.objects.get(what="undo").pk)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.city, gone.city, gone.merged_into) == ("Halden", "Oslo", None)


def test_a_refused_form_keeps_what_was_chosen(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, gone = pair
    address = f"/duplicates/{kept.pk}/{gone.pk}/merge/"
    seen = procurement.browser.get(address).context["form"].initial["seen"]
    said = {"seen": seen, "take_name": "gone", "take_city": "gone", "reason": ""}
    answer = procurement.browser.post(address, said)
    assert answer.context["form"]["take_city"].value() == "gone"
    assert not MergeRecord.objects.exists()


def test_a_preview_of_an_hour_ago_merges_nothing_that_changed_since(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, gone = pair
    address = f"/duplicates/{kept.pk}/{gone.pk}/merge/"
    seen = procurement.browser.get(address).context["form"].initial["seen"]
    vendors.change(vendor=gone, version=1, values={"currency": "EUR"}, by=SYSTEM)
    said = {"seen": seen, "take_name": "kept", "take_city": "kept", "reason": "Twice"}
    assert procurement.browser.post(address, said)["Location"] == address
    assert not MergeRecord.objects.exists()


def test_the_old_address_leads_to_the_record_that_stands_for_it(
    pair: tuple[Vendor, Vendor],
    procurement: Person,
    api_client: Program,
    outsider_procurement: Person,
) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, by=SYSTEM)
    for path in ("", "fourth-parties/", "edit/"):
        answer = procurement.browser.get(f"/vendors/{gone.pk}/{path}?x=1")
        assert answer["Location"] == f"/vendors/{kept.pk}/{path}?x=1"
    answer = api_client.browser.get(f"/api/v1/vendors/{gone.pk}")
    assert answer["Location"] == f"/api/v1/vendors/{kept.pk}"
    assert outsider_procurement.browser.get(f"/vendors/{gone.pk}/").status_code == 404


def test_who_may_merge_only_one_side_is_told_whom_to_ask(
    pair: tuple[Vendor, Vendor], other_unit: BusinessUnit, procurement: Person
) -> None:
    kept, gone = pair
    vendors.link_unit(vendor=gone, unit=other_unit, by=SYSTEM)
    answer = procurement.browser.get(f"/duplicates/{kept.pk}/{gone.pk}/merge/")
    assert answer.status_code == 403
    assert "Ask an administrator of all units" in answer.content.decode()


def test_a_wrong_vat_number_is_refused_and_a_doubtful_register_number_is_said(
    unit: BusinessUnit, procurement: Person
) -> None:
    said = {"name": "Nam Long Plastics", "country": "DE", "vat_number": "DE136695977"}
    answer = procurement.browser.post("/vendors/add/", said)
    assert "The check digits of this VAT number do not match" in answer.content.decode()
    said = {
        "name": "Nam Long Plastics",
        "country": "FR",
        "registration_number": "552008444",
        "unit": str(unit.pk),
    }
    saved = procurement.browser.post("/vendors/add/", said, follow=True)
    assert "Is it mistyped?" in saved.content.decode()
    assert Vendor.objects.get().registration_number == "552008444"


def test_vat_numbers_are_kept_in_one_form(unit: BusinessUnit) -> None:
    assert make_vendor(unit, country="DE", vat_number="136 695 976").vat_number == "DE136695976"
    assert make_vendor(unit, country="US", vat_number="12-3456789").vat_number == "123456789"
    vendor = make_vendor(unit, country="AT")
    changed = vendors.change(
        vendor=vendor, version=1, values={"vat_number": "u13585627"}, by=SYSTEM
    )
    assert changed.vat_number == "ATU13585627"


def test_pairs_over_many_vendors_come_from_one_statement(
    unit: BusinessUnit, procurement: Person
) -> None:
    for number in range(6):
        make_vendor(unit, name=f"Twin {number // 2}", country="DE")
    principal = procurement.principal
    with CaptureQueriesContext(connection) as queries:
        likely_pairs(principal)
    assert len(queries) == 1


def test_the_preview_of_an_import_names_new_rows_that_look_like_vendors_on_record(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    make_vendor(unit, name="Halden Präzision GmbH", country="DE")
    make_vendor(other_unit, name="Beta AG", country="DE", website="https://beta.example")
    make_vendor(unit, name="Gamma Ltd", country="GB")
    made = imports.preview(
        unit=unit,
        file_name="list.csv",
        content=(
            b"name;country;website\nHalden Prazision;DE;\nZulu;DE;www.beta.example/en\n"
            b"Gamma Ltd;AU;\n"
        ),
        by=SYSTEM,
    )
    assert made.report["alike"] == [
        {"line": 2, "name": "Halden Prazision", "alike": [["Halden Präzision GmbH", "DE"]]},
        {"line": 3, "name": "Zulu", "alike": [["Beta AG", "DE"]]},
    ]


def test_the_page_of_the_preview_shows_them(unit: BusinessUnit, procurement: Person) -> None:
    make_vendor(unit, name="Halden Präzision GmbH", country="DE")
    made = imports.preview(
        unit=unit, file_name="list.csv", content=b"name;country\nHalden Prazision;DE\n", by=SYSTEM
    )
    page = procurement.browser.get(f"/imports/{made.pk}/").content.decode()
    assert "New rows that look like vendors on record" in page
    assert "Halden Präzision GmbH (Germany)" in page
