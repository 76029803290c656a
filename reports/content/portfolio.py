"""The portfolio report for the board, from the readings that the dashboard shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import BusinessUnit
from accounts.principal import Principal
from accounts.templatetags.ui import NONE, band_word, points
from reports.content import limits
from reports.document import Block, Chart, Column, Document, Kind, Section, Table, Words
from scoring import horizon_charts, portfolio_charts, portfolio_words, words
from scoring.charts import band_of, css_of
from scoring.models import Band
from scoring.selectors import methods
from scoring.selectors import portfolio as reading
from scoring.selectors.portfolio import BandTile, Movement, Mover, Portfolio, Share
from scoring.selectors.portfolio.findings import SEVERITIES
from scoring.selectors.portfolio.horizon import KINDS
from vendors.country_names import country_name
from vendors.forms.findings import AGE_WORDS
from vendors.models import Finding

#: Days over which movers are looked for.
PERIOD: Final = 90
_SERIOUS: Final = (Band.HIGH, Band.CRITICAL)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the report is written from."""

    of: Portfolio
    tiles: Sequence[BandTile]
    cuts: tuple[int, ...]

    @property
    def vendors(self) -> int:
        """How many there are."""
        return sum(tile.vendors for tile in self.tiles)

    @property
    def serious(self) -> int:
        """Those that stand at High or Critical."""
        return sum(tile.vendors for tile in self.tiles if tile.band in _SERIOUS)


Part = tuple[Section, list[str]]


def document(
    reader: Principal, unit: BusinessUnit | None, *, watch: Callable[[int, int], None]
) -> Document:
    """The portfolio of a unit, or of all of them, as `reader` sees it.

    `watch` is told how many of how many chapters are done; what it raises ends the work. Raises
    NotAllowed.
    """
    of = Portfolio(reader, unit)
    seen = Seen(of, reading.bands(of), methods.cuts_in_force())
    sections: list[Section] = []
    summary: list[str] = []
    for done, chapter in enumerate(CHAPTERS, start=1):
        section, said = chapter(seen)
        sections.append(section)
        summary += said
        watch(done, len(CHAPTERS))
    subject = unit.name if unit else _("All business units")
    day = str(date_format(of.day, "DATE_FORMAT"))
    return Document(
        title=_("Portfolio report"),
        subject=subject,
        cover=list(_cover(seen, day)),
        summary=summary,
        marks=[],
        cover_chart=_bars(seen),
        sections=sections,
        footer=_("%(subject)s, as of %(day)s. Confidential.") % {"subject": subject, "day": day},
    )


def _cover(seen: Seen, day: str) -> Iterator[tuple[str, str]]:
    count = {tile.band: tile.vendors for tile in seen.tiles}
    yield _("As of"), day
    yield _("Vendors"), f"{seen.vendors:,}"
    yield _("High or critical"), f"{seen.serious:,}"
    yield _("Provisional"), f"{sum(tile.provisional for tile in seen.tiles):,}"
    yield _("Not rated"), f"{count[Band.NOT_RATED]:,}"
    method = methods.in_force()
    if method is not None:
        yield _("Method"), f"{method.title}, {_('version')} {method.version}"
        yield _("Method hash"), method.content_hash


def _bars(seen: Seen) -> Chart:
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
                    % {"count": f"{tile.vendors:,}", "provisional": tile.provisional}
                    if tile.provisional
                    else f"{tile.vendors:,}",
                }
                for tile in seen.tiles
            ]
        },
    )


def _bands(seen: Seen) -> Part:
    chart = _bars(seen)
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


def _heat(seen: Seen) -> Part:
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
                    Column(_("Vendors"), Kind.COUNT, width=0.5),
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


