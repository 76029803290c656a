"""What is looked for, whether a text has it, and which parts of the text to mark. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from vendors.plain_text import plain, spellings

#: Letters and digits that a search needs at least.
LEAST: Final = 2
#: Longer texts are cut, and words beyond the eighth are left out.
LONGEST: Final = 100
MOST_WORDS: Final = 8
#: Below this many letters only the beginnings of words are compared, as in the database.
_WHOLE: Final = 3
#: From how many letters on one typing error is forgiven, and a second one.
_FORGIVEN: Final = (4, 8)
#: Letters that an excerpt shows before its first mark.
_BEFORE: Final = 60
_TOKENS: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: as typed, and its words as they are compared."""

    text: str
    words: tuple[str, ...]

    @property
    def too_short(self) -> bool:
        """Whether there is too little to look for. Nothing at all is not too short, but empty."""
        return bool(self.text) and sum(map(len, self.words)) < LEAST


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `hit`: what was looked for."""

    text: str
    hit: bool


def read(text: str) -> Query:
    """Return what somebody looks for."""
    text = " ".join(text.split())[:LONGEST]
    return Query(text=text, words=tuple(plain(text).split()[:MOST_WORDS]))


def holds(folded: str, words: Sequence[str]) -> bool:
    """Whether a folded text holds every word, as the database compares them."""
    return all(
        word in folded if len(word) >= _WHOLE else f" {word}" in f" {folded}" for word in words
    )


def resembles(folded: str, words: Sequence[str]) -> bool:
    """Whether a folded text has a word like each of these."""
    tokens = folded.split()
    return all(any(_alike(word, token) for token in tokens) for word in words)


def _alike(word: str, token: str) -> bool:
    """One typing error in four letters or more, two in eight; a word may be begun only."""
    allowed = sum(len(word) >= letters for letters in _FORGIVEN)
    if not allowed:
        return token.startswith(word)
    close = OSA.distance(word, token, score_cutoff=allowed) <= allowed
    return close or OSA.distance(word, token[: len(word)], score_cutoff=allowed) <= allowed


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """Return the text in pieces, those marked that hold a word, or else are like one."""
    tokens = list(_TOKENS.finditer(text))
    hits = [span for token in tokens for span in _held(token, words)]
    if not hits:
        hits = [
            token.span()
            for token in tokens
            if any(_alike(word, form) for word in words for form in spellings(token[0]))
        ]
    return list(_pieces(text, _merged(hits)))


def _held(token: re.Match[str], words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where in the text a token has one of the words: letter by letter where both are as long."""
    start, end = token.span()
    for form in spellings(token[0]):
        for word in words:
            at = form.find(word)
            if at < 0 or (at and len(word) < _WHOLE):
                continue
            even = len(form) == end - start
            yield (start + at, start + at + len(word)) if even else (start, end)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _pieces(text: str, hits: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in hits:
        if start > at:
            yield Piece(text[at:start], hit=False)
        yield Piece(text[start:end], hit=True)
        at = end
    if at < len(text):
        yield Piece(text[at:], hit=False)


def excerpt(text: str, words: Sequence[str], width: int = 200) -> list[Piece]:
    """Return at most `width` letters of the text around what was found, marked as above."""
    text = " ".join(text.split())
    pieces = marked(text, words)
    at = 0
    for piece in pieces:
        if piece.hit:
            break
        at += len(piece.text)
    start = 0 if len(text) <= width or at <= _BEFORE or at >= len(text) else at - _BEFORE
    if start:
        # From the beginning of a word on.
        start = text.find(" ", start, at) + 1 or start
    cut = text[start : start + width]
    if start + width < len(text):
        cut = cut.rpartition(" ")[0] or cut
    before, after = "… " if start else "", " …" if start + width < len(text) else ""
    return marked(f"{before}{cut}{after}", words)
