"""Which of very many listed names are worth comparing with one name: an index held in memory.

A name is compared with the hundred that share most three-letter pieces with it, with all that
sound the same, and with all that have the same identifier. Aliases are names like any other.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np

from vendors.matching.match import Candidate, Party, compare
from vendors.matching.normalise import Name

K = TypeVar("K", bound=Hashable)

#: How many names are taken by their three-letter pieces.
TOP: Final = 100
#: Least share of the rarer side's pieces (by weight) that two names worth comparing have in common.
LEAST: Final = 0.3


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


class Index(Generic[K]):
    """Listed parties by their names, sounds and identifiers. Built once, then only read."""

    def __init__(self, parties: Iterable[tuple[K, Party]]) -> None:
        self._keys: list[K] = []
        self._parties: list[Party] = []
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
                grams = trigrams(name)
                weights.append(len(grams))
                for gram in grams:
                    pieces[gram].append(row)
                sounds[name.sounds].append(row)
        self._owners = np.array(owners, dtype=np.int32)
        self._pieces = {gram: np.array(rows, dtype=np.int32) for gram, rows in pieces.items()}
        self._sounds = {sound: np.array(rows, dtype=np.int32) for sound, rows in sounds.items()}
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
        """Numbers of the parties with a name worth comparing, by pieces and by sound."""
        if not len(self._owners) or not name.words:
            return ()
        rows, worths, mine = [], [], 0.0
        for gram in trigrams(name):
            found = self._pieces.get(gram)
            worth = self._worth.get(gram, self._unknown)
            mine += worth
            if found is not None:
                rows.append(found)
                worths.append(np.full(len(found), worth))
        near: list[np.ndarray] = []
        if rows:
            hits = np.concatenate(rows)
            shared = np.bincount(hits, np.concatenate(worths), minlength=len(self._owners))
            share = shared / np.minimum(np.maximum(self._size, 1e-9), mine)
            wanted = np.nonzero(share >= LEAST)[0]
            if len(wanted) > TOP:
                # Among those that share enough, the ones most alike as a whole.
                alike = shared[wanted] / (self._size[wanted] + mine - shared[wanted])
                wanted = wanted[np.argpartition(-alike, TOP)[:TOP]]
            near.append(wanted)
        same_sound = self._sounds.get(name.sounds)
        if same_sound is not None:
            near.append(same_sound[: TOP * 2])
        if not near:
            return ()
        numbers: list[int] = np.unique(self._owners[np.concatenate(near)]).tolist()
        return numbers

    def search(self, party: Party) -> list[Found[K]]:
        """The listed parties alike enough to show to a person, the likeliest first."""
        numbers: set[int] = set()
        for name in party.names:
            numbers.update(self.near(name))
        for identifier in party.identifiers:
            numbers.update(self._identifiers.get(identifier, ()))
        found = [
            Found(self._keys[number], candidate)
            for number in sorted(numbers)
            if (candidate := compare(party, self._parties[number])) is not None
        ]
        found.sort(key=lambda one: -one.candidate.score)
        return found
