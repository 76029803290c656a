"""The vendor list: what it shows, finds, orders and hands out."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from scoring.models import Standing
from scoring.selectors.methods import in_force
from scoring.services import standings
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import scored
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.scoring_pages.reading import file_of, get, rows_of, text_of
from vendors.services import vendors

pytestmark = pytest.mark.django_db

LIST = "/vendors/"


@pytest.fixture
def three(unit: BusinessUnit) -> None:
    """A good, a bad and an unrated vendor."""
    questionnaire = small_questionnaire()
    scored(unit, questionnaire, name="Aalto Oy", country="FI", category="Plastics")
    scored(unit, questionnaire, name="Zhang Moulds", country="CN", worst=True)
    make_vendor(unit, name="Mira d.o.o.", country="SI")
    standings.restand_many(vendor_ids=[vendor.pk for vendor in unit.vendors.all()])


@pytest.mark.usefixtures("three")
class TestShowing:
    def test_the_worst_come_first_and_those_not_rated_last(self, procurement: Person) -> None:
        rows = rows_of(get(procurement.browser, LIST))
        assert [row.split()[0] for row in rows] == ["Zhang", "Aalto", "Mira"]

    def test_each_row_says_band_points_interval_tier_country_and_what_is_weakest(
        self, procurement: Person, unit: BusinessUnit
    ) -> None:
        row = rows_of(get(procurement.browser, LIST))[0]
        standing = Standing.objects.get(name="Zhang Moulds", unit=unit, valid_to=None)
        assert standing.points is not None
        for words in ("Zhang Moulds", f"{standing.points // 100 / 10}", "Blocked", "China", "Tier"):
            assert words in row
        assert "IP law and compliance" in row

    @pytest.mark.parametrize("path", [LIST, "/dashboard/"])
    def test_the_day_and_the_method_of_all_ratings_are_said_once(
        self, procurement: Person, path: str
    ) -> None:
        method = in_force()
        said = f"As of {date_format(clock.today())}; method in force: {method}."
        assert text_of(get(procurement.browser, path)).count(said) == 1

    def test_a_vendor_that_is_not_rated_has_the_words_and_no_number(
        self, procurement: Person
    ) -> None:
        row = rows_of(get(procurement.browser, LIST, q="Mira"))[0]
        assert "Not rated" in row
        assert "0.0" not in row

    def test_columns_sort_in_both_directions(self, procurement: Person) -> None:
        up = rows_of(get(procurement.browser, LIST, sort="name"))
        down = rows_of(get(procurement.browser, LIST, sort="-name"))
        assert up == down[::-1]
        assert up[0].strip().startswith("Aalto")

    def test_buttons_follow_the_role(self, procurement: Person, auditor: Person) -> None:
        assert reverse("vendors:add") in get(procurement.browser, LIST)
        page = get(auditor.browser, LIST)
        assert reverse("vendors:add") not in page
        assert reverse("vendors:import_new") not in page


@pytest.mark.usefixtures("three")
class TestFiltering:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "zhang"}, ["Zhang"]),
            ({"country": "FI"}, ["Aalto"]),
            ({"band": "not_rated"}, ["Mira"]),
            ({"band": "serious"}, ["Zhang"]),
            ({"status": "rated"}, ["Zhang", "Aalto"]),
            ({"status": "not_rated"}, ["Mira"]),
            ({"category": "Plastics"}, ["Aalto"]),
            ({"blocked": "on"}, ["Zhang"]),
        ],
    )
    def test_a_filter_leaves_only_those_it_names(
        self, procurement: Person, query: dict[str, str], found: list[str]
    ) -> None:
        rows = rows_of(get(procurement.browser, LIST, **query))
        assert [row.split()[0] for row in rows] == found

    def test_the_weakest_dimension_can_be_chosen(self, procurement: Person) -> None:
        found = rows_of(get(procurement.browser, LIST, weakest="ip_law_compliance", q="zhang"))
        assert len(found) == 1
        assert "No vendor matches" in get(procurement.browser, LIST, weakest="liabilities")

    def test_each_filter_in_force_is_a_chip_that_takes_it_away(self, procurement: Person) -> None:
        page = get(procurement.browser, LIST, band="serious", country="CN", sort="name")
        assert 'class="chip" href="?country=CN&amp;sort=name"' in page
        assert "Remove filter Band: High or critical" in text_of(page)

    def test_an_unknown_value_in_the_address_filters_nothing(self, procurement: Person) -> None:
        assert len(rows_of(get(procurement.browser, LIST, band="purple"))) == 3

    def test_archived_vendors_are_shown_only_when_asked_for(
        self, procurement: Person, unit: BusinessUnit
    ) -> None:
        gone = unit.vendors.get(name="Mira d.o.o.")
        vendors.archive(vendor=gone, by=SYSTEM)
        standings.restand(vendor_id=gone.pk)
        assert len(rows_of(get(procurement.browser, LIST))) == 2
        archived = rows_of(get(procurement.browser, LIST, archived="on"))
        assert [row.split()[0] for row in archived] == ["Mira"]

    def test_no_match_says_so_and_leads_back(self, procurement: Person) -> None:
        page = get(procurement.browser, LIST, q="qqqqqq")
        assert "No vendor matches" in page
        assert f'href="{LIST}"' in page


class TestPaging:
    def test_pages_lead_forward_and_back_over_every_vendor_once(
        self, procurement: Person, unit: BusinessUnit
    ) -> None:
        made = [make_vendor(unit, name=f"Vendor {number:02}") for number in range(30)]
        standings.restand_many(vendor_ids=[vendor.pk for vendor in made])

        def ask(**cursor: str) -> Any:
            return procurement.browser.get(LIST, {"size": "25", "sort": "name", **cursor})

        first = ask()
        second = ask(after=first.context["page"].next)
        back = ask(before=second.context["page"].previous)

        def listed(response: Any) -> list[str]:
            return [row.standing.name for row in response.context["rows"]]

        assert listed(first) + listed(second) == [vendor.name for vendor in made]
        assert listed(back) == listed(first)

    def test_a_link_cut_short_leads_to_the_first_page(self, procurement: Person) -> None:
        response = procurement.browser.get(LIST, {"after": "gibberish", "band": "low"})
        assert response.status_code == 302
        assert response["Location"] == f"{LIST}?band=low"

    def test_the_number_of_queries_does_not_grow_with_the_list(
        self, procurement: Person, unit: BusinessUnit
    ) -> None:
        get(procurement.browser, LIST)
        counts = []
        for more in (3, 30):
            made = [make_vendor(unit) for _ in range(more)]
            standings.restand_many(vendor_ids=[vendor.pk for vendor in made])
            with CaptureQueriesContext(connection) as queries:
                get(procurement.browser, LIST)
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 12


class TestNothingThere:
    def test_an_empty_list_offers_the_first_vendor_and_the_import(
        self, procurement: Person
    ) -> None:
        page = get(procurement.browser, LIST)
        assert "Add your first vendor" in page
        assert reverse("vendors:import_new") in page

    def test_who_may_not_add_is_not_asked_to(self, auditor: Person) -> None:
        page = get(auditor.browser, LIST)
        assert "No vendors yet" in page
        assert "Add your first vendor" not in page


class TestOutsiders:
    def test_vendors_of_another_unit_are_not_listed(
        self, three: None, outsider_procurement: Person
    ) -> None:
        assert "Zhang" not in get(outsider_procurement.browser, LIST)

    def test_a_visitor_is_asked_to_sign_in(self, visitor: Client) -> None:
        assert visitor.get(LIST).status_code == 302


class TestFile:
    def test_the_file_holds_the_filtered_list_with_its_figures(
        self, three: None, procurement: Person, unit: BusinessUnit
    ) -> None:
        head, *rows = file_of(procurement.browser, "/vendors/csv/", status="rated")
        standing = Standing.objects.get(name="Zhang Moulds", unit=unit, valid_to=None)
        assert [row[0] for row in rows] == ["Zhang Moulds", "Aalto Oy"]
        assert head[3].startswith("Points")
        assert standing.points is not None
        assert float(rows[0][3]) * 1000 == standing.points

    def test_a_name_that_looks_like_a_formula_is_made_harmless(
        self, procurement: Person, unit: BusinessUnit
    ) -> None:
        vendor = make_vendor(unit, name="=HYPERLINK(1)")
        standings.restand(vendor_id=vendor.pk)
        assert file_of(procurement.browser, "/vendors/csv/")[1][0] == "'=HYPERLINK(1)"

    def test_the_file_goes_on_beyond_one_page(
        self, procurement: Person, unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = [make_vendor(unit) for _ in range(7)]
        standings.restand_many(vendor_ids=[vendor.pk for vendor in made])
        monkeypatch.setattr("scoring.views.vendors._CHUNK", 3)
        rows = file_of(procurement.browser, "/vendors/csv/")
        assert {row[0] for row in rows[1:]} == {vendor.name for vendor in made}
