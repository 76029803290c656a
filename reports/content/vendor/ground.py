"""What the numbers stand on: the method with its limits, and where the score comes from."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.content import limits
from reports.content.vendor.rating import score_id
from reports.content.vendor.seen import Seen
from reports.document import Column, Facts, Kind, Section, Table
from scoring import statement
from scoring.selectors import methods


def method(seen: Seen) -> Iterator[Section]:
    """The method in plain words, and what it does not say."""
    cuts = (
        methods.parameters(seen.card.current.methodology_id).band_cuts_milli
        if seen.card
        else methods.cuts_in_force()
    )
    yield Section(_("Method and its limits"), limits.words(cuts))


def origin(seen: Seen) -> Iterator[Section]:
    """Ids and hashes, by which the score can be computed again and compared."""
    if seen.driver is None or seen.card is None:
        return
    rows = statement.provenance(seen.driver.assessment, seen.card.current)
    plain = [(name, value) for key, name, value in rows if not key]
    codes = [(name, value) for key, name, value in rows if key]
    codes += [(_("Method hash"), seen.card.current.methodology.content_hash)]
    yield Section(
        _("Where the score comes from"),
        [
            Facts(plain),
            Facts(codes, kind=Kind.CODE),
            Table(
                title=_("Assessments in this report"),
                sheet=_("Origin"),
                columns=[
                    Column(_("Engagement"), width=1.4),
                    Column(_("Score id and digest"), Kind.CODE, width=3.6),
                    Column(_("Score id"), Kind.CODE, width=0),
                    Column(_("Digest"), Kind.CODE, width=0),
                ],
                rows=[
                    (title, f"{score}\n{digest}", score, digest)
                    for title, score, digest in _ids(seen)
                ],
            ),
        ],
    )


def _ids(seen: Seen) -> Iterator[tuple[str, str, str]]:
    """(engagement, score id, digest) of every score in the report."""
    for one in seen.assessed:
        if one.card is not None:
            digest = bytes(one.card.current.digest).hex()
            yield one.engagement.title, score_id(one.card), digest
