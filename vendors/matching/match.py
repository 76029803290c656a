"""How alike two names are, and two parties with all that is known of them, with the reasons.

The constants come from the open method of the OpenSanctions project ("logic"), as our scoring
method restates them; how they are put together is our own. Scores are 0 (different) to 1 (same).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from vendors.matching import words as lists
from vendors.matching.normalise import Name
from vendors.matching.phonetic import key

LEI_SCORE: Final = 0.95
REGISTRATION_SCORE: Final = 0.85
COUNTRY_MISMATCH: Final = 0.2
NUMBER_MISMATCH: Final = 0.3
EXTRA_QUERY: Final = 0.8
EXTRA_RESULT: Final = 0.1
#: Ours: the legal forms are of different families (a foundation, a limited company); limited and
#: stock companies are mixed up in translations, so it is less between these.
FORM_MISMATCH: Final = 0.35
FORM_MIXED_UP: Final = 0.2
#: Ours: one name has a country in it and the other has not, as branches and subsidiaries do.
COUNTRY_IN_NAME: Final = 0.25
#: Words that very many names have tell little.
WEAK: Final = 0.4
#: A word with a country in it says more than that, and less than a name.
COUNTRY_WORD: Final = 0.5
INITIAL: Final = 0.8

THRESHOLD: Final = 0.7
#: What the threshold rises by where hardly a letter is left to compare.
SHORT_NAMES: Final = 0.2
_ROUNDING: Final = 1e-9
#: From so many letters on, a name is no longer short.
LONG: Final = 12


def budget(length: int) -> int:
    """How many letters may differ in a text of this length: ⌊ln(length - 2)⌋, 0 for short ones."""
    return int(math.log(length - 2)) if length > 3 else 0


def threshold(name: Name) -> float:
    """The score from which a name is shown to a person; it rises as names get shorter."""
    return THRESHOLD + SHORT_NAMES * max(0.0, LONG - name.length) / LONG


@dataclass(frozen=True, slots=True)
class Pair:
    """One word of the query (or several, written together) beside its like in the result."""

    query: str
    result: str
    likeness: float
    how: str  # "same", "joined", "spelling", "sound", "initial"


@dataclass(frozen=True, slots=True)
class NameScore:
    """How alike two names are: 0 to 1, what was laid beside what, and what it was lowered by."""

    score: float
    pairs: tuple[Pair, ...] = ()
    extra_query: tuple[str, ...] = ()
    extra_result: tuple[str, ...] = ()
    lowered: tuple[str, ...] = ()  # "numbers", "forms", "country_in_name"


NOTHING: Final = NameScore(0.0)


@lru_cache(maxsize=100_000)
def _weight(word: str, person: bool) -> float:
    if person:
        return 0.5 if len(word) == 1 else 1.0
    if word in lists.weak() or word.isdigit():
        return WEAK
    return COUNTRY_WORD if word in lists.countries() else 1.0


def compare_names(query: Name, result: Name) -> NameScore:
    """How alike the name asked for and a listed name are.

    Words are laid beside each other in any order. A word of the query that the result has not
    weighs .8 of one that both have; one that only the result has weighs .1.
    """
    if not query.words or not result.words:
        return NOTHING
    pairs, left, right = _align(query, result)
    if not pairs:
        return NOTHING
    if not query.person and not _tells_enough(query, result, pairs, left, right):
        return NOTHING
    person = query.person
    matched = total = 0.0
    for pair in pairs:
        weight = sum(_weight(word, person) for word in pair.query.split())
        matched += weight * pair.likeness
        total += weight
    numbers = query.numbers | result.numbers
    extra_query = sum(_weight(word, person) for word in left if word not in numbers)
    extra_result = sum(_weight(word, person) for word in right if word not in numbers)
    # Each has a word of its own: they are two names, not a longer and a shorter one.
    both = bool(extra_query and extra_result)
    total += EXTRA_QUERY * extra_query + (EXTRA_QUERY if both else EXTRA_RESULT) * extra_result
    score = matched / total if total else 0.0
    lowered = []
    if numbers & (set(left) | set(right)):
        score -= NUMBER_MISMATCH
        lowered.append("numbers")
    if query.families and result.families and not query.families & result.families:
        score -= _forms(query.families | result.families)
        lowered.append("forms")
    if query.countries != result.countries and not person:
        score -= COUNTRY_IN_NAME
        lowered.append("country_in_name")
    return NameScore(max(score, 0.0), tuple(pairs), tuple(left), tuple(right), tuple(lowered))


def _forms(families: frozenset[str]) -> float:
    return FORM_MIXED_UP if families <= {"limited", "stock"} else FORM_MISMATCH


def _tells_enough(
    query: Name, result: Name, pairs: list[Pair], left: list[str], right: list[str]
) -> bool:
    """Whether more is the same than words that very many names have."""
    if not left and not right and all(pair.likeness == 1 for pair in pairs):
        return True
    strong = set(query.strong)
    return any(word in strong for pair in pairs for word in pair.query.split())


def _align(query: Name, result: Name) -> tuple[list[Pair], list[str], list[str]]:
    """(words laid beside each other, words only the query has, words only the result has)."""
    left, right = list(query.words), list(result.words)
    pairs: list[Pair] = []
    for word in query.words:
        if word in right:
            right.remove(word)
            left.remove(word)
            pairs.append(Pair(word, word, 1.0, "same"))
    if left and right:
        left, right = _joined(left, right, pairs)
    if left and right:
        spare = budget(sum(map(len, query.words)))
        left, right = _spelled(left, right, pairs, spare, query.person)
    if left or right:
        whole = _whole(query, result)
        if whole is not None:
            return [whole], [], []
    return pairs, left, right


def _whole(query: Name, result: Name) -> Pair | None:
    """Both names written together, where that makes them the same: "SiemensAG"."""
    if (
        query.everything == result.everything
        or query.everything == "".join(result.words)
        or (result.everything == "".join(query.words))
    ):
        return Pair(" ".join(query.words), " ".join(result.words), 1.0, "joined")
    return None


def _joined(left: list[str], right: list[str], pairs: list[Pair]) -> tuple[list[str], list[str]]:
    """Words that one side writes together and the other apart: "Good Will", "Goodwill"."""
    left, right = _join_one(left, right, pairs, turned=False)
    right, left = _join_one(right, left, pairs, turned=True)
    return left, right


def _join_one(
    apart: list[str], together: list[str], pairs: list[Pair], *, turned: bool
) -> tuple[list[str], list[str]]:
    for size in (2, 3, 4):
        at = 0
        while at + size <= len(apart):
            piece = apart[at : at + size]
            joined = "".join(piece)
            found = next((w for w in together if OSA.distance(joined, w) <= _slack(joined)), None)
            if found is None:
                at += 1
                continue
            likeness = 1 - OSA.distance(joined, found) / max(len(joined), len(found))
            spaced = " ".join(piece)
            pairs.append(
                Pair(found, spaced, likeness, "joined")
                if turned
                else Pair(spaced, found, likeness, "joined")
            )
            apart = apart[:at] + apart[at + size :]
            together = [word for word in together if word is not found]
    return apart, together


def _slack(joined: str) -> int:
    return min(1, budget(len(joined)))


def _spelled(
    left: list[str], right: list[str], pairs: list[Pair], spare: int, person: bool
) -> tuple[list[str], list[str]]:
    """Words that differ by a few letters, by sound, or of which one is only the initial."""
    found: list[tuple[float, int, int, str, int]] = []
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            alike = _alike(one, other, spare, person)
            if alike is not None:
                found.append((alike[0], i, j, alike[1], alike[2]))
    found.sort(key=lambda item: (-item[0], item[1], item[2]))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for likeness, i, j, how, edits in found:
        if i in taken_left or j in taken_right or edits > spare:
            continue
        spare -= edits
        taken_left.add(i)
        taken_right.add(j)
        pairs.append(Pair(left[i], right[j], likeness, how))
    return (
        [word for i, word in enumerate(left) if i not in taken_left],
        [word for j, word in enumerate(right) if j not in taken_right],
    )


def _alike(one: str, other: str, spare: int, person: bool) -> tuple[float, str, int] | None:
    """(likeness, how, letters that differ) of two words; None where they are different words."""
    if one.isdigit() or other.isdigit():
        return None
    if len(one) == 1 or len(other) == 1:
        if person and one[0] == other[0]:
            return INITIAL, "initial", 0
        return None
    longer = max(len(one), len(other))
    sound = key(one) == key(other)
    allowed = budget(longer) + (1 if sound else 0)
    # In a long name one letter of a short word may differ as well, and two of a longer one.
    if spare > 1:
        allowed = max(allowed, 2 if longer > 5 and one[0] == other[0] else int(longer > 2))
    distance = OSA.distance(one, other, score_cutoff=allowed)
    if distance > allowed:
        return None
    how = "sound" if sound and distance > budget(longer) else "spelling"
    return 1 - distance / longer, how, max(0, distance - sound)


def is_alert(query: Name, result: Name) -> bool:
    """Whether two names alone are alike enough for a person to look at."""
    return compare_names(query, result).score >= threshold(query) - _ROUNDING


@dataclass(frozen=True)
class Party:
    """Somebody with all that may tell who it is.

    `names`: the primary name and all others; `countries`: ISO codes, none where not known;
    `leis` and `registrations`: identifiers as they are compared (capitals and digits).
    """

    names: tuple[Name, ...]
    countries: frozenset[str] = frozenset()
    leis: frozenset[str] = frozenset()
    registrations: frozenset[str] = frozenset()
    person: bool | None = None  # None: may be either

    @property
    def identifiers(self) -> frozenset[str]:
        """All identifiers."""
        return self.leis | self.registrations


@dataclass(frozen=True, slots=True)
class Candidate:
    """Why two parties may be the same: the score, what it rests on, and what speaks against it.

    `basis`: "name", "lei" or "registration"; `query` and `result`: the two names most alike.
    """

    score: float
    basis: str
    name: NameScore
    query: Name
    result: Name
    shared: tuple[str, ...] = ()
    countries: str = "unknown"  # "same", "different", "unknown"
    other_numbers: bool = False


def compare(query: Party, result: Party, names: tuple[Name, ...] | None = None) -> Candidate | None:
    """Why `query` may be the listed `result`; None where it is not alike enough to be shown.

    Score = the best of name, same LEI (.95) and same registration number (.85); less .2 where the
    countries are known and differ. `names`: only these of the result's names are compared.
    """
    if query.person is not None and result.person is not None and query.person != result.person:
        return None
    best, one, other = _best_names(query.names, result.names if names is None else names)
    countries = "unknown"
    if query.countries and result.countries:
        countries = "same" if query.countries & result.countries else "different"
    lei = query.leis & result.leis
    # Numbers are given by national registers: the same one in another country says nothing.
    registration = query.registrations & result.registrations
    if countries == "different":
        registration = frozenset()
    score, basis = best.score, "name"
    if lei and score < LEI_SCORE:
        score, basis = LEI_SCORE, "lei"
    elif registration and score < REGISTRATION_SCORE:
        score, basis = REGISTRATION_SCORE, "registration"
    if countries == "different" and not lei:
        score -= COUNTRY_MISMATCH
    if basis == "name" and score < threshold(one) - _ROUNDING:
        return None
    return Candidate(
        score=max(score, 0.0),
        basis=basis,
        name=best,
        query=one,
        result=other,
        shared=tuple(sorted(lei | registration)),
        countries=countries,
        other_numbers=bool(query.leis and result.leis and not lei),
    )


def _best_names(mine: tuple[Name, ...], theirs: tuple[Name, ...]) -> tuple[NameScore, Name, Name]:
    best, one, other = NOTHING, mine[0], theirs[0]
    above = -1.0
    for name in mine:
        least = threshold(name)
        for listed in theirs:
            if name.person != listed.person:
                continue
            found = compare_names(name, listed)
            # A short name needs more, so names are ranked by how far they are above their mark.
            if found.score - least > above or (found.score and not best.score):
                best, one, other, above = found, name, listed, found.score - least
    return best, one, other
