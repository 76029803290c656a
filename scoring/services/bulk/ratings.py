"""Where vendors stand (formula 13), for many at once: the same rules as `scoring.engine.rating`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scoring.engine import methodology as method
from scoring.engine.evaluate import NONE
from scoring.services.bulk.evaluating import NOT_RATED, Scores
from scoring.services.bulk.reading import DRAFTS, SCORE_STATUSES, Records

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_UNRATED: Final = SCORE_STATUSES.index("not_rated") + 1
_PROVISIONAL: Final = SCORE_STATUSES.index("provisional") + 1
_FINAL: Final = SCORE_STATUSES.index("final") + 1
_ALL_UNITS: Final = bytes(16)


@dataclass(frozen=True, eq=False, slots=True)
class Ratings:
    """What n present standings (`old`, in the form of `reading.STANDING`) say now.

    Codes of words are those of `reading`; `points`, `lo`, `hi` are -1 where not rated. `homeless`:
    vendors (16 bytes) that have no standing yet where they need one.
    """

    old: Records
    tier: Ints
    status: Ints
    band: Ints
    points: Ints
    lo: Ints
    hi: Ints
    worst: Ints
    dimensions: Ints
    blocked: Flags
    missing_proofs: Ints
    assessments: Ints
    not_rated: Ints
    driver: Bytes
    homeless: frozenset[bytes]

    @property
    def news(self) -> Flags:
        """[n] those that a list sorted by change shows first."""
        news: Flags = (
            (self.old["status"] != self.status)
            | (self.old["band"] != self.band)
            | (self.old["points"] != self.points)
            | (self.old["tier"] != self.tier)
            | (self.old["blocked"] != self.blocked)
        )
        return news

    @property
    def differs(self) -> Flags:
        """[n] those that say anything else than before."""
        differs: Flags = (
            self.news
            | (self.old["lo"] != self.lo)
            | (self.old["hi"] != self.hi)
            | (self.old["worst"] != self.worst)
            | np.any(self.old["dimensions"] != self.dimensions, axis=1)
            | (self.old["missing_proofs"] != self.missing_proofs)
            | (self.old["assessments"] != self.assessments)
            | (self.old["not_rated"] != self.not_rated)
            | np.any(self.old["driver"] != self.driver, axis=1)
        )
        return differs


def rate(
    scores: Scores, bare: Records, present: Records, parameters: method.Methodology
) -> Ratings:
    """Rate the vendors of those scores that were evaluated, in each of their standings."""
    chosen = _counting(scores)
    vendors = set(_keys(scores.known["vendor"][scores.fresh]))
    present = present[_among(present["vendor"], vendors)]
    bare = bare[_among(bare["vendor"], vendors)]
    place = {
        key: at
        for at, key in enumerate(_keys(np.hstack([present["vendor"], present["scope"]]), size=32))
    }
    entries = _Entries(scores, chosen, bare)
    rows, homeless = entries.rows(place)
    return _rated(entries, rows, present, homeless, parameters)


def _keys(ids: npt.NDArray[Any], size: int = 16) -> list[bytes]:
    data = np.ascontiguousarray(ids).tobytes()
    return [data[at : at + size] for at in range(0, len(data), size)]


def _among(ids: npt.NDArray[Any], wanted: set[bytes]) -> Flags:
    return np.array([key in wanted for key in _keys(ids)], dtype=np.bool_)


def _halves(ids: npt.NDArray[Any]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Identifiers as two numbers that sort as they do."""
    two = np.ascontiguousarray(ids).view(">u8").astype(np.uint64)
    return two[:, 0], two[:, 1]


def _counting(scores: Scores) -> npt.NDArray[np.intp]:
    """Rows that count: per engagement and questionnaire the latest that was handed in, else the
    latest draft; none of an engagement that has ended."""
    counts = np.flatnonzero(scores.fresh & (scores.known["ended"] == 0))
    known = scores.known[counts]
    _, key = np.unique(np.array(scores.questionnaire)[counts], return_inverse=True)
    handed = ~np.isin(known["status"], DRAFTS)
    high, low = _halves(known["engagement"])
    later, late = _halves(known["id"])
    order = np.lexsort((late, later, handed, key, low, high))
    group = np.stack([high[order], low[order], key[order].astype(np.uint64)])
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = np.any(group[:, 1:] != group[:, :-1], axis=0)
    return counts[order[last]]


