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
from audit.models import Event
from scoring.models import PortfolioView, Standing
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
    """Label of each tile -> its figure, and where it leads ("": nowhere)."""
    found = {}
    for tile in page.split('<div class="tile')[2:]:
        own = tile.split("</div>", 1)[0]
        href = re.search(r'href="([^"]*)"', own)
        value = re.search(r'tile__value num">([^<]*)<', own)
        label = text_of(own.split("tile__value", 1)[0].split(">", 1)[1]).split("<")[0].strip()
        assert value is not None
        found[label] = (value[1], href[1].replace("&amp;", "&") if href else "")
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
        page = get(procurement.browser, "/dashboard/movement/")
        data = chart_data(page, "trend")
        assert len(data["x"]) == 24
        drawn = [
            [month, *map(str, values), ""]
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
            assert cell["note"].startswith(f"{len(rows_of(listed))} vendor")

    def test_the_files_hold_the_same_figures(self, procurement: Person) -> None:
        bands = file_of(procurement.browser, "/dashboard/bands/csv/")
        assert sum(int(row[1]) for row in bands[1:]) == 3
        trend = file_of(procurement.browser, "/dashboard/trend/csv/")
        assert len(trend) == 25
        assert sum(map(int, trend[-1][1:-1])) == 3
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

    def test_a_count_of_work_leads_to_a_list_of_that_many_under_the_same_filters(
        self, portfolio: list[Assessment], legal: Person
    ) -> None:
        assessments.submit(assessment=portfolio[0], by=SYSTEM)
        response = legal.browser.get("/dashboard/", {"country": "VN"})
        value, href = tiles(response.content.decode())["Waiting for review"]
        assert href == "/dashboard/behind/?country=VN&what=review"
        assert [task.url for task in response.context["tasks"]] == [href]
        [row] = rows_of(get(legal.browser, href))
        assert (value, "Aalto Oy" in row) == ("1", True)
        for none in ({"country": "FI", "what": "review"}, {"what": "overdue"}):
            assert "Nothing is among these" in get(legal.browser, "/dashboard/behind/", **none)
        assert legal.browser.get("/dashboard/behind/?what=nought").status_code == 422

    def test_nothing_to_do_is_said(self, portfolio: list[Assessment], auditor: Person) -> None:
        assert "Nothing waits for you" in text_of(get(auditor.browser, "/dashboard/"))


@pytest.mark.usefixtures("portfolio")
class TestFilters:
    def test_every_figure_link_and_file_goes_by_the_filters_of_the_address(
        self, procurement: Person
    ) -> None:
        page = get(procurement.browser, "/dashboard/", country="VN", status="rated")
        found = tiles(page)
        assert found["Vendors"] == ("2", "/vendors/?country=VN&status=rated")
        assert "country=VN&amp;status=rated" in page.split("chart-panel", 1)[1]
        for tile in ("Vendors", "High or critical", "Blocked"):
            value, href = found[tile]
            assert str(len(rows_of(get(procurement.browser, href)))) == value
        bands = file_of(procurement.browser, "/dashboard/bands/csv/", country="VN", status="rated")
        table = table_of(page, "bands")
        assert [row[:2] for row in bands[1:]] == [row[:2] for row in table]
        assert sum(int(row[1]) for row in bands[1:]) == 2

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("tier", "nought", "nought is not one of the available choices"),
            ("owner", "0197", "0197 is not one of the available choices"),
            ("day", "31.3.", "Enter a valid date"),
            ("day", "0001-01-05", "greater than or equal to 1990-01-01"),
            ("day", "2999-01-01", "This day is still to come"),
            ("unit", "0197c0de-0000-7000-8000-000000000000", "not one of the available choices"),
        ],
    )
    def test_a_filter_that_cannot_be_read_shows_no_figure_and_says_why(
        self, procurement: Person, name: str, value: str, said: str
    ) -> None:
        for path in ("/dashboard/", "/dashboard/bands/csv/"):
            answer = procurement.browser.get(path, {name: value})
            assert answer.status_code == 422
            text = text_of(answer.content.decode())
            assert said in text
            assert "High or critical" not in text

    def test_a_past_day_is_shown_as_it_was_and_says_what_is_not_kept(
        self, procurement: Person, portfolio: list[Assessment]
    ) -> None:
        yesterday = clock.today() - timedelta(days=1)
        Standing.objects.exclude(name="Mira d.o.o.").update(valid_from=yesterday)
        page = get(procurement.browser, "/dashboard/", day=yesterday.isoformat())
        assert tiles(page)["Vendors"][0] == "2"
        assert "As it stood at the end of" in page
        assert "is not kept, so it is not shown" in text_of(page)
        assert "Waiting for review" not in page
        listed = get(procurement.browser, tiles(page)["Vendors"][1])
        assert len(rows_of(listed)) == 2
        assert "As it stood at the end of" in listed

    def test_a_link_that_names_a_unit_leads_into_it(
        self, admin: Person, unit: BusinessUnit, other_unit: BusinessUnit
    ) -> None:
        assert tiles(get(admin.browser, "/dashboard/", unit=str(unit.pk)))["Vendors"][0] == "3"
        assert "Aalto Oy" in get(admin.browser, "/vendors/")
        assert "No vendors yet" in get(admin.browser, "/dashboard/", unit=str(other_unit.pk))
        assert "Aalto Oy" not in get(admin.browser, "/vendors/")
        assert "Aalto Oy" in get(admin.browser, "/vendors/", unit="all")


