"""What people have made of it: decisions with their conditions, and findings."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.ui import NONE, band_word
from reports.content.vendor.seen import Seen
from reports.document import Column, Kind, Section, Table, Words
from scoring.selectors.decisions import followed_up, history
from vendors.finding_kinds import KINDS
from vendors.models import Finding
from vendors.selectors.findings import findings_visible_to, is_overdue


def decisions(seen: Seen) -> Iterator[Section]:
    """What holds today, every decision there was, and what approvals depend on."""
    engagements = [line.engagement for line in seen.page.engagements]
    said = [
        f"{one.title}: {seen.decisions[one.pk].word}. {seen.decisions[one.pk].sentence}"
        for one in engagements
    ]
    made = [(engagement, one) for engagement in engagements for one in history(engagement)]
    yield Section(
        _("Decisions"),
        [
            Words(said, is_list=True)
            if said
            else Words([_("There is no engagement, so there is nothing to decide.")]),
            Table(
                title=_("Every decision"),
                sheet=_("Decisions"),
                columns=[
                    Column(_("Day"), Kind.DAY, width=1.3),
                    Column(_("Engagement"), width=1.6),
                    Column(_("Decision"), width=1.3),
                    Column(_("By"), width=1.1),
                    Column(_("Until"), Kind.DAY, width=1.3),
                    Column(_("Band then"), width=0.9),
                    Column(_("Points then"), Kind.POINTS, width=0.7),
                    Column(_("Reason"), width=2.6),
                ],
                rows=[
                    (
                        timezone.localdate(one.decided_at),
                        engagement.title,
                        one.get_verdict_display(),
                        str(one.decided_by),
                        one.expires_on,
                        band_word(one.band) if one.band else NONE,
                        one.points,
                        " ".join(part for part in (one.reason, one.despite) if part),
                    )
                    for engagement, one in made
                ],
                empty=_("Nothing has been decided yet."),
            ),
            Table(
                title=_("Conditions of what holds now"),
                sheet=_("Conditions"),
                columns=[
                    Column(_("Engagement"), width=1.6),
                    Column(_("Condition"), width=3),
                    Column(_("Due"), Kind.DAY, width=1.2),
                    Column(_("State"), width=1.4),
                ],
                rows=list(_conditions(seen)),
                empty=_("No approval depends on a condition."),
            ),
        ],
    )


def _conditions(seen: Seen) -> Iterator[tuple[object, ...]]:
    for line in seen.page.engagements:
        decision = seen.decisions[line.engagement.pk].decision
        for one in followed_up(decision, seen.reader) if decision else ():
            state = one.finding.get_status_display() if one.finding else NONE
            yield (
                line.engagement.title,
                one.text,
                one.due_on,
                _("%(state)s, overdue") % {"state": state} if one.late else state,
            )


def findings(seen: Seen) -> Iterator[Section]:
    """All findings: what is open first, the most severe first."""
    rows = findings_visible_to(seen.reader).filter(vendor=seen.vendor)
    if seen.unit is not None:
        rows = rows.filter(unit=seen.unit)
    order = list(Finding.Severity.values)
    found = sorted(rows, key=lambda one: (not one.is_open, -order.index(one.severity), str(one.pk)))
    is_open = sum(one.is_open for one in found)
    late = sum(is_overdue(one) for one in found)
    yield Section(
        _("Findings"),
        [
            Words(
                [
                    _("%(open)s open of %(all)s, %(late)s of them overdue.")
                    % {"open": is_open, "all": len(found), "late": late}
                ]
            ),
            Table(
                title="",
                sheet=_("Findings"),
                columns=[
                    Column(_("Finding"), width=2.6),
                    Column(_("Kind"), width=1.6),
                    Column(_("Severity"), width=1),
                    Column(_("Status"), width=1.3),
                    Column(_("Due"), Kind.DAY, width=1.2),
                    Column(_("Owner"), width=1.2),
                    Column(_("Raised"), Kind.DAY, width=1.2),
                    Column(_("What was found"), width=0),
                    Column(_("What is to be done"), width=0),
                ],
                rows=[
                    (
                        _("%(title)s (disputed)") % {"title": one.title}
                        if one.disputed_at
                        else one.title,
                        str(KINDS.get(one.kind, one.kind)),
                        one.get_severity_display(),
                        _("%(state)s, overdue") % {"state": one.get_status_display()}
                        if is_overdue(one)
                        else one.get_status_display(),
                        one.due_on,
                        str(one.owner) if one.owner else NONE,
                        timezone.localdate(one.created_at),
                        one.detail,
                        one.remedy,
                    )
                    for one in found
                ],
                empty=_("Nothing was found that has to be put right."),
            ),
        ],
    )
