"""A language that nobody speaks: what German readers would read in German stands in brackets.

What stands outside of them on a page was not marked for translation, is not in the German
catalogue, or is data.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

OPEN, CLOSE = "⟦", "⟧"
#: What people read of an element besides its text.
_SPOKEN: Final = ("title", "alt", "placeholder", "aria-label", "data-label", "aria-description")
#: What a text does not go on after: a bracket that was cut off ends here at the latest.
_BLOCKS: Final = frozenset(
    {
        "p", "li", "td", "th", "dt", "dd", "div", "section", "option", "optgroup", "h1", "h2", "h3",
        "h4", "legend", "caption", "summary", "figcaption", "button", "title",
    }
)  # fmt: skip
_EMPTY: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
#: What is the same in every language: programs, addresses, keys on a keyboard.
_NOT_WORDS: Final = frozenset({"style", "code", "pre", "kbd", "samp"})
#: In the data of a chart: codes and addresses.
_CODE: Final = re.compile(r"[a-z_]+|[/#?][^ ]*")
WORD: Final = re.compile(r"[^\W\d_]{3,}")


class Bracketed:
    """What Django asks for the texts of a language; `code` decides about dates and numbers."""

    # Where lists of names look for another catalogue.
    _fallback = None

    def __init__(self, code: str) -> None:
        self.code = code
        self._german = vars(trans_real.translation("de"))["_catalog"]

    def language(self) -> str:
        return self.code

    def to_language(self) -> str:
        return self.code

    def gettext(self, message: str) -> str:
        said = message.rpartition(CONTEXT_SEPARATOR)[2]
        return f"{OPEN}{said}{CLOSE}" if message in self._german else said

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        said = (singular if number == 1 else plural).rpartition(CONTEXT_SEPARATOR)[2]
        return f"{OPEN}{said}{CLOSE}" if (singular, 0) in self._german else said


class _Reader(HTMLParser):
    """Collects what stands outside of brackets, piece by piece, from text and from attributes; and
    the text as a whole."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.whole: list[str] = []
        self.depth = 0
        self.passed_over: list[str] = []
        self.island = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script":
            # What a browser asks a security key for is read by nobody.
            keys = given.get("id") == "key-data" or "data-allauth-onload" in given
            self.island = given.get("type") == "application/json" and not keys
        if tag not in _EMPTY and (self.passed_over or _is_apart(tag, given)):
            self.passed_over.append(tag)
        if self.passed_over:
            return
        for name in _SPOKEN:
            self.found += outside(given.get(name, ""))
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.found += outside(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self.passed_over and self.passed_over[-1] == tag:
            self.passed_over.pop()
        self.island = self.island and tag != "script"
        if tag in _BLOCKS:
            self.depth = 0

    def handle_data(self, data: str) -> None:
        if self.island:
            for text in _texts(json.loads(data)):
                self.found += outside(text)
        if self.passed_over:
            return
        self.whole.append(" ".join(data.split()))
        pieces, self.depth = _split(data, self.depth)
        self.found += pieces


def _is_apart(tag: str, given: dict[str, str]) -> bool:
    """Whether what is inside says nothing in the reader's language, or says in which it does."""
    return tag in _NOT_WORDS or tag == "script" or (tag != "html" and "lang" in given)


def _texts(data: Any) -> Iterator[str]:
    """The texts in the data of a chart."""
    if isinstance(data, str):
        if not _CODE.fullmatch(data):
            yield data
    elif isinstance(data, list):
        for one in data:
            yield from _texts(one)
    elif isinstance(data, dict):
        for one in data.values():
            yield from _texts(one)


def _split(text: str, depth: int) -> tuple[list[str], int]:
    pieces, start = [], 0
    for at, letter in enumerate(text):
        if letter == OPEN:
            if depth == 0:
                pieces.append(text[start:at])
            depth += 1
        elif letter == CLOSE:
            depth = max(depth - 1, 0)
            start = at + 1
    if depth == 0:
        pieces.append(text[start:])
    return [said for piece in pieces if (said := " ".join(piece.split()))], depth


def outside(text: str) -> list[str]:
    """What of a text stands outside of brackets."""
    return _split(text, 0)[0]


def texts_of(page: str) -> tuple[list[str], list[str]]:
    """(words of a page that are in no brackets, all of its texts), each once, in their order."""
    reader = _Reader()
    reader.feed(page)
    found = [one for one in dict.fromkeys(reader.found) if WORD.search(one)]
    return found, list(dict.fromkeys(reader.whole))


def without(text: str, known: list[str], signs: re.Pattern[str]) -> str:
    """What is left of a text without those that are known, which come longest first, and without
    signs; "" where no word is."""
    for one in known:
        if one in text:
            text = text.replace(one, " ")
    left = signs.sub(" ", text)
    return " ".join(left.split()) if WORD.search(left) else ""
