"""Invented names of companies and people, always the same ones for the same seed."""

import random
from collections.abc import Iterator
from typing import Final

from vendors.matching.match import Party
from vendors.matching.sides import listed

_STARTS: Final = (*"bcdfghklmnprstvwz", "br", "ch", "gr", "kr", "pr", "qu", "sh", "st", "tr")
_VOWELS: Final = ("a", "e", "i", "o", "u", "ai", "ei", "ou")
_ENDS: Final = ("", "", "n", "l", "r", "s", "nt", "ck", "m")
_TRADES: Final = (
    "Trading", "Metallwerke", "Optik", "Shipping", "Holding", "Industries", "Textile", "Castings",
    "Electronics", "Chemical", "Engineering", "Logistics", "Moulding", "Petroleum", "Import Export",
)  # fmt: skip
_FORMS: Final = (
    "GmbH", "Ltd", "Co., Ltd.", "S.A.", "S.p.A.", "LLC", "OOO", "JSC", "S.A. de C.V.", "B.V.",
    "Inc.", "Sdn Bhd", "Pvt Ltd", "Sp. z o.o.", "AG", "PLC",
)  # fmt: skip
_COUNTRIES: Final = ("DE", "CN", "IR", "RU", "CU", "MX", "TR", "AE", "SY", "KP")


def word(chance: random.Random) -> str:
    """An invented word of two or three syllables."""
    count = chance.choice((2, 2, 3))
    return "".join(
        chance.choice(_STARTS) + chance.choice(_VOWELS) + chance.choice(_ENDS)
        for _syllable in range(count)
    ).capitalize()


def company(chance: random.Random) -> str:
    """An invented company: one or two words, mostly a trade, a legal form."""
    parts = [word(chance) for _part in range(chance.choice((1, 1, 2)))]
    if chance.random() < 0.7:
        parts.append(chance.choice(_TRADES))
    return " ".join([*parts, chance.choice(_FORMS)])


def names_of(count: int, *, seed: int) -> Iterator[str]:
    """So many companies."""
    chance = random.Random(seed)
    for _number in range(count):
        yield company(chance)


def mistaken(name: str, chance: random.Random) -> str:
    """The name with two neighbouring letters exchanged."""
    at = chance.randrange(max(1, len(name) - 1))
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def rows(count: int, *, seed: int) -> Iterator[tuple[str, bool, list[str], str]]:
    """(name, is a person, aliases, country) of so many listed; two in five are people."""
    chance = random.Random(seed)
    for number in range(count):
        person = number % 5 < 2
        made = (lambda: f"{word(chance)} {word(chance)} {word(chance)}") if person else None
        name = made() if made else company(chance)
        aliases = [
            made() if made else company(chance) for _alias in range(chance.choice((0, 1, 1, 2, 4)))
        ]
        yield name, person, aliases, chance.choice(_COUNTRIES)


def listed_parties(count: int, *, seed: int = 2) -> Iterator[Party]:
    """So many listed, with their aliases."""
    for name, person, aliases, country in rows(count, seed=seed):
        yield listed(names=[name, *aliases], is_person=person, countries=[country])
