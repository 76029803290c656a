"""Charts as data: what `static/js/charts.js` draws, with the same figures as a table.

Each chart is a dictionary of `id`, `kind`, `title`, `summary` (one sentence), `data` (for the
kind), `head` and `rows` (the table) and `csv_url`. Figures are integer milli-points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import NONE, band_word, points
from audit import clock
from scoring import links, words
from scoring.models import Band, CurrentScore, Score, Standing
from scoring.selectors import methods
from scoring.selectors.portfolio import ALL_BANDS
from scoring.selectors.scorecard import Scorecard
from scoring.selectors.turns import Turn

Chart = dict[str, Any]


def decimal(milli: int | None) -> str:
    """Points with three places and a decimal point, whatever the reader's language; for files."""
    return "" if milli is None else f"{milli // 1000}.{milli % 1000:03d}"


def band_of(milli: int | None, cuts: Sequence[int]) -> str:
    """The band whose colour a dimension or a mean wears; for display only, no rating.

    `cuts`: those of the method, in milli-points.
    """
    if milli is None:
        return ""
    return ALL_BANDS[sum(milli >= cut for cut in cuts)]


def css_of(band: str) -> str:
    return "none" if band == Band.NOT_RATED else band


# --- the vendor page ----------------------------------------------------------------------------
def dimensions(score: CurrentScore | Score, csv_url: str) -> Chart:
    """The dimensions of one score with their intervals, the worst first."""
    cuts = methods.parameters(score.methodology_id).band_cuts_milli
    found = _dimensions(score)
    summary = ""
    if found:
        summary = _("%(dimension)s is the weakest, at %(points)s; 0 is best, 100 is worst.") % {
            "dimension": found[0][0],
            "points": points(found[0][2]),
        }
    return {
        "id": "dimensions",
        "kind": "dots",
        "title": _("Dimensions"),
        "summary": summary,
        "data": {
            "items": [
                {"label": name, "lo": lo, "point": point, "hi": hi, "band": band_of(point, cuts)}
                for name, lo, point, hi in found
            ]
        },
        "head": [_("Dimension"), _("Points"), _("From"), _("To")],
        "rows": [(name, points(point), points(lo), points(hi)) for name, lo, point, hi in found],
        "csv_url": csv_url if found else "",
    }


def dimension_lines(score: CurrentScore | Score) -> Iterator[Sequence[str]]:
    """The same for a file: dimension, points, from and to."""
    for name, lo, point, hi in _dimensions(score):
        yield name, decimal(point), decimal(lo), decimal(hi)


def _dimensions(score: CurrentScore | Score) -> list[tuple[str, int, int, int]]:
    """Name, lower end, points and upper end of those in the score, in milli-points."""
    found = [
        (name, *score.dimensions[key])
        for key, name in words.dimensions()
        if key in score.dimensions
    ]
    return sorted(found, key=lambda row: -row[2])


def history(standings: Sequence[Standing], turns: Sequence[Turn], csv_url: str) -> Chart:
    """Where a vendor stood, and why it moved: one point per day on which something changed.

    Both are given latest first. Days on which only time was at work are marked.
    """
    rows, why = list(reversed(standings)), list(reversed(turns))
    days = [date_format(row.valid_from, "DATE_FORMAT") for row in rows]
    return {
        "id": "history",
        "kind": "trend",
        "title": _("Rating over time"),
        "summary": _history_summary(rows, why),
        "data": {
            "notes": [words.turn(turn) for turn in why],
            "aged": [turn.aged for turn in why],
            "x": [row.valid_from.isoformat() for row in rows],
            "until": clock.today().isoformat(),
            "series": [
                {"name": _("Rating"), "values": [row.points for row in rows]},
                {"name": _("At worst"), "values": [row.hi for row in rows]},
                {"name": _("At best"), "values": [row.lo for row in rows]},
            ],
            "points": True,
        },
        "head": [
            _("From"),
            _("Rating"),
            _("At worst"),
            _("At best"),
            _("Band"),
            _("Firmness"),
            _("Why"),
        ],
        "worded": (4, 5, 6),
        "rows": [
            (
                day,
                points(row.points),
                points(row.hi),
                points(row.lo),
                band_word(row.band),
                str(words.STATUS_WORDS[row.status]),
                _why(turn),
            )
            for day, row, turn in zip(days, rows, why, strict=True)
        ],
        "csv_url": csv_url if rows else "",
    }


