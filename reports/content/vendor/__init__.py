"""The due-diligence report of one vendor, chapter by chapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.principal import Principal
from reports.content.vendor import answers, facts, ground, judged, rating
from reports.content.vendor.seen import Seen, see
from reports.document import Document, Section
from vendors.models import Vendor

Watch = Callable[[int, int], None]
Chapter = Callable[[Seen], Iterator[Section]]

CHAPTERS: Final[Sequence[Chapter]] = (
    rating.chapter,
    judged.decisions,
    judged.findings,
    facts.engagements,
    facts.contracts,
    facts.finances,
    facts.incidents,
    facts.screening,
    answers.chapter,
    answers.evidence,
    ground.method,
    ground.origin,
)


def document(
    vendor: Vendor,
    reader: Principal,
    unit: BusinessUnit | None,
    *,
    with_strict: bool,
    watch: Watch,
) -> Document:
    """All that `reader` may see of a vendor, whom the caller has found among those visible.

    `watch` is told how many of how many chapters are done; what it raises ends the work.
    """
    seen = see(vendor, reader, unit, with_strict=with_strict)
    sections: list[Section] = []
    for done, chapter in enumerate(CHAPTERS, start=1):
        sections += chapter(seen)
        watch(done, len(CHAPTERS))
    return Document(
        title=_("Vendor due-diligence report"),
        subject=vendor.name,
        cover=list(rating.cover(seen)),
        summary=list(rating.summary(seen)),
        marks=list(_marks(seen)),
        cover_chart=rating.scale(seen),
        sections=sections,
        footer=_("%(vendor)s, as of %(day)s. Confidential.")
        % {
            "vendor": Truncator(vendor.name).chars(60),
            "day": date_format(seen.as_of, "DATE_FORMAT"),
        },
    )


def _marks(seen: Seen) -> Iterator[str]:
    standing = seen.page.standing
    if standing is None or standing.points is None:
        yield _("Not rated: this report holds what is known, and no score.")
    elif standing.status == "provisional":
        yield _("Provisional: the rating is not firm yet, and may change without the vendor.")
    if standing is not None and standing.blocked:
        yield _("A knock-out was set off. It rules out an approval until it is put right.")
    if seen.page.partial:
        yield _(
            "The vendor also works with business units that are not counted here; their "
            "engagements, answers and scores are left out."
        )
    if seen.page.hidden:
        yield _("An engagement that is limited to named people is left out; the rating counts it.")
    if seen.left_out:
        yield _("Documents that are strictly confidential are counted and not named.")
