"""Reading runs over the portfolio: how far they are, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Max, Min, QuerySet, Sum
from django.db.models.functions import Greatest

from assessments.models import Assessment
from audit import clock
from audit.models import Event
from scoring.engine.methodology import BANDS
from scoring.models import Band, Methodology, Run
from scoring.run_rows import NO_ROWS, ROW
from vendors.models import Vendor

#: Bands as a run counts them, best first; "" stands for: there was no score.
NOT_RATED: Final = Band.NOT_RATED.value
ALL_BANDS: Final = (*BANDS, NOT_RATED, "")
#: Movers shown in each direction.
SHOWN: Final = 10
#: The statuses of a row, by their code.
STATUSES: Final = ("", "not_rated", "provisional", "final")
_NOT_RATED_CODE: Final = len(BANDS) + 1
_RUNNING: Final = (Run.Status.WAITING, Run.Status.RUNNING)

Ints = npt.NDArray[np.int64]


def runs() -> QuerySet[Run]:
    """Every run. They go over all units: for those who see all of them."""
    return Run.objects.select_related("methodology", "started_by", "started_by_client").defer(
        "methodology__content"
    )


def untouched_since() -> datetime | None:
    """Since when nobody has worked on an unfinished run; None: there is none.

    Of several, the one that has been left alone for longest.
    """
    found: datetime | None = (
        Run.objects.filter(status__in=_RUNNING)
        .annotate(touched=Greatest("created_at", Max("pieces__touched_at")))
        .aggregate(first=Min("touched"))["first"]
    )
    return found


def recalculations() -> QuerySet[Run]:
    """The runs that write scores: all but previews."""
    return runs().exclude(kind=Run.Kind.PREVIEW)


def last_of(methodology: Methodology, kind: str) -> Run | None:
    """The last run of a kind by a version."""
    return runs().filter(methodology=methodology, kind=kind).order_by("-id").first()


def last_preview(draft: Methodology) -> Preview | None:
    """The last preview of a draft with its figures; None where there was none."""
    run = last_of(draft, Run.Kind.PREVIEW)
    return Preview(run, progress(run), result(run)) if run else None


def is_running(run: Run) -> bool:
    """Whether it has not come to an end."""
    return run.status in _RUNNING


def is_stale(run: Run) -> bool:
    """Whether a preview was made of a draft that has been changed since."""
    return run.kind == Run.Kind.PREVIEW and run.content_hash != run.methodology.content_hash


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `rate` is assessments per second, `left` seconds; None while unknown."""

    done: int
    total: int | None
    changed: int
    failed: int
    rate: float | None
    left: int | None

    @property
    def open(self) -> int:
        """What is not done."""
        return max((self.total or 0) - self.done, 0)


def progress(run: Run) -> Progress:
    """How far a run is now."""
    sums = run.pieces.aggregate(
        done=Sum("done", default=0),
        changed=Sum("changed", default=0),
        failed=Sum("failed", default=0),
    )
    total = run.total if run.started_at else None
    rate = _rate(run, sums["done"])
    left = None
    if rate and total is not None and is_running(run):
        left = round(max(total - sums["done"], 0) / rate)
    return Progress(total=total, rate=rate, left=left, **sums)


def _rate(run: Run, done: int) -> float | None:
    """Assessments per second since it was started or, where it stood still, resumed."""
    since, before = run.started_at, 0
    if since is None:
        return None
    kinds = ("run.resumed", "run.cancelled")
    said = Event.objects.filter(aggregate_id=run.pk, type__in=kinds).order_by("-position")
    for event in said[:2]:
        if event.type == "run.resumed":
            since = event.occurred_at
        elif is_running(run) or run.status == Run.Status.DONE:
            before = int(event.data["done"])
    seconds = ((run.finished_at or clock.now()) - since).total_seconds()
    return (done - before) / seconds if seconds > 0 and done > before else None