def _why(turn: Turn) -> str | dict[str, str]:
    """Why it moved, with the way to the score on record that says more."""
    said = words.turn(turn)
    if said and turn.score_id is not None:
        return _linked(said, links.address("scoring:score", turn.score_id))
    return said or NONE


def _history_summary(rows: Sequence[Standing], turns: Sequence[Turn]) -> str:
    aged = sum(turn.aged for turn in turns)
    said = _from_to(rows)
    if not aged:
        return said
    more = ngettext(
        "On %(count)s day it moved only because answers or proof aged; the chart marks it with a "
        "diamond.",
        "On %(count)s days it moved only because answers or proof aged; the chart marks them with "
        "a diamond.",
        aged,
    ) % {"count": aged}
    return f"{said} {more}"


def _from_to(rows: Sequence[Standing]) -> str:
    rated = [row for row in rows if row.points is not None]
    if len(rated) < 2:
        return _("Each day on which the rating changed; 0 is best, 100 is worst.")
    first, last = rated[0], rated[-1]
    if rows[-1].points is None:
        return _(
            "From %(before)s on %(day)s to %(after)s; not rated since %(since)s. 0 is best, 100 is "
            "worst."
        ) % {
            "before": points(first.points),
            "day": date_format(first.valid_from, "DATE_FORMAT"),
            "after": points(last.points),
            "since": date_format(rows[-1].valid_from, "DATE_FORMAT"),
        }
    return _("From %(before)s on %(day)s to %(after)s now; 0 is best, 100 is worst.") % {
        "before": points(first.points),
        "day": date_format(first.valid_from, "DATE_FORMAT"),
        "after": points(last.points),
    }


# --- the scorecard ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Parts:
    """What a score is made of, in milli-points; dimensions as (title, points, where they lead)."""

    base: int
    dimensions: Sequence[tuple[str, int, str]]
    unrated: int
    uplift: int
    total: int
    band: str


def waterfall(card: Scorecard, csv_url: str) -> Chart:
    """The parts of a score: the base, the dimensions, the lift by a knock-out, and their sum."""
    parts = Parts(
        base=card.base,
        dimensions=[
            (one.title, one.points, f"#part-{one.key}")
            for one in sorted(card.dimensions, key=lambda one: -one.points)
        ],
        unrated=card.unrated,
        uplift=card.uplift,
        total=card.total,
        band=card.current.band,
    )
    return waterfall_of("waterfall", _("What the score is made of"), parts, csv_url)


def waterfall_of(chart_id: str, title: str, made_of: Parts, csv_url: str) -> Chart:
    """The same of any score, whether it stands or is only thought of."""
    parts = [(_("Base from inherent risk"), made_of.base, "base", "")]
    parts += [(name, value, "part", href) for name, value, href in made_of.dimensions]
    if made_of.unrated:
        parts.append((_("Nothing to rate"), made_of.unrated, "rest", ""))
    if made_of.uplift:
        parts.append((_("Knock-out"), made_of.uplift, "knockout", ""))
    total = _("Would stand at") if made_of.band == Band.NOT_RATED else _("Score")
    largest = max(parts[1:], key=lambda part: part[1], default=None)
    summary = ""
    if largest and largest[1]:
        summary = _(
            "To three decimals the parts add up exactly. Largest: %(name)s with %(points)s points."
        ) % {
            "name": largest[0],
            "points": points(largest[1]),
        }
    return {
        "id": chart_id,
        "kind": "waterfall",
        "title": title,
        "summary": summary,
        "data": {
            "parts": [
                {"label": label, "value": value, "kind": kind, "href": href}
                for label, value, kind, href in parts
            ],
            "total": {"label": total, "value": made_of.total, "band": css_of(made_of.band)},
        },
        "head": [_("Part"), _("Points")],
        "rows": [
            *((_linked(label, href), points(value, 3)) for label, value, _kind, href in parts),
            (total, points(made_of.total, 3)),
        ],
        "csv_url": csv_url,
    }


def _linked(label: str, url: str) -> str | dict[str, str]:
    """What a cell says, with the way on where there is one."""
    return {"label": label, "url": url} if url else label
