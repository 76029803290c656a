"""What changed since a reader last asked, in sealed order, cut down to what they may see."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock, feed
from audit.errors import Refused
from audit.feed import Place
from scoring.changes import OF_ALL_UNITS, OF_MANY_VENDORS, WHERE_SHARED
from scoring.models import Outstanding
from scoring.selectors.telling import RUN, Change, Reader, known_to, scores_of, units_of

#: So many events of runs, each of thousands of scores, are opened for one page.
_OPENED: Final = 20
_EVERYWHERE: Final = OF_ALL_UNITS | WHERE_SHARED | OF_MANY_VENDORS
_READ: Final = (Permission.VIEW, Permission.READ_SCORES)
#: Digits of the digest of what a reader may see.
_VIEW: Final = 8
#: Longer than any change takes to be in the lists, also when workers were away for a while.
_SETTLED: Final = timedelta(hours=1)
#: In place of a token: nothing of before, only what comes from now on.
NOW: Final = "now"


class BadToken(Exception):
    """No answer has given this token."""


class TokenTooOld(Refused):
    """What followed this token is kept no longer, or is not the record that stands now."""

    status = 410
    code = "token_too_old"


class RightsChanged(TokenTooOld):
    """The reader sees more or less than when the token was given: what is new was never told."""

    code = "rights_changed"


@dataclass(frozen=True)
class Changes:
    """A page of changes; `next` asks for what follows, `more` says whether something does now."""

    items: Sequence[Change]
    next: str
    more: bool


@dataclass(frozen=True)
class _Token:
    """Behind an event, or (`within`) behind one score among those of an event.

    `view` stands for what the reader may see (`_view`).
    """

    place: Place
    view: str
    within: UUID | None = None

    def text(self) -> str:
        within = self.within.hex if self.within else ""
        packed = f"{self.place.sequence}.{self.place.mark}.{self.view}.{within}".encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "_Token":
        """Raises BadToken."""
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
            number, mark, view, within = packed.split(".")
            place = Place(int(number), mark)
            token = cls(place, view, UUID(within) if within else None)
        except (binascii.Error, ValueError) as error:
            raise BadToken(text) from error
        if not 0 <= place.sequence < 2**62:
            raise BadToken(text)
        return token


def changes(principal: Principal, *, after: str, limit: int) -> Changes:
    """The changes behind a token ("": from the beginning, `NOW`: none, only the token).

    The number of queries depends on neither the place nor the size of the record. Raises BadToken,
    TokenTooOld.
    """
    view = _view(principal)
    if after == NOW:
        return Changes([], _Token(_end(), view).text(), more=False)
    token = _Token.read(after) if after else _Token(feed.START, view)
    _check(token, view)
    start = token.place
    if token.within:
        start = Place(start.sequence - 1)
    found = feed.entries(
        after=start,
        types=known_to(principal),
        units=units_of(principal),
        everywhere=_EVERYWHERE,
        limit=limit,
    )
    reader = Reader.of(principal, found.entries)
    items: list[Change] = []
    opened, within = 0, token.within
    for entry in found.entries:
        if entry.type == RUN:
            room = limit - len(items)
            scores = list(scores_of(principal, entry, within, room + 1))
            items += scores[:room]
            if len(scores) > room:
                return Changes(items, _Token(entry.place, view, items[-1].id).text(), more=True)
            opened, within = opened + 1, None
        elif change := reader.hears(entry):
            items.append(change)
        if opened == _OPENED or len(items) == limit:
            return Changes(items, _Token(entry.place, view).text(), more=True)
    return Changes(items, _Token(found.end, view).text(), more=found.more)


def _end() -> Place:
    """From where to follow for whoever loads everything now.

    A vendor that waits for its first standing is in no list yet. So while some do, it lies a little
    back, and what made them is told.
    """
    end = feed.newest() or feed.START
    # After the end: what is in the record by then, and not in a list, is still outstanding here.
    if Outstanding.objects.filter(subject=Outstanding.Subject.VENDOR).exists():
        return feed.newest(before=clock.now() - _SETTLED) or feed.START
    return end


def _check(token: _Token, view: str) -> None:
    if not feed.stands(token.place):
        raise TokenTooOld(
            _("The record was set back since this token was given. %(recipe)s")
            % {"recipe": _recipe()}
        )
    following = feed.next_at(token.place)
    oldest = clock.now() - timedelta(days=settings.API_CHANGES_DAYS)
    if token.place != feed.START and following is not None and following < oldest:
        raise TokenTooOld(
            _("Changes are kept for %(days)s days, and this token is older. %(recipe)s")
            % {"days": settings.API_CHANGES_DAYS, "recipe": _recipe()}
        )
    if token.view != view:
        raise RightsChanged(
            _("What this client may see has changed since this token was given. %(recipe)s")
            % {"recipe": _recipe()}
        )


def _recipe() -> str:
    """In this order, or what changes during the load is never told."""
    return _("Take a new token with after=now first, then load everything, then follow from it.")


def _view(principal: Principal) -> str:
    """A short digest that differs when the reader may read something else or in other units."""
    units = units_of(principal)
    held = [str(one.value) for one in _READ if principal.can(one)]
    where = ["all"] if units is None else sorted(str(pk) for pk in units)
    return sha256("\n".join([*held, *where]).encode()).hexdigest()[:_VIEW]