@dataclass(frozen=True, slots=True)
class Mover:
    """An assessment whose points have moved, with the vendor it is about. Points are milli."""

    assessment: UUID
    vendor: UUID
    name: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Failure:
    """An assessment that could not be scored, and why."""

    assessment: UUID
    vendor: UUID | None
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the assessments of a run: from band to band, the movers, the failures."""

    bands: Mapping[tuple[str, str], int]
    worse: list[Mover]
    better: list[Mover]
    failures: list[Failure]

    @property
    def counted(self) -> int:
        """Assessments that were scored."""
        return sum(self.bands.values())

    @property
    def up(self) -> int:
        """Those in a worse band than before, where both are rated."""
        return self._moved(1)

    @property
    def down(self) -> int:
        """Those in a better band than before, where both are rated."""
        return self._moved(-1)

    @property
    def otherwise(self) -> int:
        """Those that were not rated and are now, or the other way round."""
        return sum(
            many for (was, now), many in self.bands.items() if (was in BANDS) != (now in BANDS)
        )

    @property
    def same(self) -> int:
        """Those in the band in which they were."""
        return self.counted - self.up - self.down - self.otherwise

    def _moved(self, sign: int) -> int:
        return sum(
            many
            for (was, now), many in self.bands.items()
            if was in BANDS and now in BANDS and (BANDS.index(now) - BANDS.index(was)) * sign > 0
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview of a draft with what it has found so far."""

    run: Run
    progress: Progress
    result: Result

    @property
    def stale(self) -> bool:
        """Whether the draft has been changed since."""
        return is_stale(self.run)


def result(run: Run) -> Result:
    """What a run has found so far, put together from its pieces."""
    bands: Counter[tuple[str, str]] = Counter()
    movers: list[list[Any]] = []
    failures: list[list[str]] = []
    for summary in run.pieces.order_by("number").values_list("summary", flat=True):
        for pair, many in summary.get("bands", {}).items():
            was, _arrow, now = pair.partition(">")
            bands[was, now] += many
        movers += summary.get("movers", ())
        failures += summary.get("failures", ())
    movers.sort(key=lambda mover: -abs(mover[4] - mover[3]))
    worse = [one for one in movers if one[4] > one[3]][:SHOWN]
    better = [one for one in movers if one[4] < one[3]][:SHOWN]
    names = names_of(UUID(one[1]) for one in (*worse, *better))
    return Result(
        bands=bands,
        worse=[_mover(one, names) for one in worse],
        better=[_mover(one, names) for one in better],
        failures=_failures(failures),
    )


def _mover(said: list[Any], names: Mapping[UUID, str]) -> Mover:
    vendor = UUID(said[1])
    return Mover(UUID(said[0]), vendor, names.get(vendor, ""), int(said[3]), int(said[4]))


def _failures(said: list[list[str]]) -> list[Failure]:
    rows = Assessment.objects.filter(pk__in=[pk for pk, _why in said]).values_list(
        "pk", "vendor_id", "vendor__name"
    )
    known = {pk: (vendor, name) for pk, vendor, name in rows}
    found = []
    for pk, why in said:
        vendor, name = known.get(UUID(pk), (None, ""))
        found.append(Failure(UUID(pk), vendor, name, why))
    return found


def names_of(vendors: Iterable[UUID]) -> dict[UUID, str]:
    """The names of some vendors."""
    return dict(Vendor.objects.filter(pk__in=set(vendors)).values_list("pk", "name"))


# --- before and after, vendor by vendor ---------------------------------------------------------
@dataclass(frozen=True, eq=False, slots=True)
class Vendors:
    """Vendors before and after a preview: column 0 and 1. Points are milli, -1 for none.

    A vendor stands as its worst rated assessment. `band` is a place in ALL_BANDS.
    """

    ids: npt.NDArray[np.uint8]
    points: Ints
    lo: Ints
    hi: Ints
    band: Ints

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def change(self) -> Ints:
        """How far the points have moved; 0 where they are missing before or after."""
        both = (self.points >= 0).all(axis=1)
        found: Ints = np.where(both, self.points[:, 1] - self.points[:, 0], 0)
        return found

    @property
    def changed(self) -> npt.NDArray[np.bool_]:
        """Whether the band is another one; a first score changes none."""
        before, after = self.band[:, 0], self.band[:, 1]
        found: npt.NDArray[np.bool_] = (before != after) & (before != len(ALL_BANDS) - 1)
        return found

    def slice(self, first: int, last: int) -> Vendors:
        """Those from one place to before another."""
        return self.take(np.arange(first, max(first, last), dtype=np.intp))

    def take(self, rows: npt.NDArray[np.intp]) -> Vendors:
        """Some of them, in this order."""
        return Vendors(
            self.ids[rows], self.points[rows], self.lo[rows], self.hi[rows], self.band[rows]
        )

    def uuids(self) -> list[UUID]:
        """Their ids."""
        return [UUID(bytes=one.tobytes()) for one in self.ids]


