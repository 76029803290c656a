"""A name as it is compared: words without case, accents and legal form, in any order."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from vendors.matching import words
from vendors.matching.phonetic import key

#: What a letter of a weak word counts of one in a strong word.
WEAK_LENGTH: Final = 0.5
_ROMAN: Final = re.compile(r"x{0,3}(ix|iv|v?i{0,3})")
_ROMAN_DIGITS: Final = {"i": 1, "v": 5, "x": 10}
_DIGITS_IN_WORDS: Final = str.maketrans("01345789", "oleasjbg")
_MIXED: Final = re.compile(r"[a-z]+[0-9][a-z0-9]*|[0-9][a-z]+[a-z0-9]*")


@dataclass(frozen=True)
class Name:
    """A name read.

    `words`: what tells it apart, in the order written; `forms` and `families`: its legal forms;
    `numbers`: the numbers in it; `countries`: countries named in it; `everything`: all of its
    letters and digits in one, legal form included.
    """

    raw: str
    person: bool
    words: tuple[str, ...]
    forms: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    everything: str = ""

    @cached_property
    def sorted_key(self) -> str:
        """The words in alphabetical order, written together."""
        return "".join(sorted(self.words))

    @cached_property
    def spaced(self) -> str:
        """The words that tell it apart, as one text."""
        return " ".join(self.strong or self.words)

    @cached_property
    def strong(self) -> tuple[str, ...]:
        """The words that really tell the name apart; without them it matches only as a whole."""
        if self.person:
            return self.words
        weak = words.weak()
        countries = words.countries()
        return tuple(
            word
            for word in self.words
            if word not in weak and word not in countries and not word.isdigit()
        )

    @cached_property
    def length(self) -> float:
        """How many letters tell it apart; those of weak words count half, numbers not at all."""
        strong = self.strong
        return sum(
            len(word) * (1.0 if word in strong else WEAK_LENGTH)
            for word in self.words
            if word not in self.numbers
        )

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """How the words that tell it apart sound, each once, in alphabetical order."""
        return tuple(sorted({key(word) for word in self.strong or self.words}))


def organisation(text: str) -> Name:
    """Read the name of an organisation, a vessel, or whatever else is no person.

    What is only a legal form ("Ltd", "The Company") has no words: there is nothing to compare.
    """
    found = words.plain(text)
    everything = "".join(found)
    rest, forms = _without_forms(found)
    rest, countries = _countries(rest)
    same = words.same()
    rest = [same.get(word, word) for word in rest]
    rest = _numbers(rest)
    kept = [word for word in rest if word not in words.particles(False)]
    if not kept and not forms:
        kept = rest
    return Name(
        raw=text,
        person=False,
        words=tuple(kept),
        forms=frozenset(form.key for form in forms),
        families=frozenset(form.family for form in forms) - {"any"},
        numbers=frozenset(word for word in kept if any(map(str.isdigit, word))),
        countries=frozenset(countries),
        everything=everything,
    )


def person(text: str) -> Name:
    """Read the name of a person: given and family names in any order, titles left out."""
    found = _letters(_initials(text))
    while len(found) > 1 and found[0] in words.titles():
        found = found[1:]
    while len(found) > 1 and found[-1] in {"jr", "sr", "phd", "md"}:
        found = found[:-1]
    kept = [word for word in found if word not in words.particles(True)] or found
    return Name(raw=text, person=True, words=tuple(kept), everything="".join(found))


def read(text: str, *, is_person: bool = False) -> Name:
    """Read a name of either kind."""
    return person(text) if is_person else organisation(text)


def _initials(text: str) -> list[str]:
    """The words of a person's name; initials stay apart, as they stand for names."""
    marked = re.sub(r"\b(\w)\.", r"\1 . ", text)
    found: list[str] = []
    for part in re.split(r"\s+|\.", marked):
        found.extend(words.plain(part))
    return found


def _letters(found: list[str]) -> list[str]:
    """Digits written in place of letters, read as the letters: "Ig0r"."""
    return [word.translate(_DIGITS_IN_WORDS) if _MIXED.fullmatch(word) else word for word in found]


def _without_forms(found: list[str]) -> tuple[list[str], list[words.LegalForm]]:
    """(the words that are no legal form, the forms), read from both ends."""
    forms: list[words.LegalForm] = []
    rest = list(found)
    most = words.longest_form()
    while rest:
        taken = _at_end(rest, most)
        if taken is None:
            break
        count, form = taken
        forms.append(form)
        rest = rest[:-count]
    while rest:
        taken = _at_start(rest, most)
        if taken is None:
            break
        count, form = taken
        forms.append(form)
        rest = rest[count:]
    loose = words.loose_forms()
    inside = [word for word in rest if word in loose]
    if inside and len(inside) < len(rest):
        forms.extend(filter(None, (words.form_of((word,)) for word in inside)))
        rest = [word for word in rest if word not in loose]
    while len(rest) > 1 and rest[-1] in {"and", "und", "et", "y", "e"}:
        rest = rest[:-1]
    return (rest if rest not in (["and"], ["und"]) else []), forms


def _at_end(rest: list[str], most: int) -> tuple[int, words.LegalForm] | None:
    for count in range(min(most, len(rest)), 0, -1):
        form = words.form_of(tuple(rest[-count:]))
        if form is not None:
            return count, form
    return None


def _at_start(rest: list[str], most: int) -> tuple[int, words.LegalForm] | None:
    # "A.S. Watson", "SE Group": a short form at the start is more often part of the name.
    for count in range(min(most, len(rest)), 0, -1):
        written = tuple(rest[:count])
        form = words.form_of(written)
        if form is not None and (len("".join(written)) > 2 or written[0] in {"ao", "pt", "ip"}):
            return count, form
    return None


def _countries(found: list[str]) -> tuple[list[str], list[str]]:
    """(the words with each country as one word, the codes of the countries)."""
    table, named = words.countries(), words.country_words()
    codes: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(found):
        for phrase, code in words.country_phrases().get(found[at], ()):
            if tuple(found[at : at + len(phrase)]) == phrase:
                rest.append(named[code])
                codes.append(code)
                at += len(phrase)
                break
        else:
            code = table.get(found[at], "")
            if code:
                codes.append(code)
            rest.append(named[code] if code else found[at])
            at += 1
    return rest, codes


def _numbers(found: list[str]) -> list[str]:
    """Numbers as digits, whether written as words, as ordinals or as Roman numerals."""
    values, tens = words.numbers(), words.tens()
    rest: list[str] = []
    for index, word in enumerate(found):
        if word in tens:
            rest.append(str(tens[word]))
        elif word in values or word.isdigit():
            value = values.get(word) or int(word)
            before = rest[-1] if rest else ""
            # "forty four": a ten and a digit are one number.
            if index and found[index - 1] in tens and value < 10 and before.endswith("0"):
                rest[-1] = str(int(before) + value)
            else:
                rest.append(str(value))
        elif index and len(word) < 6 and _ROMAN.fullmatch(word):
            rest.append(str(_roman(word)))
        else:
            rest.append(word)
    return rest


def _roman(word: str) -> int:
    digits = [_ROMAN_DIGITS[char] for char in word]
    pairs = zip(digits, [*digits[1:], 0], strict=True)
    return sum(-one if one < following else one for one, following in pairs)
