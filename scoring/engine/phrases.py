"""Sentences that can be translated later: a message with named parameters, not a finished string.

The engine knows no language. `Phrase.render` takes the reader's `gettext` and `ngettext`; without
them it gives the English of the message itself. Messages are marked with `gettext_noop` and
`ngettext_noop`, which `make messages` finds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from scoring.engine.methodology import MILLI


def gettext_noop(message: str) -> str:
    """Mark a message for translation."""
    return message


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """Mark a message with its plural for translation."""
    return one, many


@dataclass(frozen=True, slots=True)
class Points:
    """A number of points to be shown with one decimal, held in milli-points.

    Cut, not rounded, as everywhere: 19.96 reads 19.9, because it is still "Low".
    """

    milli: int

    @property
    def shown(self) -> Decimal:
        return (Decimal(self.milli) / MILLI).quantize(Decimal("0.1"), rounding=ROUND_FLOOR)


def share_out(total: int, part: int) -> tuple[Points, Points, Points]:
    """Return total, part and rest, each cut for display so that they still add up."""
    whole, first = total // 100 * 100, part // 100 * 100
    return Points(whole), Points(first), Points(whole - first)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message and its parameters; with `plural`, the form is chosen by `count`."""

    msgid: str
    params: Mapping[str, Value] = field(default_factory=dict)
    plural: str | None = None
    count: int = 0

    def render(self, language: Language | None = None) -> str:
        language = language or ENGLISH
        if self.plural is None:
            message = language.gettext(self.msgid)
        else:
            message = language.ngettext(self.msgid, self.plural, self.count)
        return message % {name: _shown(value, language) for name, value in self.params.items()}

    def __str__(self) -> str:
        return self.render()


Value = str | int | Points | Phrase


@dataclass(frozen=True, slots=True)
class Language:
    """How to translate messages and write numbers for a reader."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    number: Callable[[Decimal], str]


def _one_or_many(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


ENGLISH: Final = Language(gettext=gettext_noop, ngettext=_one_or_many, number=str)


def _shown(value: Value, language: Language) -> str:
    if isinstance(value, Phrase):
        return value.render(language)
    if isinstance(value, Points):
        return language.number(value.shown)
    return str(value)
