"""How searches compare words with a folded text, by an index of trigrams."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from vendors.plain_text import swapped

#: Below this a search looks at the beginnings of words only: pieces of three letters need three.
SHORT: Final = 3
#: Words from so many to so many letters have too few pieces left when two letters are exchanged.
SWAPPED: Final = (4, 7)
#: Share of three-letter pieces that similar words have in common with what is looked for.
NEAR, FAR = "0.6", "0.4"


def holds(field: str, words: Sequence[str]) -> Q:
    """The folded text in `field` holds every one of the folded words."""
    found = Q()
    for word in words:
        found &= _holds(field, word)
    return found


def _holds(field: str, word: str) -> Q:
    if len(word) < SHORT:
        return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})
    return Q(**{f"{field}__contains": word}) | _numbered(field, word)


def _numbered(field: str, word: str) -> Q:
    """An id without the zeros before it, as some systems show it and others do not."""
    bare = word.lstrip("0")
    if bare == word or not bare.isdigit() or len(bare) < SHORT:
        return Q()
    return Q(**{f"{field}__contains": f" {bare}"})


def too_short(words: Sequence[str]) -> bool:
    """Whether there is too little to say what is similar to it."""
    return len(" ".join(words)) < SHORT


def resembles(field: str, words: Sequence[str]) -> Q:
    """The folded text in `field` has words similar to these; to be read within `resembling`.

    Similar by the pieces that they have in common, or, in short words, of which that leaves too
    little, but for two letters that are exchanged.
    """
    close = Q(**{f"{field}__trigram_word_similar": " ".join(words)})
    exchanged, any_short = Q(), False
    for word in words:
        either = _holds(field, word)
        if SWAPPED[0] <= len(word) <= SWAPPED[1] and word.isalpha():
            any_short = True
            for one in swapped(word):
                either |= Q(**{f"{field}__contains": one})
        exchanged &= either
    return close | exchanged if any_short else close


#: The share that holds in the transaction of whoever reads now; "" for none.
_SHARE: Final = ContextVar("share", default="")


@contextmanager
def resembling(share: str = FAR) -> Iterator[None]:
    """How similar is similar, for what is read inside; by the index, whatever the planner thinks:
    it takes the comparison for cheap, and would rather make a hundred thousand of them.

    One within another asks the database only where it says something else.
    """
    outer = _SHARE.get()
    if outer == share:
        yield
        return
    token = _SHARE.set(share)
    try:
        with transaction.atomic(savepoint=False):
            _say(share)
            yield
            if outer:
                _say(outer)
    finally:
        _SHARE.reset(token)


def _say(share: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true), "
            "set_config('enable_seqscan', 'off', true)",
            [share],
        )