class _Entries:
    """What the ratings are made from: chosen assessments, then engagements without any."""

    def __init__(self, scores: Scores, chosen: npt.NDArray[np.intp], bare: Records) -> None:
        known, more = scores.known[chosen], len(bare)

        def joined(values: npt.NDArray[Any], missing: Any) -> npt.NDArray[Any]:
            rest = np.full((more, *values.shape[1:]), missing, dtype=values.dtype)
            return np.concatenate([values, rest])

        self.vendor = np.concatenate([known["vendor"], bare["vendor"]])
        self.unit = np.concatenate([known["unit"], bare["unit"]])
        self.tier = np.concatenate([known["tier"], bare["tier"]]).astype(np.int64)
        self.id = joined(known["id"], 0)
        self.there = joined(np.ones(len(chosen), dtype=np.int64), 0)
        self.mandatory = joined(known["mandatory"] > 0, True)
        self.status = joined(scores.status[chosen], _UNRATED)
        self.points = joined(scores.points[chosen], NONE)
        self.lo = joined(scores.lo[chosen], NONE)
        self.hi = joined(scores.hi[chosen], NONE)
        self.blocked = joined(scores.blocked[chosen], False)
        self.worst = joined(scores.worst[chosen], 0)
        self.dimensions = joined(scores.dimensions[chosen], NONE)
        self.missing_proofs = joined(scores.missing_proofs[chosen], 0)

    def rows(self, place: dict[bytes, int]) -> tuple[npt.NDArray[np.intp], frozenset[bytes]]:
        """[2, n] the standing over all units and that of the unit, -1 for none; and the vendors
        that lack one."""
        vendors = _keys(self.vendor)
        rows = np.array(
            [
                [place.get(vendor + _ALL_UNITS, -1) for vendor in vendors],
                [place.get(key, -1) for key in _keys(np.hstack([self.vendor, self.unit]), 32)],
            ],
            dtype=np.intp,
        ).reshape(2, -1)
        lacking = np.flatnonzero(np.any(rows < 0, axis=0))
        return rows, frozenset(vendors[at] for at in lacking)


def _rated(
    entries: _Entries,
    rows: npt.NDArray[np.intp],
    present: Records,
    homeless: frozenset[bytes],
    parameters: method.Methodology,
) -> Ratings:
    size = len(present)
    row = rows.ravel()
    entry = np.tile(np.arange(rows.shape[1]), 2)
    entry, row = entry[row >= 0], row[row >= 0]
    rated = entries.status[entry] != _UNRATED

    def count(which: npt.NDArray[Any]) -> Ints:
        return np.bincount(row, weights=which, minlength=size).astype(np.int64)

    def largest(values: Ints, start: int) -> Ints:
        found = np.full(size, start, dtype=np.int64)
        np.maximum.at(found, row[rated], values[entry][rated])
        return found

    high, low = _halves(entries.id)
    order = np.lexsort(
        (low[entry], high[entry], entries.status[entry], -entries.points[entry], row)
    )
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = row[order][1:] != row[order][:-1]
    lead = order[first]
    driver = np.full(size, -1, dtype=np.intp)
    driver[row[lead]] = np.where(rated[lead], entry[lead], -1)
    has = driver >= 0

    def of_driver(values: npt.NDArray[Any], none: int) -> npt.NDArray[Any]:
        shape = (size, *([1] * (values.ndim - 1)))
        if not len(values):
            return np.full((size, *values.shape[1:]), none, dtype=values.dtype)
        return np.where(has.reshape(shape), values[driver], np.array(none, dtype=values.dtype))

    points = of_driver(entries.points, NONE)
    infirm = count(entries.mandatory[entry] & (entries.status[entry] != _FINAL)) > 0
    firm = has & ~infirm & (of_driver(entries.status, 0) == _FINAL)
    tier = np.full(size, 99, dtype=np.int64)
    np.minimum.at(tier, row, np.where(entries.tier[entry] > 0, entries.tier[entry], 99))
    band = np.searchsorted(parameters.band_cuts_milli, points, side="right") + 1
    return Ratings(
        old=present,
        tier=np.where(tier == 99, 0, tier),
        status=np.where(has, np.where(firm, _FINAL, _PROVISIONAL), _UNRATED),
        band=np.where(has, band, NOT_RATED),
        points=points,
        lo=largest(entries.lo, NONE),
        hi=largest(entries.hi, NONE),
        worst=of_driver(entries.worst, 0),
        dimensions=of_driver(entries.dimensions, NONE),
        blocked=count(entries.blocked[entry]) > 0,
        missing_proofs=of_driver(entries.missing_proofs, 0),
        assessments=count(entries.there[entry]),
        not_rated=count(~rated),
        driver=of_driver(entries.id, 0),
        homeless=homeless,
    )
