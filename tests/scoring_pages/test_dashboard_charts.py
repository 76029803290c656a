"""Charts of the dashboard: drawing, table and file hold the same figures."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from audit import clock
from scoring.models import Methodology
from scoring.portfolio_charts import changed_in
from scoring.selectors.portfolio import MethodChange, TrendPoint
from tests.factories.assessments import small_questionnaire
from tests.factories.contracts import make_contract, make_policy
from tests.factories.findings import make_finding
from tests.factories.methods import make_draft, publish
from tests.factories.scoring import catch_up, scored
from tests.factories.subcontracts import make_company, make_subcontract
from tests.personas import Person
from tests.scoring_pages.reading import chart_data, file_of, get, rows_of, table_of, text_of
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

PAGES = (
    "/dashboard/",
    "/dashboard/movement/",
    "/dashboard/concentration/",
    "/dashboard/ending/",
)


@pytest.fixture
def vendors(unit: BusinessUnit) -> list[Vendor]:
    """Two Finnish vendors and one that is critical, with something of everything."""
    questionnaire = small_questionnaire()
    made = [
        Vendor.objects.get(
            pk=scored(
                unit, questionnaire, country=country, category="Tooling", worst=country == "CN"
            ).vendor_id
        )
        for country in ("FI", "FI", "CN")
    ]
    today = clock.today()
    for vendor, days in zip(made, (-1, 3, 200), strict=True):
        make_policy(vendor, expires_on=(today + timedelta(days)).isoformat())
        make_finding(unit, vendor=vendor, severity="low" if days > 0 else "critical")
        make_subcontract(vendor, make_company(vendor, f"Plating {vendor.country}"))
    catch_up()
    return made


@pytest.mark.usefixtures("vendors")
@pytest.mark.parametrize(("chart", "file"), [("horizon", "ending"), ("findings", "findings")])
def test_a_stacked_chart_says_what_its_table_and_its_file_say(
    chart: str, file: str, procurement: Person
) -> None:
    page = get(procurement.browser, "/dashboard/ending/")
    data = chart_data(page, chart)
    drawn = [
        list(map(str, values))
        for values in zip(*(series["values"] for series in data["series"]), strict=True)
    ]
    table = table_of(page, chart)
    assert [row[0] for row in table] == data["x"]
    assert [row[1 : len(drawn[0]) + 1] for row in table] == drawn
    written = file_of(procurement.browser, f"/dashboard/{file}/csv/")
    assert [row[1:] for row in written[1:]] == [row[1:] for row in table]
    assert sum(int(value) for row in drawn for value in row) == 3


@pytest.mark.usefixtures("vendors")
@pytest.mark.parametrize("chart", ["horizon", "findings"])
@pytest.mark.parametrize(("narrowed", "counted"), [({}, 3), ({"country": "FI"}, 2)])
def test_a_count_leads_to_a_list_of_that_many_under_any_filters(
    chart: str, narrowed: dict[str, str], counted: int, procurement: Person
) -> None:
    data = chart_data(get(procurement.browser, "/dashboard/ending/", **narrowed), chart)
    led = 0
    for series in data["series"]:
        for value, href in zip(series["values"], series["hrefs"], strict=True):
            if value:
                listed = get(procurement.browser, href)
                assert len(rows_of(listed)) == value, href
                led += value
    assert led == counted


def test_contracts_of_a_month_lead_to_their_days_for_notice_and_ends_alone(
    vendors: list[Vendor], procurement: Person
) -> None:
    engagement = vendors[1].engagements.get()
    make_contract(engagement, ends_on=(clock.today() + timedelta(3)).isoformat())
    contracts = chart_data(get(procurement.browser, "/dashboard/ending/"), "horizon")["series"][0]
    [href] = [
        href for value, href in zip(contracts["values"], contracts["hrefs"], strict=True) if value
    ]
    listed = get(procurement.browser, href)
    assert len(rows_of(listed)) == 1
    assert "Contract ends" in listed


@pytest.mark.usefixtures("vendors")
def test_ranked_tables_lead_to_as_many_vendors_and_hold_what_their_files_hold(
    procurement: Person,
) -> None:
    page = get(procurement.browser, "/dashboard/concentration/", status="rated")
    text = text_of(page)
    assert "The largest: Finland, with 66% of the vendors." in text
    assert len(rows_of(get(procurement.browser, "/vendors/", status="rated", country="FI"))) == 2
    assert "/vendors/?status=rated&amp;country=FI" in page
    assert "/vendors/?status=rated&amp;country=CN&amp;band=serious" in page
    written = file_of(procurement.browser, "/dashboard/country/csv/", status="rated")
    assert written[1:] == [["Finland", "2", "0", "0"], ["China", "1", "1", "0"]]
    assert file_of(procurement.browser, "/dashboard/category/csv/")[1] == ["Tooling", "3", "1", "0"]
    shared = file_of(procurement.browser, "/dashboard/subcontractors/csv/", country="CN")
    assert [row[0] for row in shared[1:]] == ["Plating CN"]


@pytest.mark.usefixtures("vendors")
def test_what_no_past_is_kept_of_is_not_made_up(procurement: Person) -> None:
    day = (clock.today() - timedelta(days=1)).isoformat()
    ending = get(procurement.browser, "/dashboard/ending/", day=day)
    assert "Known as of today only" in ending
    assert "data-chart" not in ending
    for file in ("ending", "findings", "subcontractors"):
        answer = procurement.browser.get(f"/dashboard/{file}/csv/", {"day": day})
        assert answer.status_code == 422
        assert "known as of today only" in text_of(answer.content.decode())


def test_a_mark_stands_in_the_month_in_which_another_version_came_into_force() -> None:
    ends = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 15)]
    points = [TrendPoint(day, (0,) * 6) for day in ends]
    first = Methodology(title="Standard").pk
    changes = [
        MethodChange(day, title, first)
        for day, title in (
            (date(2025, 1, 1), "Standard 1"),
            (date(2026, 1, 20), "Standard 2"),
            (date(2026, 2, 28), "Standard 3"),
            (date(2026, 3, 1), "Standard 4"),
            (date(2026, 3, 16), "Standard 5"),
        )
    ]
    # The first month shows how things stood at its end: what changed in it is not seen to move.
    assert changed_in(points, changes) == [[], ["Standard 3"], ["Standard 4"]]


def test_the_trend_says_in_words_table_and_file_where_the_method_changed(
    unit: BusinessUnit, procurement: Person
) -> None:
    with clock.at(clock.now() - timedelta(days=90)):
        scored(unit)
    later = publish(make_draft(kappa=0.8))
    page = get(procurement.browser, "/dashboard/movement/")
    [mark] = chart_data(page, "trend")["marks"]
    assert mark["label"] == f"{later.title} {later.version}"
    assert [row[-1] for row in table_of(page, "trend") if row[-1]] == [mark["label"]]
    assert "A dashed mark: a new version of the method" in text_of(page)
    written = file_of(procurement.browser, "/dashboard/trend/csv/")
    assert [row[-1] for row in written[1:] if row[-1]] == [mark["label"]]


@pytest.mark.usefixtures("vendors")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_dashboard_takes_about_a_dozen_queries_however_it_is_narrowed(
    path: str, unit_admin: Person, unit: BusinessUnit
) -> None:
    get(unit_admin.browser, path)
    for query in ({}, {"country": "FI", "category": "Tooling"}, {"tier": "high"}):
        with CaptureQueriesContext(connection) as queries:
            get(unit_admin.browser, path, **query)
        assert len(queries) <= 14, (path, query, len(queries))


@pytest.mark.parametrize("path", PAGES[:3])
def test_a_portfolio_without_vendors_offers_the_first_one_and_no_figures(
    procurement: Person, auditor: Person, path: str
) -> None:
    page = get(procurement.browser, path)
    assert "Add your first vendor" in page
    assert "got worse" not in page
    assert "Take a filter away" not in page
    assert "Add your first vendor" not in get(auditor.browser, path)
    assert "Take a filter away" in get(procurement.browser, "/dashboard/concentration/?country=VN")


def test_an_empty_list_behind_a_count_leads_back_and_speaks_of_filters_where_there_are_some(
    procurement: Person,
) -> None:
    page = get(procurement.browser, "/dashboard/behind/?what=review")
    assert "To the dashboard" in page
    assert "Take a filter away" not in page
    narrowed = get(procurement.browser, "/dashboard/behind/?what=review&country=VN")
    assert "Take a filter away" in narrowed
