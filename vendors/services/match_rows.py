"""Writing what a comparison has brought: candidates found, decided ones left, old ones closed."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from accounts.principal import SYSTEM
from audit import clock
from audit.record import record
from vendors.events.screening import MatchClosed, MatchFound, ScreeningReached
from vendors.matching.match import Candidate
from vendors.matching.reasons import why_of
from vendors.models import ListEntryEnd, Match, MatchStep, WatchList
from vendors.selectors.listed import Key
from vendors.selectors.reach import owned_by

Status = Match.Status
Action = MatchStep.Action

#: Why Surety closes or reopens a match by itself (words: `vendors.screening_words`).
GONE: Final = "gone"
NOT_ALIKE: Final = "not_alike"
CHANGED: Final = "changed"
LISTED_AGAIN: Final = "listed_again"


@dataclass(frozen=True, slots=True)
class Side:
    """Our side of a comparison: a vendor, or one of its owners. `digest`: all that is compared."""

    vendor_id: UUID
    owner_id: UUID | None
    digest: bytes
    primary: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A side that may be somebody listed."""

    side: Side
    key: Key
    candidate: Candidate

    @property
    def place(self) -> tuple[UUID, UUID | None, UUID, str]:
        """What a match is known by."""
        return (self.side.vendor_id, self.side.owner_id, self.key.watch_list_id, self.key.ref)

    @property
    def digest(self) -> bytes:
        """Both sides as they were compared."""
        return hashlib.sha256(self.side.digest + self.key.digest).digest()


@dataclass
class Outcome:
    """What was written."""

    found: int = 0
    closed: int = 0
    vendors: set[UUID] = field(default_factory=set)


def settle(
    hits: Iterable[Hit],
    *,
    sides: Collection[Side],
    versions: Mapping[UUID, UUID],
    scope: Collection[str] | None = None,
) -> Outcome:
    """Bring the matches of these sides in line with what comparing them has brought.

    `versions`: list -> version compared with. `scope`: only these references of those lists were
    compared; None: all. The caller holds the vendors' locks.
    """
    outcome = Outcome()
    lists = WatchList.objects.in_bulk(list(versions))
    rows = Match.objects.select_for_update().filter(
        vendor__in={side.vendor_id for side in sides}, watch_list__in=list(versions)
    )
    if scope is not None:
        rows = rows.filter(ref__in=list(scope))
    there = {(m.vendor_id, m.owner_id, m.watch_list_id, m.ref): m for m in rows}
    met = set()
    for hit in hits:
        met.add(hit.place)
        watch_list = lists[hit.key.watch_list_id]
        version = versions[hit.key.watch_list_id]
        match = there.get(hit.place)
        if match is None:
            _found(hit, watch_list, version, outcome)
        elif bytes(match.digest) != hit.digest or match.status == Status.CLOSED or match.delisted:
            _again(match, hit, watch_list, version, outcome)
    compared = {(side.vendor_id, side.owner_id) for side in sides}
    left = [
        match
        for place, match in there.items()
        if place not in met and place[:2] in compared and match.status == Status.OPEN
    ]
    ended = set(
        ListEntryEnd.objects.filter(
            entry__in=[match.entry_id for match in left], replaced_by__isnull=True
        ).values_list("entry_id", flat=True)
    )
    for match in left:
        why = GONE if match.entry_id in ended else NOT_ALIKE
        close(match, why, lists[match.watch_list_id], outcome, versions[match.watch_list_id])
    _tell_owned(outcome.vendors)
    return outcome


def gone(refs: Collection[str], *, watch_list: WatchList, version_id: UUID) -> Outcome:
    """Close what is open against entries that a version no longer has; mark what is confirmed."""
    outcome = Outcome()
    rows = Match.objects.select_for_update().filter(
        watch_list=watch_list, ref__in=list(refs), delisted=False
    )
    for match in rows.exclude(status=Status.CLOSED).order_by("pk"):
        if match.status == Status.OPEN:
            close(match, GONE, watch_list, outcome, version_id)
            continue
        match.delisted = True
        _save(match, "delisted")
        _step(match, Action.DELISTED, GONE, version_id)
    _tell_owned(outcome.vendors)
    return outcome


