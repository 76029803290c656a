"""Pages of screening: the queue, a match, lists and their files, names and owners of a vendor."""

import io
from typing import Any

import pytest

from accounts.models import BusinessUnit
from tests.factories.screening import (
    decide,
    import_list,
    list_csv,
    listed,
    make_list,
    make_owner,
    row,
)
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import ListUpload, Match, Owner, Vendor, VendorAlias, WatchList
from vendors.services import list_runs, screening

QUILLON = row("1", "Quillon Metallwerke GmbH", at="Germany", aliases="aka:QMW Group")
BRANDIS = row("2", "Brandis Optik AG")


def html(response: Any) -> str:
    return str(response.content.decode())


def decision(match: Match, verdict: str, reason: str, version: int = 1) -> dict[str, Any]:
    return {
        f"{match.pk}-verdict": verdict,
        f"{match.pk}-reason": reason,
        f"{match.pk}-version": version,
    }


@pytest.fixture
def matched(unit: BusinessUnit) -> list[Match]:
    make_vendor(unit, name="Quillon Metalwerke Ltd", country="VN")
    make_vendor(unit, name="Brandis Optik", country="")
    listed(QUILLON, BRANDIS)
    return list(Match.objects.order_by("-score"))


def test_the_queue_says_what_to_do_while_it_is_empty(procurement: Person, admin: Person) -> None:
    assert "There is no watch-list yet" in html(procurement.browser.get("/screening/"))
    assert "Add a list" in html(admin.browser.get("/screening/lists/"))
    listed(QUILLON)
    assert "Nothing waits to be decided" in html(procurement.browser.get("/screening/"))


def test_the_queue_shows_both_sides_and_why(procurement: Person, matched: list[Match]) -> None:
    text = html(procurement.browser.get("/screening/"))
    assert text.index("Brandis Optik") < text.index("Quillon")
    assert "differ in spelling" in text
    assert "The countries differ: 20 points less." in text
    assert 'class="piece piece--alike"' in text
    assert "Save decisions" not in text  # procurement does not decide
    assert "deciding them is not among your rights" in text
    assert 'name="match"' not in text


def test_the_lists_count_what_waits_among_what_the_reader_may_see(
    legal: Person, outsider_legal: Person, matched: list[Match]
) -> None:
    link = f'/screening/?watch_list={matched[0].watch_list.key}">2</a>'
    assert link in html(legal.browser.get("/screening/lists/"))
    assert link not in html(outsider_legal.browser.get("/screening/lists/"))


def test_the_queue_is_filtered_by_list_side_and_words(legal: Person, matched: list[Match]) -> None:
    assert "Quillon" not in html(legal.browser.get("/screening/?q=brandis"))
    assert "No match fits" in html(legal.browser.get("/screening/?kind=own"))
    assert "No match fits" in html(legal.browser.get("/screening/?side=owner"))
    decide(matched[0], "dismissed")
    assert "Brandis" in html(legal.browser.get("/screening/?state=dismissed"))
    assert "Brandis Optik" not in html(legal.browser.get("/screening/"))


def test_several_matches_are_decided_at_once_each_with_its_reason(
    legal: Person, matched: list[Match]
) -> None:
    first, second = matched
    answer = legal.browser.post(
        "/screening/",
        {
            "match": [str(first.pk), str(second.pk)],
            **decision(first, "confirmed", "Same address and managers."),
            **decision(second, "dismissed", ""),
            "back": "/screening/?kind=sanctions",
        },
    )
    text = html(answer)
    assert answer.status_code == 422
    assert "Say why, so that others can follow it later." in text
    assert "Quillon" in text
    assert "Brandis" not in text
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("confirmed", "open")
    again = legal.browser.post(
        "/screening/",
        {
            "match": [str(second.pk)],
            **decision(second, "dismissed", "Another country and trade."),
            "back": "/screening/?kind=sanctions",
        },
    )
    assert again["Location"] == "/screening/?kind=sanctions"


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(
    legal: Person, matched: list[Match]
) -> None:
    decide(matched[0], "dismissed")
    answer = legal.browser.post(
        f"/screening/matches/{matched[0].pk}/", {"version": 1, "reason": "Look at it again."}
    )
    assert answer.status_code == 422
    assert "has changed since you opened it" in html(answer)


def test_a_match_tells_its_history_and_is_opened_again(legal: Person, matched: list[Match]) -> None:
    match = matched[0]
    address = f"/screening/matches/{match.pk}/"
    legal.browser.post(
        address, {"version": 1, "verdict": "confirmed", "reason": "Same managers there."}
    )
    text = html(legal.browser.get(address))
    assert "Same managers there." in text
    assert "Leo Legal" in text
    assert "Open it again" in text
    legal.browser.post(address, {"version": 2, "reason": "New evidence came in."})
    match.refresh_from_db()
    assert match.status == "open"


