"""How far something long has come, as its page shows it: one way for all that workers do.

The page is whole when it is opened, and asks for the part that moves once a second. It may be
closed: what workers do goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.doors import Request
from audit import clock

#: htmx stops asking when it gets this.
STOP_POLLING: Final = 286


@dataclass(frozen=True, slots=True)
class Work:
    """How far it is. `label`: what is counted; `total`: None while nobody knows; `rate`: how many a
    second, None while unknown."""

    label: str
    done: int
    total: int | None
    rate: float | None = None

    @property
    def pace(self) -> str:
        """How fast it is and how long it still takes, in words; "" while unknown."""
        if not self.rate:
            return ""
        said = _rate_words(self.rate)
        if self.total is None or self.total <= self.done:
            return said
        left = _left_words(round((self.total - self.done) / self.rate))
        if not said:
            return _("About %(left)s") % {"left": left}
        return _("%(rate)s, about %(left)s") % {"rate": said, "left": left}

    @property
    def tenth(self) -> int:
        """How far in percent, by tens: a screen reader is told no more often than that."""
        return self.done * 10 // self.total * 10 if self.total else 0


def rate_since(began: datetime | None, done: int, ended: datetime | None = None) -> float | None:
    """How many a second were done since then; None while that says nothing yet."""
    if began is None:
        return None
    seconds = ((ended or clock.now()) - began).total_seconds()
    return done / seconds if done and seconds > 0 else None


def _rate_words(rate: float) -> str:
    """How many a second, or a minute; "" for so few that it would be none."""
    if rate < 0.5:
        minutely = round(rate * 60)
        return _("%(rate)s a minute") % {"rate": number_format(minutely, 0)} if minutely else ""
    places = 0 if rate >= 10 else 1
    # The framework cuts off what it leaves out.
    shown = number_format(round(rate, places), places, force_grouping=True)
    return _("%(rate)s a second") % {"rate": shown}


def _left_words(seconds: int) -> str:
    if seconds < 60:
        said = ngettext("%(count)d second left", "%(count)d seconds left", seconds)
        return said % {"count": seconds}
    minutes = -(-seconds // 60)
    if minutes < 120:
        return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {
            "count": minutes
        }
    hours = -(-minutes // 60)
    return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}


def show(
    request: Request, work: Work, *, page: str, part: str, running: bool, context: dict[str, Any]
) -> HttpResponse:
    """The page, or, asked by htmx, only `part`, the template of what moves or of the result.

    Both have `work`, `running` and `part`, and `say` where a screen reader is to be told.
    """
    context |= {"work": work, "running": running, "part": part}
    if not request.htmx:
        return render(request, page, context)
    context["say"] = str(work.tenth) != request.GET.get("said", "0")
    return render(request, part, context, status=200 if running else STOP_POLLING)
