"""Which of very many listed names are worth comparing with one name: an index held in memory.

A name is compared with the hundred that share most three-letter pieces with it, with all that
sound the same, and with all that have the same identifier. Aliases are names like any other.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np
from rapidfuzz import fuzz

from vendors.matching.match import Candidate, Party, compare
from vendors.matching.normalise import Name

K = TypeVar("K", bound=Hashable)

#: How many names are taken by their three-letter pieces.
TOP: Final = 100
#: Least share of the rarer side's pieces (by weight) that two names worth comparing have in common.
LEAST: Final = 0.35
#: Least likeness of two names in plain letters (rapidfuzz, words in any order, 0 to 100) for which
#: they are compared word by word: far below what any two names that are shown have.
QUICK: Final = 65


def trigrams(name: Name) -> set[str]:
    """The three-letter pieces of the words of a name; each word begins and ends with a space."""
    found: set[str] = set()
    for word in name.words:
        padded = f" {word} "
        found.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return found


@dataclass(frozen=True, slots=True)
class Found(Generic[K]):
    """A listed party that may be the one asked for."""

    key: K
    candidate: Candidate


def _worth_it(one: Name, other: Name) -> bool:
    """A quick look: nearly all names that share some pieces are far from alike."""
    return one.person == other.person and (
        fuzz.token_set_ratio(one.spaced, other.spaced) >= QUICK
        or fuzz.ratio(one.everything, other.everything) >= QUICK
    )


class Index(Generic[K]):
    """Listed parties by their names, sounds and identifiers. Built once, then only read."""

    def __init__(self, parties: Iterable[tuple[K, Party]]) -> None:
        self._keys: list[K] = []
        self._parties: list[Party] = []
        self._names: list[Name] = []
        owners: list[int] = []
        pieces: dict[str, list[int]] = defaultdict(list)
        sounds: dict[tuple[str, ...], list[int]] = defaultdict(list)
        identifiers: dict[str, list[int]] = defaultdict(list)
        weights: list[int] = []
        for number, (key, party) in enumerate(parties):
            self._keys.append(key)
            self._parties.append(party)
            for identifier in party.identifiers:
                identifiers[identifier].append(number)
            for name in party.names:
                row = len(owners)
                owners.append(number)
                self._names.append(name)
                grams = trigrams(name)
                weights.append(len(grams))
                for gram in grams:
                    pieces[gram].append(row)
                sounds[name.sounds].append(row)
        self._owners = np.array(owners, dtype=np.int32)
        self._pieces = {gram: np.array(rows, dtype=np.int32) for gram, rows in pieces.items()}
        self._sounds = dict(sounds)
        self._identifiers = dict(identifiers)
        count = max(len(owners), 1)
        #: What a piece says: rare ones much, those in every other name next to nothing.
        self._worth = {
            gram: float(np.log(1 + count / len(rows))) for gram, rows in self._pieces.items()
        }
        self._unknown = float(np.log(1 + count))
        self._size = np.zeros(len(owners), dtype=np.float64)
        for gram, rows in self._pieces.items():
            self._size[rows] += self._worth[gram]
        np.maximum(self._size, 1e-9, out=self._size)

    def __len__(self) -> int:
        return len(self._parties)

    @property
    def keys(self) -> Sequence[K]:
        """Whom it holds."""
        return self._keys

    @property
    def names(self) -> int:
        """How many names it holds, aliases included."""
        return len(self._owners)

    def near(self, name: Name) -> Sequence[int]:
        """Rows of the names worth comparing with this one, by pieces and by sound."""
        if not len(self._owners) or not name.words:
            return ()
        rows, worths, counts, mine = [], [], [], 0.0
        for gram in trigrams(name):
            found = self._pieces.get(gram)
            worth = self._worth.get(gram, self._unknown)
            mine += worth
            if found is not None:
                rows.append(found)
                worths.append(worth)
                counts.append(len(found))
        near: list[int] = []
        if rows:
            hits = np.concatenate(rows)
            shared = np.bincount(hits, np.repeat(worths, counts), minlength=len(self._owners))
            share = shared / np.minimum(self._size, mine)
            wanted = np.nonzero(share >= LEAST)[0]
            if len(wanted) > TOP:
                # Among those that share enough, the ones most alike as a whole.
                alike = shared[wanted] / (self._size[wanted] + mine - shared[wanted])
                wanted = wanted[np.argpartition(-alike, TOP)[:TOP]]
            near = wanted.tolist()
        same_sound = self._sounds.get(name.sounds)
        if same_sound is not None:
            near.extend(same_sound[: TOP * 2])
        return near

    def search(self, party: Party) -> list[Found[K]]:
        """The listed parties alike enough to show to a person, the likeliest first."""
        numbers: dict[int, set[int]] = {}
        for name in party.names:
            for row in self.near(name):
                if _worth_it(name, self._names[row]):
                    numbers.setdefault(int(self._owners[row]), set()).add(row)
        found = []
        for number, rows in numbers.items():
            names = tuple(self._names[row] for row in sorted(rows))
            candidate = compare(party, self._parties[number], names)
            if candidate is not None:
                found.append(Found(self._keys[number], candidate))
        met = {one.key for one in found}
        for identifier in party.identifiers:
            for number in self._identifiers.get(identifier, ()):
                candidate = compare(party, self._parties[number])
                if candidate is not None and self._keys[number] not in met:
                    met.add(self._keys[number])
                    found.append(Found(self._keys[number], candidate))
        found.sort(key=lambda one: -one.candidate.score)
        return found
