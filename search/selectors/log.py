"""The log: what happened, by what it is called, by who did it, and by what it was about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Permission
from accounts.principal import Principal
from audit.ids import ids_in
from audit.models import Event
from search.hits import Found, Hit, Part
from search.selectors import actors
from search.words import Query, holds, marked, resembles
from vendors.plain_text import plain

#: Things found elsewhere whose events are looked for, at most.
ABOUT: Final = 20


def may_read(principal: Principal) -> bool:
    """Whether there is any log for them."""
    return principal.can(Permission.VIEW_LOG)


def find(principal: Principal, query: Query, about: Sequence[UUID], part: Part) -> Found | None:
    """Events that `principal` may read, the newest first; None for whoever may read no log.

    Found by the words for what happened, by who did it, by an id in full, and by what they are
    `about`.
    """
    if not may_read(principal):
        return None
    people = actors.named(principal, query, similar=part.similar)
    wanted = _conditions(query, about, people, part.similar)
    if not wanted:
        return Found()
    # One look per condition, each by an index of its own; one over all of them would read the log.
    events = log.visible_to(principal)
    found: dict[int, Event] = {}
    for condition in wanted:
        rows = events.filter(condition).order_by("-position")[: part.most + 1]
        found |= {row.position: row for row in rows}
    listed = [found[position] for position in sorted(found, reverse=True)]
    counted = listed[: part.most]
    lines = log.lines(counted[part.start : part.end], principal)
    return Found(
        hits=[_hit(line, query, set(about), set(people)) for line in lines],
        total=len(counted),
        more=len(listed) > part.most,
    )


def _conditions(
    query: Query, about: Sequence[UUID], people: Sequence[str], similar: bool
) -> list[Q]:
    found = []
    has = resembles if similar else holds
    types = [key for key, words in log.types() if has(plain(words), query.words)]
    if types:
        found.append(Q(type__in=types))
    if people:
        found.append(Q(actor_id__in=people))
    typed = ids_in([query.text])
    if ids := [*about, *typed]:
        found.append(Q(aggregate_id__in=ids))
    if typed:
        found.append(Q(id__in=typed))
    return found


def _hit(line: log.Line, query: Query, about: set[UUID], people: set[str]) -> Hit:
    event = line.event
    if event.aggregate_id in about:
        why = _("About something found above")
    else:
        why = _("Who did it") if event.actor_id in people else _("What happened")
    at = timezone.localtime(event.occurred_at)
    when = f"{date_format(at, 'SHORT_DATETIME_FORMAT')} {at.tzname()}"
    return Hit(
        pk=event.id,
        url=reverse("accounts:event", args=[event.id]),
        title=marked(line.sentence, query.words),
        why=why,
        about=" · ".join(filter(None, [line.subject, line.who, when])),
    )
