"""What is overdue, what ends, and what is open."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.content.portfolio.seen import Part, Seen
from reports.document import Block, Column, Kind, Section, Table, Words
from scoring import horizon_charts, portfolio_words
from scoring.selectors import portfolio as reading
from scoring.selectors.portfolio.findings import SEVERITIES
from scoring.selectors.portfolio.horizon import KINDS
from vendors.forms.findings import AGE_WORDS
from vendors.models import Finding


def due(seen: Seen) -> Part:
    # Read by people who may not open all that its maker may.
    found = reading.horizon(seen.of, with_strict=False)
    waits = reading.waiting(seen.of)
    drawn = horizon_charts.time_line(seen.of, found)
    said = [*waiting_words(waits), drawn["summary"]]
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
            note=_("Documents that are strictly confidential are counted and not named."),
            empty=_("Nothing ends in the months ahead."),
        ),
    ]
    return Section(_("Overdue, and what ends"), blocks), said


def not_kept(seen: Seen) -> Part:
    """What a report on a past day leaves out, and why."""
    blocked = _blocked(reading.waiting(seen.of).blocked)
    said = _(
        "What was overdue or waited for a reviewer, which contracts, policies and documents were "
        "about to end, which findings were open and who relied on which subcontractor is known as "
        "of today only. So it is left out of a report on a past day."
    )
    return Section(_("What is not kept"), [Words([blocked, said])]), [blocked]


def _blocked(number: int) -> str:
    return ngettext(
        "A knock-out blocks %(count)s vendor.", "A knock-out blocks %(count)s vendors.", number
    ) % {"count": portfolio_words.at_least(number)}


def waiting_words(waits: reading.Waiting) -> list[str]:
    """What is overdue, waits and is blocked, a sentence each."""
    overdue = ngettext(
        "%(count)s assessment is overdue.", "%(count)s assessments are overdue.", waits.overdue
    )
    review = ngettext(
        "%(count)s assessment waits for a reviewer.",
        "%(count)s assessments wait for a reviewer.",
        waits.review,
    )
    told = ((overdue, waits.overdue), (review, waits.review))
    said = [words % {"count": portfolio_words.at_least(number)} for words, number in told]
    return [*said, _blocked(waits.blocked)]


def findings(seen: Seen) -> Part:
    found = reading.open_findings(seen.of)
    severities = dict(Finding.Severity.choices)
    said = ngettext(
        "%(count)s finding is open, %(late)s overdue.",
        "%(count)s findings are open, %(late)s of them overdue.",
        found.total,
    ) % {"count": portfolio_words.count(found.total), "late": portfolio_words.count(found.overdue)}
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
                    timezone.localdate(one.created_at),
                    one.due_on,
                )
                for one in found.oldest
            ],
            empty=_("No finding is open."),
        ),
    ]
    return Section(_("Open findings"), blocks), [said]