def _trend(seen: Seen) -> Part:
    found, changes = reading.trend(seen.of), reading.method_changes()
    drawn = portfolio_charts.trend(seen.of, found, changes)
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
                {"value": value, "label": f"{value:,}"} for value in sorted({0, most // 2, most})
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
                    "said": f"{one['values'][-1]:,}",
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


def _movers(seen: Seen) -> Part:
    found = reading.movers(seen.of, PERIOD)
    said = _movement(found)
    tables = [
        _moved(_("Worse"), found.worse, _("Nobody got worse.")),
        _moved(_("Better"), found.better, _("Nobody got better.")),
    ]
    return Section(_("Who moved"), [Words([said]), *tables]), [said]


def _movement(found: Movement) -> str:
    return _(
        "Since %(day)s %(worse)s got worse and %(better)s better, of the vendors that were rated "
        "on both days."
    ) % {
        "day": date_format(found.since, "DATE_FORMAT"),
        "worse": f"{found.worsened:,}",
        "better": f"{found.improved:,}",
    }


def _moved(title: str, rows: Sequence[Mover], empty: str) -> Table:
    return Table(
        title=title,
        sheet=title,
        columns=[
            Column(_("Vendor"), width=1.8),
            Column(_("Before"), Kind.POINTS, width=0.6),
            Column(_("Now"), Kind.POINTS, width=0.6),
            Column(_("By"), Kind.CHANGE, width=0.6),
            Column(_("Band"), width=0.9),
            Column(_("Why"), width=3.6),
        ],
        rows=[
            (
                one.name,
                one.points_before,
                one.points,
                one.by,
                band_word(one.band),
                portfolio_words.moved(one),
            )
            for one in rows
        ],
        empty=empty,
    )


def _concentration(seen: Seen) -> Part:
    countries = reading.by_country(seen.of)
    said = []
    if countries and countries[0].key:
        said.append(
            _("Most vendors are in %(country)s: %(count)s of %(all)s.")
            % {
                "country": country_name(countries[0].key),
                "count": f"{countries[0].vendors:,}",
                "all": f"{seen.vendors:,}",
            }
        )
    shared = Table(
        title=_("Shared subcontractors"),
        sheet=_("Subcontractors"),
        columns=[
            Column(_("Subcontractor"), width=2.4),
            Column(_("Country"), width=1.4),
            Column(_("Vendors that rely on it"), Kind.COUNT, width=1.2),
        ],
        rows=[
            (one.name, country_name(one.country) or NONE, one.vendors)
            for one in reading.by_subcontractor(seen.of)
        ],
        empty=_("No subcontractor works for any vendor, as far as is known."),
    )
    blocks = [
        _shares(_("Countries"), countries, lambda key: country_name(key) or _("Not known")),
        _shares(_("Categories"), reading.by_category(seen.of), lambda key: key or _("None")),
        shared,
    ]
    return Section(_("Concentration"), [Words(said), *blocks]), said


def _shares(title: str, rows: Sequence[Share], name: Callable[[str], str]) -> Table:
    return Table(
        title=title,
        sheet=title,
        columns=[
            Column(title, width=2.4),
            Column(_("Vendors"), Kind.COUNT),
            Column(_("High or critical"), Kind.COUNT),
            Column(_("Not rated"), Kind.COUNT),
        ],
        rows=[(name(one.key), one.vendors, one.serious, one.not_rated) for one in rows],
        empty=_("There is no vendor."),
    )


def _due(seen: Seen) -> Part:
    found, waits = reading.horizon(seen.of), reading.waiting(seen.of)
    drawn = horizon_charts.time_line(seen.of, found)
    said = [
        _(
            "%(overdue)s assessments are overdue, %(review)s wait for a reviewer, and a knock-out "
            "blocks %(blocked)s vendors."
        )
        % {
            "overdue": f"{waits.overdue:,}",
            "review": f"{waits.review:,}",
            "blocked": f"{waits.blocked:,}",
        },
        drawn["summary"],
    ]
    blocks: list[Block] = [
        Words(said),
        Table(
            title=drawn["title"],
            sheet=_("What ends"),
            columns=[
                Column(_("Month"), width=1.4),
                *(Column(str(horizon_charts.KIND_WORDS[kind]), Kind.COUNT) for kind in KINDS),
            ],
            rows=[(horizon_charts.month_name(one), *one.counts) for one in found.months],
        ),
        Table(
            title=_("What ends first"),
            sheet=_("Ends first"),
            columns=[
                Column(_("Day"), Kind.DAY),
                Column(_("What"), width=1.6),
                Column(_("Title"), width=2.4),
                Column(_("Vendor"), width=2),
            ],
            rows=[(one.day, str(one.what), one.title, one.vendor) for one in found.first],
            empty=_("Nothing ends in the months ahead."),
        ),
    ]
    return Section(_("Overdue, and what ends"), blocks), said


def _findings(seen: Seen) -> Part:
    found = reading.open_findings(seen.of)
    severities = dict(Finding.Severity.choices)
    said = ngettext(
        "%(count)s finding is open, %(late)s overdue.",
        "%(count)s findings are open, %(late)s of them overdue.",
        found.total,
    ) % {"count": f"{found.total:,}", "late": f"{found.overdue:,}"}
    blocks: list[Block] = [
        Words([said]),
        Table(
            title=_("By age"),
            sheet=_("Findings by age"),
            columns=[
                Column(_("Raised"), width=1.6),
                *(Column(str(severities[one]), Kind.COUNT) for one in SEVERITIES),
            ],
            rows=[(str(AGE_WORDS[age]), *counts) for age, counts in found.counts],
        ),
        Table(
            title=_("The oldest"),
            sheet=_("Oldest findings"),
            columns=[
                Column(_("Finding"), width=2.6),
                Column(_("Vendor"), width=2),
                Column(_("Severity")),
                Column(_("Raised"), Kind.DAY, width=1.2),
                Column(_("Due"), Kind.DAY, width=1.2),
            ],
            rows=[
                (
                    one.title,
                    one.vendor.name,
                    one.get_severity_display(),
                    one.created_at.date(),
                    one.due_on,
                )
                for one in found.oldest
            ],
            empty=_("No finding is open."),
        ),
    ]
    return Section(_("Open findings"), blocks), [said]


def _worst(seen: Seen) -> Part:
    rows = reading.worst(seen.of, 20)
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


def _method(_seen: Seen) -> Part:
    return Section(_("Method and its limits"), limits.words()), []


CHAPTERS: Final[Sequence[Callable[[Seen], Any]]] = (
    _bands,
    _heat,
    _trend,
    _movers,
    _concentration,
    _due,
    _findings,
    _worst,
    _method,
)
