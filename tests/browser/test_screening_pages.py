"""Deciding matches in a real browser: by keyboard, wide and narrow; lists and owners."""

import re

import pytest
from django.db.models import F
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.screening import decide, import_list, listed, make_list, make_owner, row
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import Match
from vendors.services import list_runs, screening

pytestmark = pytest.mark.browser

ROWS = (
    row("QDe.014", "Quillon Metallwerke GmbH", at="Germany", aliases="aka:QMW Group|aka:Quillon"),
    row(
        "QDe.015", "Tarvant Precision Optics Company Limited", at="China", aliases="Tarvant Optics"
    ),
    row("QDi.201", "Ilja Petrovich Tarvanski", kind="person", at="Russia"),
)


def matched(unit: BusinessUnit) -> list[Match]:
    """Two matches to be decided."""
    make_vendor(unit, name="Quillon Metalwerke Ltd", country="VN", registration_number="0102030405")
    vendor = make_vendor(unit, name="Tarvant Optics Moulding Co., Ltd.", country="CN")
    make_owner(vendor, "Ilja Tarvanski", kind="person", percent=35, source="Register, 2026-02-01")
    listed(*ROWS)
    return list(Match.objects.order_by("-score", "-pk"))


def test_matches_are_decided_by_keyboard_with_a_reason_each(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person, look: Look
) -> None:
    first, second, *_more = matched(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto("/screening/")
    look(page, "screening-queue")
    page.keyboard.press("j")
    expect(page.locator(f"#m-{first.pk}")).to_be_focused()
    page.keyboard.press("n")
    reason = page.locator(f"#m-{first.pk}").get_by_label("Reason")
    expect(reason).to_be_focused()
    page.keyboard.type("jny: another city and trade")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.keyboard.press("Control+A")
    page.get_by_role("button", name="Save decisions").click()
    # The second has no reason yet, so it is the only one left to look at.
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Say why, so that others can follow it later.")
    expect(page.locator(f"#m-{first.pk}")).to_have_count(0)
    look(page, "screening-queue-refused")
    page.locator(f"#m-{second.pk}").get_by_label("Reason").fill("Same managers and address")
    page.get_by_role("button", name="Save decisions").click()
    expect(page.get_by_text("1 match was decided.")).to_be_visible()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("dismissed", "confirmed")
    page.goto(f"/screening/matches/{second.pk}/")
    look(page, "screening-match")


def test_reasons_typed_outlive_another_choice_of_filters(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    first, *_more = matched(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto("/screening/")
    reason = page.locator(f"#m-{first.pk}").get_by_label("Reason")
    reason.fill("Another city and trade")
    page.get_by_label("State").select_option("all")
    expect(page).not_to_have_url(re.compile("state="))
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile("state=all"))
    expect(reason).to_have_value("Another city and trade")
    page.locator(f"#m-{first.pk}").get_by_label("No, it is another").check()
    page.get_by_role("button", name="Save decisions").click()
    expect(page.get_by_text("1 match was decided.")).to_be_visible()
    first.refresh_from_db()
    assert first.status == "dismissed"


def test_choices_outlive_another_choice_of_filters_until_the_match_changes(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    first, second = (match.pk for match in matched(unit)[:2])
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto("/screening/")
    no = page.locator(f"#m-{first}").get_by_label("No, it is another")
    yes = page.locator(f"#m-{second}").get_by_label("Yes, it is the same")
    no.check()
    yes.check()
    # What was seen of the second is no longer what it is.
    Match.objects.filter(pk=second).update(version=F("version") + 1)
    page.get_by_label("State").select_option("all")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile("state=all"))
    expect(no).to_be_checked()
    expect(yes).not_to_be_checked()
    page.locator(f"#m-{first}").get_by_label("Reason").fill("Another city and trade")
    page.get_by_role("button", name="Save decisions").click()
    expect(page.get_by_text("1 match was decided.")).to_be_visible()
    assert Match.objects.get(pk=first).status == "dismissed"
    page.goto("/screening/")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)


def test_lists_and_the_page_of_a_vendor_can_be_looked_at(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, admin: Person, look: Look
) -> None:
    found = matched(unit)
    for match in found:
        if match.owner_id:
            decide(match, "confirmed", "Same date of birth in the register.")
    vendor = next(match.vendor for match in found if match.owner_id)
    holding = make_owner(vendor, "Tarvant Holding Limited", percent=40, country="HK")
    make_owner(vendor, "Ilja Petrovich Tarvanski", kind="person", percent=60, parent=holding)
    screening.screen(vendor_ids=[vendor.pk])
    for match in Match.objects.filter(status="open", owner__isnull=False):
        decide(match, "confirmed", "The same person, by his passport.")
    version = import_list(found[0].watch_list, *ROWS[:2], row("QDe.016", "Brandis Optik AG"))
    list_runs.go_through(version_id=version.pk)
    import_list(make_list(title="Known infringers"), row("1", "Copy Cat Trading"))
    page = open_page()
    sign_in(page, admin, live_server)
    for address, name in (
        (f"/vendors/{vendor.pk}/screening/", "screening-vendor"),
        (f"/vendors/{vendor.pk}/screening/owners/add/", "screening-owner"),
        ("/screening/lists/", "screening-lists"),
        (f"/screening/lists/{version.watch_list_id}/", "screening-list"),
        (f"/screening/lists/{version.watch_list_id}/versions/2/", "screening-version"),
        ("/screening/look-up/?name=Tarvant+Optik&country=CN", "screening-look-up"),
    ):
        page.goto(address)
        look(page, name)
    page.goto(f"/screening/lists/{version.watch_list_id}/import/")
    page.get_by_label("File of the list").set_input_files(
        {
            "name": "list.csv",
            "mimeType": "text/csv",
            "buffer": b"uid,name,type\n1,Quillon,entity\n2,=CMD(),entity\n",
        }
    )
    page.get_by_label("As of").fill("2026-02-28")
    page.get_by_role("button", name="Look through").click()
    expect(page.get_by_text("This is a formula. Put its value into the cell.")).to_be_visible()
    look(page, "screening-preview-wrong")