#: Order of the vendors of a preview -> (what it sorts by, largest first).
SORTS: Final[Mapping[str, tuple[str, bool]]] = {
    "-moved": ("moved", True),
    "-change": ("change", True),
    "change": ("change", False),
    "-after": ("after", True),
    "after": ("after", False),
    "-before": ("before", True),
    "before": ("before", False),
}
DEFAULT_SORT: Final = "-moved"


def vendors(run: Run, *, changed: bool = False, sort: str = DEFAULT_SORT) -> Vendors:
    """The vendors of a preview in this order; with `changed`, those whose band is another one."""
    found = _by_vendor(_rows(run))
    if changed:
        found = found.take(np.flatnonzero(found.changed))
    what, largest = SORTS.get(sort, SORTS[DEFAULT_SORT])
    keys = {
        "moved": np.abs(found.change),
        "change": found.change,
        "before": found.points[:, 0],
        "after": found.points[:, 1],
    }[what]
    return found.take(np.argsort(-keys if largest else keys, kind="stable"))


def _rows(run: Run) -> npt.NDArray[np.void]:
    stored = run.pieces.order_by("number").values_list("rows", flat=True)
    parts = [np.frombuffer(bytes(one), dtype=ROW) for one in stored if one is not None]
    return np.concatenate(parts) if parts else NO_ROWS


def _by_vendor(rows: npt.NDArray[np.void]) -> Vendors:
    if not len(rows):
        none = np.zeros((0, 2), dtype=np.int64)
        return Vendors(np.zeros((0, 16), dtype=np.uint8), none, none, none, none)
    keys = np.ascontiguousarray(rows["vendor"]).view(">u8")
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    keys, rows = keys[order], rows[order]
    starts = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)])
    codes = rows["band"].astype(np.int64)
    rated = (codes > 0) & (codes < _NOT_RATED_CODE)

    def worst(values: npt.NDArray[Any]) -> Ints:
        found: Ints = np.maximum.reduceat(
            np.where(rated, values.astype(np.int64), -1), starts, axis=0
        )
        return found

    band = worst(codes)
    seen = np.maximum.reduceat(codes, starts, axis=0)
    # From 1 as stored to places in ALL_BANDS; a vendor without any rating is not rated, or new.
    place = np.where(band > 0, band - 1, np.where(seen > 0, len(BANDS), len(BANDS) + 1))
    return Vendors(
        ids=rows["vendor"][starts],
        points=worst(rows["points"]),
        lo=worst(rows["lo"]),
        hi=worst(rows["hi"]),
        band=place,
    )


@dataclass(frozen=True, slots=True)
class Firmness:
    """How firm scores are before and after a preview: statuses, and mean widths in milli-points."""

    statuses: Mapping[tuple[str, str], int]
    width: tuple[int, int] | None
    wider: int
    narrower: int


def is_latest(run: Run) -> bool:
    """Whether no later preview of its draft was started: only of the latest all rows are kept."""
    later = Run.objects.filter(methodology=run.methodology_id, kind=run.kind, pk__gt=run.pk)
    return not later.exists()


def firmness(run: Run) -> Firmness:
    """How the statuses and the intervals of assessments change."""
    rows = _rows(run)
    pairs = Counter(zip(*rows["status"].T.tolist(), strict=True)) if len(rows) else Counter()
    codes = rows["band"]
    rated = ((codes > 0) & (codes < _NOT_RATED_CODE)).all(axis=1)
    widths = (rows["hi"] - rows["lo"])[rated].astype(np.int64)
    return Firmness(
        statuses={(STATUSES[was], STATUSES[now]): many for (was, now), many in pairs.items()},
        width=(round(widths[:, 0].mean()), round(widths[:, 1].mean())) if len(widths) else None,
        wider=int((widths[:, 1] > widths[:, 0]).sum()),
        narrower=int((widths[:, 1] < widths[:, 0]).sum()),
    )
