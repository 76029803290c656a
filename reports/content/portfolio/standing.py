"""Where the vendors stand: bands, dimensions, two years, the worst."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from accounts.templatetags.ui import band_word, points
from reports.content.portfolio.seen import Part, Seen
from reports.document import Chart, Column, Kind, Section, Table
from scoring import portfolio_charts, portfolio_words, words
from scoring.charts import band_of, css_of
from scoring.selectors import portfolio as reading
from vendors.country_names import country_name

#: Vendors that are named as the worst.
WORST: Final = 20


def bars(seen: Seen) -> Chart:
    """Vendors per band; hatched, what is provisional."""
    return Chart(
        "bars",
        "",
        portfolio_charts.bands(seen.of, seen.tiles)["summary"],
        {
            "items": [
                {
                    "label": band_word(tile.band),
                    "value": tile.vendors,
                    "firm": tile.vendors - tile.provisional,
                    "shade": css_of(tile.band),
                    "said": _("%(count)s, %(provisional)s provisional")
                    % {
                        "count": portfolio_words.count(tile.vendors),
                        "provisional": portfolio_words.count(tile.provisional),
                    }
                    if tile.provisional
                    else portfolio_words.count(tile.vendors),
                }
                for tile in seen.tiles
            ]
        },
    )


def bands(seen: Seen) -> Part:
    chart = bars(seen)
    section = Section(
        _("Vendors by band"),
        [
            chart,
            Table(
                title="",
                sheet=_("Bands"),
                columns=[
                    Column(_("Band"), width=2),
                    Column(_("Vendors"), Kind.COUNT),
                    Column(_("Final"), Kind.COUNT),
                    Column(_("Provisional"), Kind.COUNT),
                ],
                rows=[
                    (band_word(tile.band), tile.vendors, tile.final, tile.provisional)
                    for tile in seen.tiles
                ],
                total=(
                    _("All"),
                    seen.vendors,
                    sum(tile.final for tile in seen.tiles),
                    sum(tile.provisional for tile in seen.tiles),
                ),
                note=_("Not rated means that too little is known; provisional, not firm yet."),
            ),
        ],
    )
    return section, [chart.alt]


def heat(seen: Seen) -> Part:
    rows = reading.heat(seen.of)
    table = Table(
        title="",
        sheet=_("Dimension by tier"),
        columns=[
            Column(_("Dimension"), width=1.6),
            *(
                column
                for _key, word in words.tiers()
                for column in (
                    Column(word, Kind.POINTS),
                    Column(_("Vendors"), Kind.COUNT, width=0.8),
                )
            ),
        ],
        rows=[
            (
                words.dimension(row[0].dimension),
                *(value for cell in row for value in (cell.mean, cell.vendors)),
            )
            for row in rows
        ],
        shades={
            (at, 1 + 2 * number): css_of(band_of(cell.mean, seen.cuts))
            for at, row in enumerate(rows)
            for number, cell in enumerate(row)
            if cell.mean is not None
        },
        note=_(
            "Mean points of the rated vendors, and how many they are; 0 is best. The darker, the "
            "worse. A display, not a rating."
        ),
    )
    return Section(_("Dimension by tier"), [table]), []


def trend(seen: Seen) -> Part:
    drawn = portfolio_charts.trend(seen.of, reading.trend(seen.of), seen.changes)
    names, series = drawn["data"]["x"], drawn["data"]["series"]
    last = max(len(names) - 1, 1)
    most = max([1, *(value for one in series for value in one["values"])])
    chart = Chart(
        "lines",
        "",
        drawn["summary"],
        {
            "most": most,
            "steps": False,
            "y": [
                {"value": value, "label": portfolio_words.count(value)}
                for value in sorted({0, most // 2, most})
            ],
            "x": [
                {"at": at / last, "label": name}
                for at, name in enumerate(names)
                if at % 6 == 0 or at == last
            ],
            "marks": [
                {"at": names.index(mark["x"]) / last, "label": mark["label"]}
                for mark in drawn["data"]["marks"]
            ],
            "series": [
                {
                    "name": one["name"],
                    "said": portfolio_words.count(one["values"][-1]),
                    "points": [
                        {"at": at / last, "value": value} for at, value in enumerate(one["values"])
                    ],
                }
                for one in series
            ],
        },
    )
    table = Table(
        title="",
        sheet=_("Over time"),
        columns=[
            Column(_("End of"), width=1.2),
            *(Column(one["name"], Kind.COUNT) for one in series),
            Column(_("New version of method"), width=1.6),
        ],
        rows=[
            (name, *(one["values"][at] for one in series), drawn["rows"][at][-1])
            for at, name in enumerate(names)
        ],
    )
    return Section(_("Over two years"), [chart, table]), [drawn["summary"]]


def worst(seen: Seen) -> Part:
    rows = reading.worst(seen.of, WORST)
    table = Table(
        title="",
        sheet=_("Worst vendors"),
        columns=[
            Column(_("Vendor"), width=2.4),
            Column(_("Country"), width=1.3),
            Column(_("Band")),
            Column(_("Points"), Kind.POINTS, width=0.7),
            Column(_("From"), Kind.POINTS, width=0.7),
            Column(_("To"), Kind.POINTS, width=0.7),
            Column(_("Firmness"), width=1.1),
            Column(_("Weakest dimension"), width=1.8),
        ],
        rows=[
            (
                one.name,
                country_name(one.country),
                band_word(one.band),
                one.points,
                one.lo,
                one.hi,
                str(words.STATUS_WORDS[one.status]),
                words.dimension(one.worst_dimension),
            )
            for one in rows
        ],
        empty=_("No vendor is rated."),
    )
    said = []
    if rows:
        said = [
            _("The worst is %(vendor)s, %(band)s at %(points)s.")
            % {
                "vendor": rows[0].name,
                "band": band_word(rows[0].band),
                "points": points(rows[0].points),
            }
        ]
    return Section(_("The vendors with the most points"), [table]), said
