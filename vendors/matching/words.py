"""The word lists that names are read by: legal forms, weak words, countries, numbers."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from anyascii import anyascii

_DATA: Final = Path(__file__).parent.parent / "data"
#: Scripts that write words without spaces between them: their forms are cut out of the text.
_UNSPACED: Final = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3200-\u32ff\u3400-\u9fff\uac00-\ud7af]"
)
_POSSESSIVE: Final = re.compile("[\"'`\u00b4\u2019\u02bc\u2032]")
_DOTTED: Final = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_BETWEEN: Final = re.compile(r"[^a-z0-9_]+|(?<![a-z0-9])_+|_+(?=[a-z0-9])")
#: Forms this long are also read with one typing mistake in them.
_LONG: Final = 9


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form: its canonical key, and the family of bodies it belongs to."""

    key: str
    family: str


def plain(text: str) -> list[str]:
    """The words of a text in small ASCII letters and digits: no case, accents or punctuation.

    Letters that stand alone are joined: "S. A." and "S.A." are "sa".
    """
    if not text.isascii():
        # NFKD with the marks put back: in kana and Hangul they are part of the sound.
        text = anyascii(unicodedata.normalize("NFKC", _spaced(text)))
    text = _POSSESSIVE.sub("", text.casefold()).replace("&", " and ").replace("%", " percent ")
    # What is dotted stands together, apart from a letter beside it: "V L.P." is "v", "lp".
    text = _DOTTED.sub(lambda found: f" {found[0].replace('.', '')}_ ", text.replace("+", " and "))
    words: list[str] = []
    single = ""
    for part in _BETWEEN.split(text):
        if len(part) == 1 and part.isalpha():
            single += part
            continue
        if single:
            words.append(single)
            single = ""
        if part:
            words.append(part.rstrip("_"))
    if single:
        words.append(single)
    return words


def _spaced(text: str) -> str:
    """Legal forms in scripts without spaces, set apart from the name they are joined to."""
    if not _UNSPACED.search(text):
        return text
    for written in _unspaced_forms():
        text = text.replace(written, f" {written} ")
    return text


@cache
def _families() -> Mapping[str, Mapping[str, list[str]]]:
    read = yaml.safe_load((_DATA / "legal_forms.yaml").read_text("utf-8"))
    families: Mapping[str, Mapping[str, list[str]]] = read["families"]
    return families


@cache
def _unspaced_forms() -> tuple[str, ...]:
    found = {
        written
        for forms in _families().values()
        for spellings in forms.values()
        for written in spellings
        if _UNSPACED.search(written)
    }
    return tuple(sorted(found, key=len, reverse=True))


@cache
def legal_forms() -> Mapping[tuple[str, ...], LegalForm]:
    """Words of a spelling -> the form."""
    found: dict[tuple[str, ...], LegalForm] = {}
    for family, forms in _families().items():
        for key, spellings in forms.items():
            for written in spellings:
                found.setdefault(tuple(plain(written)), LegalForm(key, family))
    return found


@cache
def longest_form() -> int:
    """How many words the longest spelling has."""
    return max(map(len, legal_forms()))


@cache
def misspelled() -> Mapping[str, LegalForm]:
    """Long spellings written together with one letter left out -> the form."""
    found: dict[str, LegalForm] = {}
    for words, form in legal_forms().items():
        joined = "".join(words)
        if len(joined) >= _LONG:
            for at in range(len(joined)):
                found.setdefault(joined[:at] + joined[at + 1 :], form)
    return found


@cache
def _long_edges() -> tuple[frozenset[str], frozenset[str], int]:
    """The first and last three letters of long spellings, and the length of the longest."""
    long = [joined for words in legal_forms() if len(joined := "".join(words)) >= _LONG]
    return (
        frozenset(joined[:3] for joined in long),
        frozenset(joined[-3:] for joined in long),
        max(map(len, long)),
    )


def form_of(words: tuple[str, ...]) -> LegalForm | None:
    """The legal form that these words are, also with one typing mistake where it is long."""
    found = legal_forms().get(words)
    if found is not None:
        return found
    joined = "".join(words)
    if len(joined) < _LONG - 1 or (len(words) == 1 and len(joined) < _LONG + 3):
        return None
    starts, ends, longest = _long_edges()
    # One mistake leaves the first or the last three letters as they are.
    if len(joined) > longest + 1 or (joined[:3] not in starts and joined[-3:] not in ends):
        return None
    mistaken = misspelled()
    if joined in mistaken:
        return mistaken[joined]
    for at in range(len(joined)):
        one_less = joined[:at] + joined[at + 1 :]
        if one_less in mistaken:
            return mistaken[one_less]
    return None


@cache
def loose_forms() -> frozenset[str]:
    """Single-word forms that are read anywhere in a name."""
    read = yaml.safe_load((_DATA / "legal_forms.yaml").read_text("utf-8"))
    return frozenset(read["loose"])


@cache
def _lists() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load((_DATA / "name_words.yaml").read_text("utf-8"))
    return read


@cache
def weak() -> frozenset[str]:
    """Words that tell two organisations apart only weakly."""
    return frozenset(_lists()["weak"].split())


@cache
def particles(person: bool) -> frozenset[str]:
    """Small words that names have or leave out."""
    return frozenset(_lists()["person_particles" if person else "particles"].split())


@cache
def titles() -> frozenset[str]:
    """Manners of address before the names of people."""
    return frozenset(_lists()["titles"].split())


@cache
def same() -> Mapping[str, str]:
    """Another spelling -> the word as we compare it."""
    return {other: word for word, others in _lists()["same"].items() for other in others.split()}


@cache
def countries() -> Mapping[str, str]:
    """A word that names a country -> its code."""
    return {word: code for code, words in _lists()["countries"].items() for word in words.split()}


@cache
def country_words() -> Mapping[str, str]:
    """Code of a country -> the one word that stands for it, however it was written."""
    return {code: words.split()[0] for code, words in _lists()["countries"].items()}


@cache
def country_phrases() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """First word -> (the words that name a country together, its code), the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for code, phrases in _lists()["phrases"].items():
        for phrase in phrases.split("|"):
            parts = tuple(phrase.split())
            found.setdefault(parts[0], []).append((parts, code))
    return {
        first: tuple(sorted(some, key=lambda one: -len(one[0]))) for first, some in found.items()
    }


@cache
def numbers() -> Mapping[str, int]:
    """A number written as a word -> its value; tens are in `tens`."""
    return {
        word: int(value) for value, words in _lists()["numbers"].items() for word in words.split()
    }


@cache
def tens() -> Mapping[str, int]:
    """twenty … ninety."""
    found: Mapping[str, int] = _lists()["tens"]
    return found
