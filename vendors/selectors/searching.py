"""How searches compare words with a folded text, by an index of trigrams."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

#: Below this a search looks at the beginnings of words only: pieces of three letters need three.
SHORT: Final = 3
#: Share of three-letter pieces that similar words have in common with what is looked for.
NEAR, FAR = "0.6", "0.4"


def holds(field: str, words: Sequence[str]) -> Q:
    """The folded text in `field` holds every one of the folded words."""
    found = Q()
    for word in words:
        if len(word) < SHORT:
            found &= Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})
        else:
            found &= Q(**{f"{field}__contains": word}) | _numbered(field, word)
    return found


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
    """The folded text in `field` has words similar to these; to be read within `resembling`."""
    return Q(**{f"{field}__trigram_word_similar": " ".join(words)})


@contextmanager
def resembling(share: str = FAR) -> Iterator[None]:
    """How similar is similar, for what is read inside; by the index, whatever the planner thinks:
    it takes the comparison for cheap, and would rather make a hundred thousand of them.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true), "
                "set_config('enable_seqscan', 'off', true)",
                [share],
            )
        yield
