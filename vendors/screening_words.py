"""Why two parties may be the same, in plain sentences, and where two names differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vendors.matching import words as lists
from vendors.matching.normalise import read

#: Why Surety closed, reopened or marked a match by itself.
REASONS: Final[Mapping[str, str | Promise]] = {
    "gone": lazy("The list no longer names it."),
    "not_alike": lazy("The two are no longer alike."),
    "changed": lazy("One of the two sides has changed."),
    "listed_again": lazy("The list names it again."),
}
_HOW: Final[Mapping[str, str | Promise]] = {
    "joined": lazy("“%(ours)s” and “%(theirs)s” are the same, written together or apart."),
    "spelling": lazy("“%(ours)s” and “%(theirs)s” differ in spelling."),
    "sound": lazy("“%(ours)s” and “%(theirs)s” sound alike."),
    "initial": lazy("“%(ours)s” and “%(theirs)s”: one may be the initial of the other."),
}
_LOWERED: Final[Mapping[str, str | Promise]] = {
    "numbers": lazy("The numbers in the names differ: 30 points less."),
    "forms": lazy("The legal forms are of different kinds: up to 35 points less."),
    "country_in_name": lazy("Only one name has a country in it, or another one: 25 points less."),
}


def reason_words(reason: str) -> str:
    """A reason as it is shown: the words of a person, or ours for a code."""
    return str(REASONS.get(reason, reason))


def sentences(why: Mapping[str, Any]) -> list[str]:
    """The reasons of a candidate, what speaks for it first."""
    said: list[str] = []
    shared = ", ".join(why["shared"])
    if why["basis"] == "lei":
        said.append(_("Both have the LEI %(number)s.") % {"number": shared})
    elif why["basis"] == "registration":
        said.append(_("Both have the registration number %(number)s.") % {"number": shared})
    elif shared:
        said.append(_("Both have the number %(number)s.") % {"number": shared})
    same = [ours for ours, _theirs, _likeness, how in why["pairs"] if how == "same"]
    others = [pair for pair in why["pairs"] if pair[3] != "same"]
    if same and not (others or why["extra_query"] or why["extra_result"]):
        said.append(_("All words of the names are the same."))
    elif same:
        said.append(_("The same in both names: %(words)s.") % {"words": ", ".join(same)})
    said.extend(
        str(_HOW[how]) % {"ours": ours, "theirs": theirs} for ours, theirs, _like, how in others
    )
    if why["extra_query"]:
        words = ", ".join(why["extra_query"])
        said.append(_("Only our name has: %(words)s.") % {"words": words})
    if why["extra_result"]:
        words = ", ".join(why["extra_result"])
        said.append(_("Only the listed name has: %(words)s.") % {"words": words})
    said.extend(str(_LOWERED[code]) for code in why["lowered"])
    match why["countries"]:
        case "same":
            said.append(_("A country is the same."))
        case "different":
            said.append(_("The countries differ: 20 points less."))
        case _:
            said.append(_("The country of one side is not known."))
    if why["other_numbers"]:
        said.append(_("Both have an LEI, and it is not the same one."))
    return said


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a name as it is written. `state`: "same", "alike", "only" or "form"."""

    text: str
    state: str


def pieces(name: str, why: Mapping[str, Any], *, ours: bool) -> list[Piece]:
    """A name in pieces, each with what it has on the other side."""
    only = set(why["extra_query"] if ours else why["extra_result"])
    alike: set[str] = set()
    for pair in why["pairs"]:
        if pair[3] != "same":
            alike.update(pair[0 if ours else 1].split())
    person, written = bool(why.get("person")), name.split()
    end = _end_of_name(written, person)
    return [
        Piece(text, "form" if at >= end else _state(text, alike, only, person))
        for at, text in enumerate(written)
    ]


def _end_of_name(written: list[str], person: bool) -> int:
    """Where the legal form begins; some are one as a whole only, such as "Sdn. Bhd."."""
    ends = (" ".join(written[at:]) for at in range(len(written) + 1))
    return next(at for at, end in enumerate(ends) if not read(end, is_person=person).words)


def _state(text: str, alike: set[str], only: set[str], person: bool) -> str:
    found = set(read(text, is_person=person).words)
    if not found:
        return "form"
    plain = set(lists.plain(text)) | found
    if plain & only:
        return "only"
    return "alike" if plain & alike else "same"
