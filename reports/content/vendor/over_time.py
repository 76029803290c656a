"""The drawing of a rating over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.templatetags.ui import points
from reports.document import Chart
from scoring.models import Standing


def _line(values: Sequence[tuple[float, int | None]]) -> list[dict[str, Any]]:
    """Where a line turns, from shares of the width and values; "lifted": it begins there.

    It ends where there is no value any more, and else at the right.
    """
    turns: list[dict[str, Any]] = []
    last = None
    for at, value in [*values, (1, values[-1][1])]:
        if value is not None:
            turns.append({"at": at, "value": value, "lifted": last is None})
        elif last is not None:
            turns.append({"at": at, "value": last, "lifted": False})
        last = value
    return turns


def over_time(rows: Sequence[Standing], last: date, summary: str) -> Chart:
    """The rating from the first of `rows`, earliest first, to the day `last`, in steps."""
    first = rows[0].valid_from
    days = max((last - first).days, 1)

    def line(name: str, field: str) -> dict[str, Any]:
        values = [((row.valid_from - first).days / days, getattr(row, field)) for row in rows]
        return {"name": name, "points": _line(values), "said": points(values[-1][1])}

    series = [
        line(_("Rating"), "points"),
        line(_("At worst"), "hi"),
        line(_("At best"), "lo"),
    ]
    return Chart(
        "lines",
        "",
        summary,
        {
            "most": 100_000,
            "steps": True,
            "y": [{"value": at * 1000, "label": str(at)} for at in (0, 25, 50, 75, 100)],
            "x": [
                {"at": 0, "label": str(date_format(first, "SHORT_DATE_FORMAT"))},
                {"at": 1, "label": str(date_format(last, "SHORT_DATE_FORMAT"))},
            ],
            "marks": [],
            "series": [one for one in series if one["points"]],
        },
    )