def test_a_match_of_a_fourth_party_is_decided_by_those_who_work_with_the_vendor_above(
    unit: BusinessUnit, legal: Person, outsider_legal: Person
) -> None:
    above = make_vendor(unit)
    below = make_company(above, "Brandis Optik")
    make_subcontract(above, below)
    listed(BRANDIS)
    match = Match.objects.get()
    assert "Brandis Optik" in html(legal.browser.get("/screening/"))
    assert "Brandis Optik" not in html(outsider_legal.browser.get("/screening/"))
    address = f"/screening/matches/{match.pk}/"
    sent = {"version": 1, "verdict": "confirmed", "reason": "Same managers there."}
    assert outsider_legal.browser.post(address, sent).status_code == 404
    assert legal.browser.post(address, sent).status_code == 302
    assert legal.browser.get(f"/vendors/{below.pk}/screening/").status_code == 200


def upload(person: Person, watch_list: WatchList, content: bytes, name: str = "sdn.csv") -> Any:
    file = io.BytesIO(content)
    file.name = name
    return person.browser.post(
        f"/screening/lists/{watch_list.pk}/import/", {"file": file, "as_of": "2026-01-31"}
    )


def test_a_file_is_looked_through_confirmed_and_compared(admin: Person, unit: BusinessUnit) -> None:
    make_vendor(unit, name="Brandis Optik")
    added = admin.browser.post(
        "/screening/lists/add/", {"title": "Quill SDN", "publisher": "Bureau", "kind": "sanctions"}
    )
    watch_list = WatchList.objects.get(key="quill-sdn")
    assert added["Location"] == f"/screening/lists/{watch_list.pk}/import/"
    seen = upload(admin, watch_list, list_csv([QUILLON, BRANDIS]))
    text = html(admin.browser.get(seen["Location"]))
    assert "This would be the first version. Nothing has been written yet." in text
    assert "Column “aliases” is read as other names." in text
    admin.browser.post(seen["Location"], {"import": "1"})
    version = watch_list.versions.get()
    list_runs.go_through(version_id=version.pk)
    page = html(admin.browser.get(f"/screening/lists/{watch_list.pk}/"))
    assert "1 vendor was compared." in page
    assert "Quillon Metallwerke GmbH" in page
    assert "Nobody on this list fits." in html(
        admin.browser.get(f"/screening/lists/{watch_list.pk}/?q=zzz")
    )
    shown = html(admin.browser.get(f"/screening/lists/{watch_list.pk}/versions/1/"))
    assert version.sha256 in shown


def test_progress_is_shown_while_vendors_are_compared(admin: Person, unit: BusinessUnit) -> None:
    watch_list = make_list()
    import_list(watch_list, QUILLON)
    address = f"/screening/lists/{watch_list.pk}/"
    assert "hx-get" in html(admin.browser.get(address))
    moving = admin.browser.get(address, headers={"HX-Request": "true"})
    assert (moving.status_code, "<progress" in html(moving)) == (200, True)
    list_runs.go_through(version_id=watch_list.versions.get().pk)
    assert admin.browser.get(address, headers={"HX-Request": "true"}).status_code == 286


def test_a_file_with_wrong_cells_names_them_and_cannot_be_imported(admin: Person) -> None:
    watch_list = make_list()
    seen = upload(admin, watch_list, b"uid,name\n1,Quillon\n2,=CMD()\n3,\n")
    text = html(admin.browser.get(seen["Location"]))
    assert "2 cells are wrong" in text
    assert "This is a formula. Put its value into the cell." in text
    assert "Import this version" not in text
    refused = admin.browser.post(seen["Location"], {"import": "1"})
    assert refused.status_code == 409
    assert watch_list.versions.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("uid,name\n1,Müller\n".encode("latin-1"), "Line 2 is not in UTF-8"),
        (b"name,type\nQuillon,entity\n", "is missing"),
        (b"PK\x03\x04", "This is a workbook"),
        (b"", "The file is empty."),
    ],
)
def test_a_file_that_is_no_list_says_what_to_do(admin: Person, content: bytes, said: str) -> None:
    answer = upload(admin, make_list(), content)
    assert answer.status_code == 200
    assert said in html(answer)
    assert ListUpload.objects.count() == 0


def test_a_list_that_shrinks_is_asked_about(admin: Person) -> None:
    watch_list = make_list()
    import_list(watch_list, *[row(str(n), f"Quillon {n} Works") for n in range(10)])
    seen = upload(admin, watch_list, list_csv([row("1", "Quillon 1 Works")]))
    text = html(admin.browser.get(seen["Location"]))
    assert "far fewer entries" in text
    admin.browser.post(seen["Location"], {"discard": "1"})
    assert watch_list.versions.count() == 1


