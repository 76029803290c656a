"""The drawing of a rating over time: a line where there was a rating, and none where not."""

from datetime import date

import pytest

from accounts.templatetags.ui import NONE
from reports import paper
from reports.content.vendor.over_time import over_time
from reports.document import Document, Section
from scoring.models import Standing

pytestmark = pytest.mark.django_db
DAYS = [date(2026, 1, day) for day in (1, 11, 21, 31)]
TODAY = date(2026, 2, 10)


def test_no_line_is_drawn_over_days_without_a_rating() -> None:
    rows = [
        Standing(valid_from=day, points=value, lo=value, hi=value)
        for day, value in zip(DAYS, (40_000, None, 70_000, None), strict=True)
    ]
    chart = over_time(rows, TODAY, "It moved.")
    line = chart.data["series"][0]
    assert [(one["at"], one["value"], one["lifted"]) for one in line["points"]] == [
        (0.0, 40_000, True), (0.25, 40_000, False), (0.5, 70_000, True), (0.75, 70_000, False),
    ]  # fmt: skip
    assert line["said"] == NONE
    rated = over_time(rows[:3], TODAY, "It moved.").data["series"][0]
    assert (rated["points"][-1]["at"], rated["said"]) == (1, "70.0")
    section = Section("Over time", [chart])
    said = Document(
        title="Report", subject="Danang", cover=[], summary=[], marks=[], cover_chart=None,
        sections=[section], footer="",
    )  # fmt: skip
    assert paper.render(said, TODAY).startswith(b"%PDF")
