"""Reports on a part of the portfolio, or on a past day: what the dashboard says at that address."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from audit import clock
from audit.errors import Invalid
from reports.models import Report, Schedule
from reports.services import making, schedules
from scoring import links
from scoring.selectors.portfolio import Portfolio
from scoring.services import portfolio_views
from tests.personas import Person
from tests.reports.making import content, sheets_of, text_of
from tests.reports.test_schedules import run_due
from tests.scoring.portfolio.world import TODAY, World, make_portfolio
from tests.scoring_pages.reading import get

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(unit: BusinessUnit, other_unit: BusinessUnit) -> World:
    return make_portfolio(unit, other_unit)


def file_of(person: Person, name: str, address: dict[str, str]) -> list[list[Any]]:
    """A file of the dashboard, without its head."""
    answer = person.browser.get(reverse(name), address)
    assert answer.status_code == 200
    sent = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(sent)))[1:]


def counted(rows: list[list[Any]]) -> list[list[Any]]:
    """A name and whole numbers in each row."""
    return [[row[0], *(int(cell or 0) for cell in row[1:])] for row in rows]


def ordered_from(person: Person, address: dict[str, str]) -> Report:
    """The report that the form behind an address makes, as it comes."""
    page = person.browser.get(reverse("reports:new_on_portfolio"), address)
    assert page.status_code == 200
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    answer = person.browser.post(
        reverse("reports:new_on_portfolio"), sent | {"view": address.get("view", "")}
    )
    assert answer.status_code == 302
    report = Report.objects.latest("pk")
    making.make(report_id=report.pk)
    report.refresh_from_db()
    return report


def test_a_report_of_an_address_holds_the_figures_of_the_dashboard_at_that_address(
    world: World, procurement: Person
) -> None:
    unit = {"unit": str(world.unit.pk)}
    with clock.at(TODAY):
        for named in (
            {"tier": "critical"},
            {"country": "DE", "status": "rated"},
            {"owner": str(world.owner.pk), "category": "Tooling"},
            {"day": "2026-03-31", "country": "VN"},
        ):
            address = unit | named
            report = ordered_from(procurement, address)
            assert report.filters == named
            sheets = sheets_of(content(report, procurement, "xlsx"))
            bands = file_of(procurement, "scoring:bands_csv", address)
            assert counted(sheets["Bands"][1:-1]) == counted(bands)
            assert counted(sheets["Countries"][1:-1]) == counted(
                file_of(procurement, "scoring:country_csv", address)
            )
            heat = file_of(procurement, "scoring:heat_csv", address)
            in_cells = [
                (row[0], int(vendors), f"{mean:.3f}" if vendors else "")
                for row in sheets["Dimension by tier"][1:]
                for mean, vendors in zip(row[1::2], row[2::2], strict=True)
            ]
            assert in_cells == [(row[0], int(row[2]), row[3]) for row in heat]


def test_the_paper_says_what_was_selected_and_of_which_day(
    world: World, procurement: Person
) -> None:
    address = {"tier": "critical", "owner": str(world.owner.pk), "day": "2026-03-31"}
    with clock.at(TODAY):
        report = ordered_from(procurement, address)
        said = text_of(content(report, procurement))
        page = get(procurement.browser, reverse("reports:report", args=[report.pk]))
    assert "Tier 1, critical" in page
    assert "Olga Owner" in page
    for words in (
        "Tier 1, critical",
        "Owner Olga Owner",
        "As it stood at the end of 31 Mar 2026.",
        "A part of the portfolio",
        "is known as of today only",
    ):
        assert words in said, words
    for kept_of_today_only in ("What ends first", "The oldest", "Shared subcontractors"):
        assert kept_of_today_only not in said


def test_a_view_gives_its_name_to_the_report_and_to_what_the_calendar_makes(
    world: World, procurement: Person
) -> None:
    of = Portfolio(procurement.principal, world.unit, links.filters_from({"country": "VN"}))
    view, dated = (
        portfolio_views.save(name=name, unit=world.unit, filters=filters, by=procurement.principal)
        for name, filters in (
            ("Vietnam", links.filters_but_unit(of)),
            ("Last March", {"day": "2026-03-31"}),
        )
    )
    dashboard = procurement.browser.get(links.view_page(view))
    assert dashboard.context["report_url"] == links.kept_page(
        "reports:new_on_portfolio", None, view.filters, view=str(view.pk)
    ).replace("unit=all&", "")
    report = ordered_from(procurement, {"country": "VN", "view": str(view.pk)})
    assert f"{world.unit.name}: Vietnam" in text_of(content(report, procurement))
    shown = procurement.browser.get(reverse("reports:report", args=[report.pk])).context
    assert f"view={view.pk}" in shown["again"]
    assert f"view={view.pk}" in shown["by_calendar"]
    other = ordered_from(procurement, {"country": "DE", "view": str(view.pk)})
    assert (report.view_name, other.view_name) == ("Vietnam", "")

    page = procurement.browser.get(reverse("reports:schedule_portfolio"))
    offered = page.content.decode()
    assert f"view:{view.pk}" in offered
    assert f"view:{dated.pk}" not in offered
    values = {"rhythm": "weekly", "unit": f"view:{view.pk}", "readers": [procurement.user.pk]}
    answer = procurement.browser.post(reverse("reports:schedule_portfolio"), values)
    assert answer.status_code == 302
    portfolio_views.remove(view=view, by=procurement.principal)
    schedule = Schedule.objects.get()
    [made] = run_due(schedule)
    assert (made.filters, made.view_name) == ({"country": "VN"}, "Vietnam")
    # The view is gone; what it selected stays, and is offered as it is.
    kept = {**values, "unit": "kept", "rhythm": "monthly", "version": "1"}
    there = reverse("reports:schedule", args=[schedule.pk])
    assert procurement.browser.post(there, kept).status_code == 302
    schedule.refresh_from_db()
    assert (schedule.rhythm, schedule.filters) == ("monthly", {"country": "VN"})


def test_a_schedule_of_a_past_day_is_refused(unit: BusinessUnit, procurement: Person) -> None:
    with pytest.raises(Invalid, match="past day"):
        schedules.add(
            vendor=None, unit=unit, rhythm="weekly", readers=[procurement.user.pk],
            filters={"day": "2026-03-31"}, by=procurement.principal,
        )  # fmt: skip


def test_a_filter_that_cannot_be_read_makes_no_report(
    unit: BusinessUnit, procurement: Person
) -> None:
    there = reverse("reports:new_on_portfolio")
    assert procurement.browser.get(there, {"country": "Atlantis"}).status_code == 422
    answer = procurement.browser.post(there, {"day": "2999-01-01"})
    assert answer.status_code == 422
    assert "This day is still to come." in answer.content.decode()
    assert not Report.objects.exists()