@pytest.mark.usefixtures("portfolio")
class TestViews:
    def keep(self, person: Person, name: str, **more: str) -> str:
        """Where keeping the dashboard of critical tiers under a name leads."""
        answer = person.browser.post("/dashboard/views/add/?tier=critical", {"name": name, **more})
        assert answer.status_code == 302, text_of(answer.content.decode())
        return str(answer["Location"])

    def test_a_view_brings_the_filters_back(self, legal: Person, unit: BusinessUnit) -> None:
        assert self.keep(legal, "Tier 1") == f"/dashboard/?unit={unit.pk}&tier=critical"
        page = get(legal.browser, "/dashboard/")
        assert f"/dashboard/?unit={unit.pk}&amp;tier=critical" in page
        shown = get(legal.browser, "/dashboard/", unit=str(unit.pk), tier="critical")
        assert 'aria-current="true">Tier 1<' in shown

    def test_others_of_the_unit_have_it_once_it_is_shared(
        self, legal: Person, procurement: Person, outsider_procurement: Person
    ) -> None:
        self.keep(legal, "Mine")
        self.keep(legal, "Ours", shared="on")
        theirs = text_of(get(procurement.browser, "/dashboard/views/"))
        assert "Ours" in theirs
        assert "Mine" not in theirs
        assert "Remove Ours" not in theirs
        assert "Ours" not in get(outsider_procurement.browser, "/dashboard/views/")
        view = PortfolioView.objects.get(name="Ours")
        edit = f"/dashboard/views/{view.pk}/edit/"
        assert procurement.browser.post(edit, {"name": "Theirs"}).status_code == 404
        assert legal.browser.post(edit, {"name": "Ours no more"}).status_code == 302
        assert "Ours" not in text_of(get(procurement.browser, "/dashboard/views/"))

    def test_a_name_is_taken_once_and_what_was_typed_stays(self, legal: Person) -> None:
        self.keep(legal, "Tier 1")
        answer = legal.browser.post("/dashboard/views/add/?tier=low", {"name": "Tier 1"})
        said = answer.content.decode()
        assert "You have a view of this name already" in said
        assert 'value="Tier 1"' in said
        assert PortfolioView.objects.count() == 1

    def test_removing_one_is_asked_for_and_recorded(
        self, legal: Person, unit_admin: Person
    ) -> None:
        self.keep(legal, "Ours", shared="on")
        view = PortfolioView.objects.get()
        remove = f"/dashboard/views/{view.pk}/remove/"
        assert "Everybody with whom it is shared" in get(unit_admin.browser, remove)
        assert unit_admin.browser.post(remove).status_code == 302
        assert not PortfolioView.objects.exists()
        kinds = Event.objects.filter(aggregate_id=view.pk).values_list("type", flat=True)
        assert sorted(kinds) == ["portfolio_view.removed", "portfolio_view.saved"]


class TestNothingThere:
    def test_an_empty_installation_leads_to_the_first_vendor(self, procurement: Person) -> None:
        page = get(procurement.browser, "/dashboard/")
        assert "Add your first vendor" in page
        assert reverse("vendors:import_new") in page
        assert "data-chart" not in page

    def test_without_a_vendor_no_empty_chart_is_drawn(self, procurement: Person) -> None:
        said = {
            "scoring:movement": ["No vendors yet"],
            "scoring:horizon": [
                "Nothing ends in the next twelve months, and nothing has passed.",
                "No finding is open.",
            ],
        }
        for name, words in said.items():
            page = procurement.browser.get(reverse(name)).content.decode()
            assert "data-chart" not in page
            assert all(word in page for word in words)

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
