"""The page of results, and the list below the box in the header."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from scoring.services import standings
from search.selectors import everything
from tests.factories.findings import make_finding
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.scoring_pages.reading import get, text_of

pytestmark = pytest.mark.django_db

PAGE, FIRST = "/search/", "/search/first/"


@pytest.fixture
def found(unit: BusinessUnit) -> None:
    """Seven vendors and a finding with the same word."""
    rows = [make_vendor(unit, name=f"Zephyr {number} <b>") for number in range(7)]
    standings.restand_many(vendor_ids=[row.pk for row in rows])
    make_finding(unit, vendor=rows[0], title="Share open at Zéphyr")


@pytest.mark.usefixtures("found")
def test_results_stand_by_kind_with_counts_and_the_words_marked(procurement: Person) -> None:
    page = get(procurement.browser, PAGE, q="zephyr")
    assert page.count("<mark>Zephyr</mark>") == 5
    assert "<mark>Zéphyr</mark>" in page
    assert "&lt;b&gt;" in page
    text = text_of(page)
    assert "Vendors 7" in text
    assert "All results: Vendors" in text


@pytest.mark.usefixtures("found")
def test_one_kind_has_pages_of_its_own(
    procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.views.PAGE", 4)
    monkeypatch.setattr(everything, "PAGE", 4)
    first = get(procurement.browser, PAGE, q="zephyr", kind="vendors")
    second = get(procurement.browser, PAGE, q="zephyr", kind="vendors", page="2")
    assert (first.count("<mark>"), second.count("<mark>")) == (4, 3)
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert 'rel="prev"' in second
    beyond = get(procurement.browser, PAGE, q="zephyr", kind="vendors", page="9")
    assert beyond.count("<mark>") == 3
    assert 'rel="next"' not in beyond


def test_each_state_says_what_to_do(procurement: Person) -> None:
    assert "What are you looking for?" in get(procurement.browser, PAGE)
    assert "too short" in get(procurement.browser, PAGE, q="x")
    nothing = get(procurement.browser, PAGE, q="qqqqqqq")
    assert "Nothing was found for “qqqqqqq”" in nothing
    assert "Try fewer words" in nothing


def test_a_page_of_similar_ones_shows_as_many_as_were_counted(
    unit: BusinessUnit, auditor: Person
) -> None:
    rows = [make_vendor(unit, name=f"Vendor {number}") for number in range(7)]
    standings.restand_many(vendor_ids=[row.pk for row in rows])
    shown = auditor.browser.get(PAGE, {"q": "vednor"}).context
    assert shown["found"].similar
    assert {"vendors", "log"} <= {group.kind for group, _url in shown["kinds"]}
    for group, url in shown["kinds"]:
        page = auditor.browser.get(url)
        [same] = page.context["found"].groups
        assert same.found.total == group.found.total
        assert "This is similar." in page.text


def test_a_character_that_no_text_has_is_no_error_of_ours(auditor: Person) -> None:
    for there in (PAGE, FIRST, "/vendors/", "/log/"):
        assert auditor.browser.get(there, {"q": "a@b\0"}).status_code == 400


def test_a_kind_that_is_unknown_or_not_theirs_is_not_there(procurement: Person) -> None:
    for kind in ("passwords", "log"):
        assert procurement.browser.get(PAGE, {"q": "zephyr", "kind": kind}).status_code == 404


@pytest.mark.usefixtures("found")
def test_the_list_below_the_box_holds_options_and_ends_with_all_results(
    procurement: Person,
) -> None:
    page = get(procurement.browser, FIRST, q="zeph")
    assert page.count('role="option"') == 5 + 1 + 1
    assert page.count('aria-selected="false"') == 7
    assert page.rstrip().endswith("</div>")
    assert f"{reverse('search:results')}?q=zeph" in page


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(("text", "most"), [("zephyr", 16), ("zehpyr wroks", 30)])
def test_the_page_takes_few_queries(auditor: Person, text: str, most: int) -> None:
    auditor.browser.get(PAGE, {"q": text})
    with CaptureQueriesContext(connection) as asked:
        auditor.browser.get(PAGE, {"q": text})
    assert len(asked) <= most


def test_the_box_is_on_every_page_for_those_who_may_search(
    procurement: Person, member_of_nothing: Person
) -> None:
    assert "data-search" in get(procurement.browser, "/vendors/")
    assert b"data-search" not in member_of_nothing.browser.get("/profile/").content
