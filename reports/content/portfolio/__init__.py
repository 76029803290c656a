"""The portfolio report for the board, from the readings that the dashboard shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from reports.content import limits
from reports.content.portfolio import moving, standing, waiting
from reports.content.portfolio.seen import Part, Seen, see
from reports.document import Document, Section
from reports.words import chosen, selection
from scoring import portfolio_words
from scoring.models import Band
from scoring.selectors.portfolio import Portfolio

Chapter = Callable[[Seen], Part]


def document(of: Portfolio, view_name: str, *, watch: Callable[[int, int], None]) -> Document:
    """The vendors that `of` selects, as its principal sees them on its day.

    `view_name`: what the view is called that selects them, or "". `watch` is told how many of how
    many chapters are done; what it raises ends the work.
    """
    seen = see(of)
    chapters = _PAST if of.past else _TODAY
    sections: list[Section] = []
    summary: list[str] = []
    for done, chapter in enumerate(chapters, start=1):
        section, said = chapter(seen)
        sections.append(section)
        summary += said
        watch(done, len(chapters))
    unit = of.unit.name if of.unit else _("All business units")
    # The day stands beside it already.
    but_day = {name: value for name, value in seen.named.items() if name != "day"}
    selected = selection(but_day, view_name)
    subject = f"{unit}: {selected}" if selected else unit
    day = str(date_format(of.day, "DATE_FORMAT"))
    return Document(
        title=_("Portfolio report"),
        subject=subject,
        cover=list(_cover(seen, unit, view_name, day)),
        summary=summary,
        marks=list(_marks(seen, day)),
        cover_chart=standing.bars(seen),
        sections=sections,
        footer=_("%(subject)s, as of %(day)s. Confidential.")
        % {"subject": Truncator(subject).chars(60), "day": day},
    )


def _cover(seen: Seen, unit: str, view_name: str, day: str) -> Iterator[tuple[str, str]]:
    count = {tile.band: tile.vendors for tile in seen.tiles}
    yield _("As of"), day
    if seen.of.narrowed:
        yield _("Business unit"), unit
        if view_name:
            yield _("View"), view_name
        yield from chosen(seen.named, seen.owner)
    yield _("Vendors"), portfolio_words.count(seen.vendors)
    yield _("High or critical"), portfolio_words.count(seen.serious)
    yield _("Provisional"), portfolio_words.count(sum(tile.provisional for tile in seen.tiles))
    yield _("Not rated"), portfolio_words.count(count[Band.NOT_RATED])
    method = seen.method
    if method is not None:
        yield _("Method"), f"{method.title}, {_('version')} {method.version}"
        yield _("Method hash"), method.content_hash


def _marks(seen: Seen, day: str) -> Iterator[str]:
    if seen.of.narrowed:
        yield _("A part of the portfolio: only vendors of this selection are counted.")
    if seen.of.past:
        yield _(
            "As it stood at the end of %(day)s. Ratings, tiers, countries and categories are those "
            "of that day; owners are those of today, as earlier ones are not kept."
        ) % {"day": day}


def _method(seen: Seen) -> Part:
    return Section(_("Method and its limits"), limits.words(seen.cuts)), []


_ALWAYS: Final[Sequence[Chapter]] = (
    standing.bands,
    standing.heat,
    standing.trend,
    moving.movers,
    moving.concentration,
)
_TODAY: Final[Sequence[Chapter]] = (
    *_ALWAYS,
    waiting.due,
    waiting.findings,
    standing.worst,
    _method,
)
#: What is changed in place says nothing of a past day.
_PAST: Final[Sequence[Chapter]] = (*_ALWAYS, standing.worst, waiting.not_kept, _method)
