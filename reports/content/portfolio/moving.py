"""Who moved and why, and on what many vendors depend together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import NONE, band_word
from reports.content.portfolio.seen import Part, Seen
from reports.document import Block, Column, Kind, Section, Table, Words
from scoring import portfolio_words
from scoring.selectors import portfolio as reading
from scoring.selectors.portfolio import Movement, Mover, Share
from vendors.country_names import country_name

#: Days over which movers are looked for.
PERIOD: Final = 90
#: Countries and categories that are named; the others are one row.
ON_PAPER: Final = 20
IN_BOOK: Final = 2_000


def movers(seen: Seen) -> Part:
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
        "worse": portfolio_words.count(found.worsened),
        "better": portfolio_words.count(found.improved),
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


def concentration(seen: Seen) -> Part:
    countries = reading.by_country(seen.of)
    said = []
    known = next((one for one in countries if one.key), None)
    if known:
        said.append(
            _("The country with the most vendors is %(country)s: %(count)s of %(all)s.")
            % {
                "country": country_name(known.key),
                "count": portfolio_words.count(known.vendors),
                "all": portfolio_words.count(seen.vendors),
            }
        )
    blocks: list[Block] = [
        Words(said),
        _shares(_("Countries"), countries, lambda key: country_name(key) or _("Not known")),
        _shares(_("Categories"), reading.by_category(seen.of), lambda key: key or _("None")),
    ]
    if not seen.of.past:
        blocks.append(_relied_on(seen))
    return Section(_("Concentration"), blocks), said


def _relied_on(seen: Seen) -> Table:
    return Table(
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


def _shares(title: str, found: Sequence[Share], name: Callable[[str], str]) -> Table:
    """The largest by name; on paper few of them, in the workbook as many as `IN_BOOK`."""
    rows = [_share(name(one.key), [one]) for one in found[:IN_BOOK]]
    if rest := found[IN_BOOK:]:
        rows.append(_share(_others(len(rest)), rest))
    rest = found[ON_PAPER:]
    return Table(
        title=title,
        sheet=title,
        columns=[
            Column(title, width=2.4),
            Column(_("Vendors"), Kind.COUNT),
            Column(_("High or critical"), Kind.COUNT),
            Column(_("Not rated"), Kind.COUNT),
        ],
        rows=rows,
        printed=[*rows[:ON_PAPER], _share(_others(len(rest)), rest)] if rest else None,
        total=_share(_("All"), found) if found else None,
        empty=_("There is no vendor."),
    )


def _others(number: int) -> str:
    return ngettext("%(count)s other", "%(count)s others", number) % {
        "count": portfolio_words.count(number)
    }


def _share(name: str, of: Sequence[Share]) -> tuple[str, int, int, int]:
    """Some of them as one row."""
    return (
        name,
        sum(one.vendors for one in of),
        sum(one.serious for one in of),
        sum(one.not_rated for one in of),
    )