def close(
    match: Match,
    why: str,
    watch_list: WatchList,
    outcome: Outcome,
    version_id: UUID | None = None,
) -> None:
    """Take an open match out of the queue, without a person."""
    match.status = Status.CLOSED
    match.delisted = why == GONE
    _save(match, "status", "delisted")
    _step(match, Action.CLOSED, why, version_id)
    outcome.closed += 1
    outcome.vendors.add(match.vendor_id)
    record(
        MatchClosed(
            aggregate_id=match.vendor_id,
            facts_of=match.vendor_id,
            match_id=match.pk,
            watch_list=watch_list.key,
            why=why,
            status=match.status,
        ),
        by=SYSTEM,
    )


def tell_owned(vendor_id: UUID) -> None:
    """Note the vendors that this one owns: what is known of their owner has changed."""
    _tell_owned({vendor_id})


def _tell_owned(vendor_ids: Collection[UUID]) -> None:
    for owned, owner in owned_by(vendor_ids):
        record(ScreeningReached(aggregate_id=owned, facts_of=owned, through=owner), by=SYSTEM)


def _values(hit: Hit) -> dict[str, Any]:
    ours = hit.candidate.query.raw
    if hit.side.owner_id is not None:
        side = Match.Side.OWNER
    else:
        side = Match.Side.VENDOR if ours == hit.side.primary else Match.Side.ALIAS
    return {
        "entry_id": hit.key.entry_id,
        "side": side,
        "our_name": (ours or hit.side.primary)[:400],
        "listed_name": hit.candidate.result.raw[:400],
        "score": round(hit.candidate.score * 10_000),
        "why": why_of(hit.candidate),
        "digest": hit.digest,
    }


def _found(hit: Hit, watch_list: WatchList, version_id: UUID, outcome: Outcome) -> None:
    now = clock.now()
    match = Match.objects.create(
        vendor_id=hit.side.vendor_id,
        owner_id=hit.side.owner_id,
        watch_list=watch_list,
        ref=hit.key.ref,
        created_at=now,
        updated_at=now,
        **_values(hit),
    )
    _step(match, Action.FOUND, "", version_id)
    _tell(match, watch_list, version_id, outcome, again=False)


def _again(
    match: Match, hit: Hit, watch_list: WatchList, version_id: UUID, outcome: Outcome
) -> None:
    """One side has changed, or the entry is back: what was dismissed or closed is open again."""
    reason = LISTED_AGAIN if match.delisted else CHANGED
    opens = match.status in {Status.DISMISSED, Status.CLOSED} and (
        bytes(match.digest) != hit.digest or match.status == Status.CLOSED
    )
    for name, value in _values(hit).items():
        setattr(match, name, value)
    match.delisted = False
    if opens:
        match.status = Status.OPEN
    _save(match, "delisted", "status", *_values(hit))
    _step(match, Action.REOPENED if opens else Action.CHANGED, reason, version_id)
    if opens:
        _tell(match, watch_list, version_id, outcome, again=True)


def _tell(
    match: Match, watch_list: WatchList, version_id: UUID, outcome: Outcome, *, again: bool
) -> None:
    outcome.found += 1
    outcome.vendors.add(match.vendor_id)
    record(
        MatchFound(
            aggregate_id=match.vendor_id,
            facts_of=match.vendor_id,
            match_id=match.pk,
            owner_id=match.owner_id,
            watch_list=watch_list.key,
            list_version_id=version_id,
            kind=watch_list.kind,
            side=match.side,
            score=match.score,
            again=again,
            our_name=match.our_name,
            listed_name=match.listed_name,
        ),
        by=SYSTEM,
    )


def _save(match: Match, *fields: str) -> None:
    match.version += 1
    match.updated_at = clock.now()
    match.save(
        update_fields=[*(name.removesuffix("_id") for name in fields), "version", "updated_at"]
    )


def _step(match: Match, action: str, reason: str, version_id: UUID | None) -> None:
    MatchStep.objects.create(
        match=match,
        action=action,
        at=clock.now(),
        reason=reason,
        entry_id=match.entry_id,
        list_version_id=version_id,
        score=match.score,
        why=match.why,
        digest=match.digest,
    )
