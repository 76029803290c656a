"""A figure of the dashboard is the same wherever it is read: chart, table, file, report, API."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.templatetags.ui import band_word
from assessments.services import assessments
from audit import clock
from scoring.selectors.portfolio import ALL_BANDS
from tests.factories.assessments import small_questionnaire
from tests.factories.contracts import make_policy
from tests.factories.findings import make_finding
from tests.factories.scoring import catch_up, score, scored
from tests.factories.vendors import make_vendor
from tests.personas import Person, Program
from tests.reports.making import content, report_on, sheets_of, text_of
from tests.scoring_pages.reading import chart_data, file_of, get, table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(unit: BusinessUnit) -> None:
    """Something in most bands, over some months, with findings and policies."""
    questionnaire = small_questionnaire()
    with clock.at(clock.now() - timedelta(days=70)):
        handed_in = scored(unit, questionnaire, country="FI")
        assessments.submit(assessment=handed_in, by=SYSTEM)
        score(handed_in, "assessment.submitted")
        catch_up()
    bad = scored(unit, questionnaire, country="CN", worst=True)
    for severity, days in (("low", 20), ("critical", 200)):
        make_finding(unit, vendor=bad.vendor, severity=severity)
        make_policy(bad.vendor, expires_on=(clock.today() + timedelta(days)).isoformat())
    make_vendor(unit, country="VN")
    catch_up()


def numbers(rows: list[list[Any]]) -> list[list[int]]:
    """The counts behind the first cell of each row."""
    return [[int(cell) for cell in row[1:]] for row in rows]


def lines_of(data: dict[str, Any]) -> list[list[int]]:
    """The values of all series of a chart, place by place."""
    return [list(values) for values in zip(*(one["values"] for one in data["series"]), strict=True)]


@pytest.mark.usefixtures("portfolio")
def test_a_figure_is_the_same_in_chart_table_file_report_and_api(
    unit: BusinessUnit, legal: Person, api_client: Program
) -> None:
    browser, report = legal.browser, report_on(None, legal, unit)
    sheets, paper = sheets_of(content(report, legal, "xlsx")), text_of(content(report, legal))
    overview = browser.get("/dashboard/")
    page = overview.content.decode()
    movement, ending = (get(browser, f"/dashboard/{one}/") for one in ("movement", "ending"))
    listed = api_client.browser.get("/api/v1/vendors?limit=100").json()["items"]
    told = Counter(one["rating"]["band"] for one in listed)

    bands = chart_data(page, "bands")
    drawn = dict(zip(bands["labels"], bands["values"], strict=True))
    assert drawn == {band_word(band): told[band] for band in ALL_BANDS}
    assert [row[:2] for row in table_of(page, "bands")] == [
        [*map(str, one)] for one in drawn.items()
    ]
    written = file_of(browser, "/dashboard/bands/csv/")[1:]
    assert numbers(written) == numbers(sheets["Bands"][1:-1])
    assert [row[:2] for row in written] == [[*map(str, one)] for one in drawn.items()]
    for (band, *counts), provisional in zip(written, bands["parts"], strict=True):
        assert int(counts[2]) == provisional
        assert " ".join((band, *counts)) in paper

    trend = chart_data(movement, "trend")
    lines = lines_of(trend)
    assert len({tuple(line) for line in lines}) > 2
    assert numbers([row[:-1] for row in table_of(movement, "trend")]) == lines
    assert numbers([row[:-1] for row in sheets["Over time"][1:]]) == lines
    # The lines take bands together; the file has each by itself.
    for line, row in zip(lines, file_of(browser, "/dashboard/trend/csv/")[1:], strict=True):
        low, moderate, elevated, high, critical, not_rated = map(int, row[1:7])
        assert line == [high + critical, elevated, low + moderate, not_rated]
    assert sum(lines[-1]) == len(listed)

    heat = [cell for row in overview.context["heat"]["rows"] for cell in row["cells"]]
    shown = [(cell["value"], int((cell["note"] or "0").split()[0])) for cell in heat]
    filed = file_of(browser, "/dashboard/heat/csv/")[1:]
    assert shown == [
        (int(Decimal(row[3]) * 1000) if row[3] else None, int(row[2])) for row in filed
    ]
    in_book = [
        (round(Decimal(str(mean)) * 1000) if mean != "" else None, int(count))
        for row in sheets["Dimension by tier"][1:]
        for mean, count in zip(row[1::2], row[2::2], strict=True)
    ]
    assert in_book == shown

    for chart, file, sheet in (
        ("horizon", "ending", "What ends"),
        ("findings", "findings", "Findings by age"),
    ):
        data = chart_data(ending, chart)
        drawn_here = lines_of(data)
        kinds = len(drawn_here[0])
        for rows in (
            table_of(ending, chart),
            file_of(browser, f"/dashboard/{file}/csv/")[1:],
            sheets[sheet][1:],
        ):
            assert [line[:kinds] for line in numbers(rows)] == drawn_here
        assert any(map(any, drawn_here))
