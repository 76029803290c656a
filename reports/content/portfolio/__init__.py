"""The portfolio report for the board, from the readings that the dashboard shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.principal import Principal
from reports.content import limits
from reports.content.portfolio import moving, standing, waiting
from reports.content.portfolio.seen import Part, Seen
from reports.document import Document, Section
from scoring import portfolio_words
from scoring.models import Band
from scoring.selectors import methods
from scoring.selectors import portfolio as reading
from scoring.selectors.portfolio import Portfolio


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
        cover_chart=standing.bars(seen),
        sections=sections,
        footer=_("%(subject)s, as of %(day)s. Confidential.") % {"subject": subject, "day": day},
    )


def _cover(seen: Seen, day: str) -> Iterator[tuple[str, str]]:
    count = {tile.band: tile.vendors for tile in seen.tiles}
    yield _("As of"), day
    yield _("Vendors"), portfolio_words.count(seen.vendors)
    yield _("High or critical"), portfolio_words.count(seen.serious)
    yield _("Provisional"), portfolio_words.count(sum(tile.provisional for tile in seen.tiles))
    yield _("Not rated"), portfolio_words.count(count[Band.NOT_RATED])
    method = methods.in_force()
    if method is not None:
        yield _("Method"), f"{method.title}, {_('version')} {method.version}"
        yield _("Method hash"), method.content_hash


def _method(_seen: Seen) -> Part:
    return Section(_("Method and its limits"), limits.words()), []


CHAPTERS: Final[Sequence[Callable[[Seen], Part]]] = (
    standing.bands,
    standing.heat,
    standing.trend,
    moving.movers,
    moving.concentration,
    waiting.due,
    waiting.findings,
    standing.worst,
    _method,
)
