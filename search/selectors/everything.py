"""All kinds of hits together, or one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.principal import Principal
from search.hits import Found, Part
from search.selectors import answers, evidence, findings, log, questions, vendors
from search.words import Query
from vendors.selectors.searching import resembling, too_short

_Find = Callable[[Principal, Query, Part], Found]

VENDORS, LOG = "vendors", "log"
#: Kind -> (what it is called, how it is looked for), in the order shown; the log comes after them.
_KINDS: Final[Mapping[str, tuple[str | Promise, _Find]]] = {
    VENDORS: (_("Vendors"), vendors.find),
    "findings": (_("Findings"), findings.find),
    "evidence": (_("Evidence"), evidence.find),
    "answers": (_("Answers"), answers.find),
    "questions": (_("Questions"), lambda _who, query, part: questions.find(query, part)),
}
LABELS: Final[Mapping[str, str | Promise]] = {
    **{kind: label for kind, (label, _find) in _KINDS.items()},
    LOG: _("Audit log"),
}
#: Shown of each kind at first, on a page of one kind, and counted at most.
FIRST, PAGE, COUNTED, MOST = 5, 20, 50, 200
#: Of vendors, and of each other kind, while somebody types.
_TYPED_VENDORS, _TYPED = 5, 2


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind. `about`: what the log was asked for besides the words."""

    kind: str
    label: str
    found: Found
    about: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, kind by kind. `similar`: nothing has the words, this has similar ones."""

    groups: Sequence[Group]
    similar: bool = False


def all_kinds(principal: Principal, query: Query) -> Results:
    """The first hits of every kind that has any, of what they may open."""
    return _forgiving(query, lambda similar: _all(principal, query, similar))


def _forgiving(
    query: Query, look: Callable[[bool], list[Group]], *, similar: bool = False
) -> Results:
    """What has the words; where nothing has, or `similar`, what has words like them."""
    groups = [] if similar else look(False)
    if groups or too_short(query.words):
        return Results(groups)
    with resembling():
        groups = look(True)
    return Results(groups, similar=bool(groups))


def _all(principal: Principal, query: Query, similar: bool) -> list[Group]:
    part = Part(0, FIRST, COUNTED, similar)
    groups = [
        Group(kind, str(label), find(principal, query, part))
        for kind, (label, find) in _KINDS.items()
    ]
    about = _ids(groups)[: log.ABOUT]
    logged = log.find(principal, query, about, part)
    if logged is not None:
        groups.append(Group(LOG, str(LABELS[LOG]), logged, about))
    return [group for group in groups if group.found.total]


def one_kind(
    principal: Principal,
    query: Query,
    kind: str,
    page: int,
    about: Sequence[UUID] = (),
    *,
    similar: bool = False,
) -> Results | None:
    """A page of one kind, the first is 1; None for a kind that is unknown, or not theirs.

    `about`: what was found of other kinds, which are not read again for the log; `similar`: of no
    kind anything has the words.
    """
    if kind not in LABELS or (kind == LOG and not log.may_read(principal)):
        return None

    def look(similar: bool) -> list[Group]:
        part = Part((page - 1) * PAGE, PAGE, MOST, similar)
        if kind == LOG:
            found = log.find(principal, query, about, part) or Found()
        else:
            found = _KINDS[kind][1](principal, query, part)
        return [Group(kind, str(LABELS[kind]), found)] if found.total else []

    return _forgiving(query, look, similar=similar)


def while_typing(principal: Principal, query: Query) -> Results:
    """The very first hits of each kind but the log, for a list below the box."""

    def look(similar: bool) -> list[Group]:
        groups = [
            Group(kind, str(label), find(principal, query, _typed(kind, similar)))
            for kind, (label, find) in _KINDS.items()
        ]
        return [group for group in groups if group.found.total]

    return _forgiving(query, look)


def _typed(kind: str, similar: bool) -> Part:
    size = _TYPED_VENDORS if kind == VENDORS else _TYPED
    return Part(0, size, size, similar)


def _ids(groups: Sequence[Group]) -> list[UUID]:
    """Of what was found, the things that the log may have something about."""
    return [hit.pk for group in groups for hit in group.found.hits if hit.pk is not None]
