"""The dashboard: figures that lead to their lists, and what needs the reader today."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.models import Standing
from scoring.services import standings
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.scoring import score, scored
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.scoring_pages.reading import chart_data, file_of, get, rows_of, table_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(unit: BusinessUnit) -> list[Assessment]:
    """A good vendor, a critical one and one that is not rated."""
    questionnaire = small_questionnaire()
    found = [
        scored(unit, questionnaire, name="Aalto Oy"),
        scored(unit, questionnaire, name="Zhang Moulds", worst=True),
    ]
    unrated = make_vendor(unit, name="Mira d.o.o.")
    standings.restand(vendor_id=unrated.pk)
    return found


def tiles(page: str) -> dict[str, tuple[str, str]]:
    """Label of each tile -> its figure, and where it leads."""
    found = {}
    for tile in page.split('<div class="tile')[2:]:
        href = re.search(r'href="([^"]*)"', tile)
        value = re.search(r'tile__value num">([^<]*)<', tile)
        label = text_of(tile.split("tile__value", 1)[0].split(">", 1)[1]).split("<")[0].strip()
        assert href is not None
        assert value is not None
        found[label] = (value[1], href[1].replace("&amp;", "&"))
    return found


@pytest.mark.usefixtures("portfolio")
class TestFigures:
    def test_each_tile_leads_to_a_list_of_that_many(self, procurement: Person) -> None:
        page = get(procurement.browser, "/dashboard/")
        found = tiles(page)
        assert found["Vendors"][0] == "3"
        for label, (value, href) in found.items():
            if not href.startswith("/vendors/"):
                continue
            listed = get(procurement.browser, href)
            rows = len(rows_of(listed)) if "<tbody>" in listed else 0
            assert (label, str(rows)) == (label, value)

    def test_the_chart_of_bands_says_what_its_table_says(self, procurement: Person) -> None:
        page = get(procurement.browser, "/dashboard/")
        data = chart_data(page, "bands")
        drawn = [
            [label, str(value)] for label, value in zip(data["labels"], data["values"], strict=True)
        ]
        assert [row[:2] for row in table_of(page, "bands")] == drawn
        assert data["labels"][-1] == "Not rated"
        assert sum(data["values"]) == 3

    def test_the_trend_covers_two_years_and_ends_with_today(self, procurement: Person) -> None:
        page = get(procurement.browser, "/dashboard/")
        data = chart_data(page, "trend")
        assert len(data["x"]) == 24
        drawn = [
            [month, *map(str, values)]
            for month, *values in zip(
                data["x"], *(series["values"] for series in data["series"]), strict=True
            )
        ]
        assert table_of(page, "trend") == drawn
        assert sum(series["values"][-1] for series in data["series"]) == 3

    def test_every_cell_of_the_heat_map_holds_its_value_and_a_link(
        self, procurement: Person, unit: BusinessUnit
    ) -> None:
        heat = procurement.browser.get("/dashboard/").context["heat"]
        cells = [cell for row in heat["rows"] for cell in row["cells"] if cell["value"] is not None]
        assert cells
        for cell in cells:
            listed = get(procurement.browser, cell["url"])
            assert len(rows_of(listed)) == cell["note"]

    def test_the_files_hold_the_same_figures(self, procurement: Person) -> None:
        bands = file_of(procurement.browser, "/dashboard/bands/csv/")
        assert sum(int(row[1]) for row in bands[1:]) == 3
        trend = file_of(procurement.browser, "/dashboard/trend/csv/")
        assert len(trend) == 25
        assert sum(map(int, trend[-1][1:])) == 3
        heat = file_of(procurement.browser, "/dashboard/heat/csv/")
        assert {row[2] for row in heat[1:]} == {"0", "2"}

    def test_the_worst_vendors_come_with_a_sentence(
        self, procurement: Person, unit: BusinessUnit
    ) -> None:
        said = text_of(get(procurement.browser, "/dashboard/"))
        worst = Standing.objects.get(name="Zhang Moulds", unit=unit, valid_to=None)
        assert worst.points is not None
        assert f"Critical at {worst.points // 100 / 10:.1f} of 100" in said
        assert "a knock-out blocks it" in said


class TestWaiting:
    def test_tile_list_and_filtered_list_count_the_same(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        questionnaire = small_questionnaire()
        late = [make_assessment(unit, questionnaire=questionnaire) for _ in range(7)]
        for row in late[:5]:
            answer_all(row)
            assessments.submit(assessment=row, by=SYSTEM)
        for row in late[:3]:
            assessments.take(assessment=row, by=legal.principal)
        assessments.send_back(assessment=late[0], reason="No proof.", by=legal.principal)
        score(late[0])
        Assessment.objects.update(due_on=clock.today() - timedelta(days=1))
        for person, tile, heading, count in (
            (legal, "Waiting for review", "Waiting for your review", "4"),
            (procurement, "Overdue", "Overdue", "3"),
        ):
            page = person.browser.get("/dashboard/")
            value, href = tiles(page.content.decode())[tile]
            lists = {str(task.title): task for task in page.context["tasks"]}
            assert (value, lists[heading].count, lists[heading].url) == (count, count, href)
            assert str(len(rows_of(get(person.browser, href)))) == count
        everything = rows_of(get(procurement.browser, reverse("assessments:list")))
        assert sum("Overdue" in row for row in everything) == 3


class TestToday:
    def lists(self, person: Person) -> dict[str, list[str]]:
        """Heading of each list of work -> the vendors on it."""
        tasks = person.browser.get("/dashboard/").context["tasks"]
        return {str(task.title): [name for _item, _url, name in task.lines] for task in tasks}

    def test_legal_sees_what_waits_for_review(
        self, portfolio: list[Assessment], legal: Person, procurement: Person
    ) -> None:
        assessments.submit(assessment=portfolio[0], by=SYSTEM)
        assert self.lists(legal)["Waiting for your review"] == ["Aalto Oy"]
        assert "Waiting for your review" not in self.lists(procurement)

    def test_procurement_sees_drafts_of_their_own_and_what_is_overdue(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        late = make_assessment(unit)
        assessments.plan(
            assessment=late,
            due_on=clock.today() - timedelta(days=1),
            assigned_to=procurement.user,
            by=SYSTEM,
        )
        score(late)
        found = self.lists(procurement)
        assert found["Overdue"] == [late.vendor.name]
        assert found["Your drafts"] == [late.vendor.name]
        assert "Overdue" not in self.lists(legal)

    def test_what_was_sent_back_is_with_those_who_answer(
        self, portfolio: list[Assessment], legal: Person, procurement: Person
    ) -> None:
        assessments.submit(assessment=portfolio[0], by=SYSTEM)
        assessments.send_back(assessment=portfolio[0], reason="No proof.", by=legal.principal)
        assert self.lists(procurement)["Sent back to be completed"] == ["Aalto Oy"]

    def test_nothing_to_do_is_said(self, portfolio: list[Assessment], auditor: Person) -> None:
        assert "Nothing waits for you" in text_of(get(auditor.browser, "/dashboard/"))


class TestNothingThere:
    def test_an_empty_installation_leads_to_the_first_vendor(self, procurement: Person) -> None:
        page = get(procurement.browser, "/dashboard/")
        assert "Add your first vendor" in page
        assert reverse("vendors:import_new") in page
        assert "data-chart" not in page

    def test_who_may_not_add_reads_who_does(self, auditor: Person) -> None:
        page = get(auditor.browser, "/dashboard/")
        assert "Procurement adds vendors" in page
        assert "Add your first vendor" not in page


class TestUnits:
    def test_another_unit_sees_nothing_of_it(
        self, portfolio: list[Assessment], outsider_procurement: Person
    ) -> None:
        page = get(outsider_procurement.browser, "/dashboard/")
        assert "Zhang" not in page
        assert "Add your first vendor" in page

    def test_the_chosen_unit_is_shown_and_counted(
        self, portfolio: list[Assessment], admin: Person, other_unit: BusinessUnit
    ) -> None:
        assert tiles(get(admin.browser, "/dashboard/"))["Vendors"][0] == "3"
        admin.browser.post(reverse("accounts:unit"), {"unit": str(other_unit.pk), "next": "/"})
        assert "No vendors yet" in get(admin.browser, "/dashboard/")

    def test_a_visitor_is_asked_to_sign_in(self, visitor: Client) -> None:
        assert visitor.get("/dashboard/").status_code == 302


def test_the_number_of_queries_does_not_grow_with_the_portfolio(
    unit: BusinessUnit, unit_admin: Person
) -> None:
    questionnaire = small_questionnaire()
    get(unit_admin.browser, "/dashboard/")
    counts = []
    for more in (3, 30):
        for number in range(more):
            scored(unit, questionnaire, worst=number % 3 == 0)
        with CaptureQueriesContext(connection) as queries:
            get(unit_admin.browser, "/dashboard/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 13
