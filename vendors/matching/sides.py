"""The two sides of a comparison: what is known of us, and what a list says, as parties."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from vendors.matching import words
from vendors.matching.match import Party
from vendors.matching.normalise import Name, organisation, person

_OTHER: Final = re.compile(r"[^0-9A-Z]")
#: Shorter numbers are given to too many.
_SHORTEST_NUMBER: Final = 5


def number_key(number: str) -> str:
    """What registration numbers are compared by; "" for one too short to say anything."""
    key = _OTHER.sub("", number.upper())
    return key if len(key) >= _SHORTEST_NUMBER and any(map(str.isdigit, key)) else ""


def listed(
    *,
    names: Iterable[str],
    is_person: bool,
    countries: Iterable[str] = (),
    lei: str = "",
    registration_numbers: Iterable[str] = (),
) -> Party:
    """Somebody listed."""
    read = person if is_person else organisation
    return Party(
        names=tuple(found for name in names if (found := read(name)).words) or (read(""),),
        countries=frozenset(countries),
        leis=frozenset({lei} - {""}),
        registrations=_keys(registration_numbers),
        person=is_person,
    )


def ours(
    *,
    names: Sequence[str],
    is_person: bool | None,
    country: str = "",
    lei: str = "",
    registration_number: str = "",
) -> Party:
    """A vendor (`is_person` None: it may be a person working alone) or one of its owners."""
    found: list[Name] = []
    for name in names:
        if is_person is True:
            found.append(person(name))
            continue
        read = organisation(name)
        found.append(read)
        if is_person is None and may_be_person(read):
            found.append(person(name))
    return Party(
        names=tuple(name for name in found if name.words) or (organisation(""),),
        countries=frozenset({country} - {""}),
        leis=frozenset({lei} - {""}),
        registrations=_keys([registration_number]),
        person=is_person,
    )


def may_be_person(name: Name) -> bool:
    """Whether a name without a legal form may be that of a person."""
    return (
        not name.forms
        and 2 <= len(name.words) <= 6
        and not any(word in words.weak() or not word.isalpha() for word in name.words)
    )


def digest(*parts: object) -> bytes:
    """The same for sides that say the same; lists count in any order."""
    settled = [sorted(part) if isinstance(part, list | tuple | set) else part for part in parts]
    return hashlib.sha256(json.dumps(settled, ensure_ascii=False).encode()).digest()


def _keys(numbers: Iterable[str]) -> frozenset[str]:
    return frozenset(key for number in numbers if (key := number_key(number)))