def test_a_list_gets_another_title_and_two_people_do_not_overwrite_each_other(
    admin: Person,
) -> None:
    watch_list = make_list(title="Quill list")
    address = f"/screening/lists/{watch_list.pk}/edit/"
    form = admin.browser.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    admin.browser.post(address, {**sent, "title": "Quill list A"})
    clash = admin.browser.post(address, {**sent, "title": "Quill list B"})
    assert clash.status_code == 409
    assert "Quill list A" in html(clash)


def test_the_template_can_be_imported_as_it_is(admin: Person) -> None:
    template = admin.browser.get("/screening/lists/template.csv").content
    seen = upload(admin, make_list(), template)
    assert ListUpload.objects.get(pk=seen["Location"].split("/")[-2]).report["counts"] == {
        "rows": 2,
        "entries": 2,
        "new": 2,
        "changed": 0,
        "gone": 0,
        "same": 0,
        "problems": 0,
        "notices": 0,
    }


def test_a_name_is_looked_up_without_writing_anything(procurement: Person) -> None:
    listed(QUILLON)
    text = html(procurement.browser.get("/screening/look-up/?name=QMW%20Grp&country=DE"))
    assert "QMW Group" in text
    assert "Nobody listed is alike enough." in html(
        procurement.browser.get("/screening/look-up/?name=Ltd")
    )
    assert Match.objects.count() == 0


def test_the_page_of_a_vendor_tells_lists_matches_names_and_owners(
    legal: Person, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit, name="Brandis Optik")
    holding = make_owner(vendor, "Quillon Holding", percent=60)
    make_owner(vendor, "Quillon Metallwerke", percent=50, parent=holding)
    watch_list = listed(QUILLON, BRANDIS)
    address = f"/vendors/{vendor.pk}/screening/"
    text = html(legal.browser.get(address))
    assert watch_list.title in text
    assert "of Quillon Holding:" in text
    assert "it would be" not in text
    for match in Match.objects.filter(side="owner"):
        decide(match, "confirmed", "Same register number.")
    blocked = html(legal.browser.get(address))
    assert "Listed owners hold 60 %" in blocked
    assert "it is blocked" in blocked
    assert "Same register number." in blocked


def test_names_and_owners_are_added_changed_and_taken_away(
    procurement: Person, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit, name="Brandis Optik")
    tab = f"/vendors/{vendor.pk}/screening/"
    browser = procurement.browser
    browser.post(
        f"{tab}names/add/", {"name": "Brandis & Co", "kind": "former", "source": "Register"}
    )
    alias = VendorAlias.objects.get()
    twice = browser.post(f"{tab}names/add/", {"name": "Brandis & Co", "kind": "former"})
    assert "among its names already" in html(twice)
    assert "Take away the name" in html(browser.get(f"{tab}names/{alias.pk}/remove/"))
    browser.post(f"{tab}names/{alias.pk}/remove/")
    assert VendorAlias.objects.count() == 0
    browser.post(f"{tab}owners/add/", {"kind": "person", "name": "Jane Quill", "percent": "60"})
    owner = Owner.objects.get()
    more = browser.post(f"{tab}owners/add/", {"kind": "person", "name": "Joe", "percent": "50"})
    assert "owners would hold 110 %" in html(more)
    address = f"{tab}owners/{owner.pk}/"
    form = browser.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    browser.post(address, {**sent, "percent": "55"})
    stale = browser.post(address, {**sent, "percent": "40"})
    assert stale.status_code == 409
    owner.refresh_from_db()
    assert owner.percent == 55


def test_an_owner_that_is_a_vendor_on_record_is_taken_from_there(
    procurement: Person, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit, name="Brandis Optik")
    holder = make_vendor(unit, name="Quillon Metallwerke")
    address = f"/vendors/{vendor.pk}/screening/owners/add/"
    sent = {"kind": "company", "name": "Quillon Metallwerke GmbH", "percent": "30"}
    asked = html(procurement.browser.post(address, sent))
    assert "There is a vendor that looks like this owner" in asked
    assert Owner.objects.count() == 0
    procurement.browser.post(address, {**sent, "seen": "yes", "holder": str(holder.pk)})
    owner = Owner.objects.get()
    assert (owner.holder, owner.name) == (holder, "")


def test_a_vendor_is_compared_at_once_when_asked(procurement: Person, unit: BusinessUnit) -> None:
    listed(BRANDIS)
    vendor = make_vendor(unit, name="Brandis Optik")
    procurement.browser.post(f"/vendors/{vendor.pk}/screening/now/")
    assert Match.objects.get().vendor == vendor


def test_the_queue_takes_the_same_number_of_queries_however_long_it_is(
    legal: Person, unit: BusinessUnit, django_assert_max_num_queries: Any
) -> None:
    vendors: list[Vendor] = [make_vendor(unit, name=f"Brandis Optik {n}") for n in range(12)]
    listed(BRANDIS)
    screening.screen(vendor_ids=[vendor.pk for vendor in vendors])
    legal.browser.get("/screening/")
    with django_assert_max_num_queries(14):
        legal.browser.get("/screening/")
