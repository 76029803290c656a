"""What happens to watch-lists, matches, and other names and owners of vendors."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload
from vendors.events.facts import FactsChanged


class WatchListAdded(Payload):
    """A list is kept from now on."""

    type: ClassVar[str] = "watch_list.added"
    aggregate_type: ClassVar[str] = "watch_list"

    key: str
    title: str
    kind: str


class WatchListChanged(Payload):
    """Title, publisher or kind of a list changed."""

    type: ClassVar[str] = "watch_list.changed"
    aggregate_type: ClassVar[str] = "watch_list"

    key: str
    fields: list[str]
    before: dict[str, str]
    after: dict[str, str]


class WatchListImported(Payload):
    """A file became a version of a list; vendors are compared with what is new in it."""

    type: ClassVar[str] = "watch_list.imported"
    aggregate_type: ClassVar[str] = "watch_list"
    private: ClassVar[frozenset[str]] = frozenset({"file_name"})

    key: str
    list_version_id: UUID
    number: int
    as_of: str
    sha256: str
    entries: int
    new: int
    changed: int
    gone: int
    file_name: str


class WatchListScreened(Payload):
    """All vendors were compared with what a version brought."""

    type: ClassVar[str] = "watch_list.screened"
    aggregate_type: ClassVar[str] = "watch_list"

    key: str
    list_version_id: UUID
    number: int
    vendors: int
    found: int
    closed: int


class WatchListPaused(Payload):
    """Comparing vendors with what a version brought was held, after so many `vendors`."""

    type: ClassVar[str] = "watch_list.paused"
    aggregate_type: ClassVar[str] = "watch_list"

    key: str
    list_version_id: UUID
    number: int
    vendors: int


class WatchListResumed(Payload):
    """Comparing vendors with what a version brought goes on, after so many `vendors`."""

    type: ClassVar[str] = "watch_list.resumed"
    aggregate_type: ClassVar[str] = "watch_list"

    key: str
    list_version_id: UUID
    number: int
    vendors: int


class MatchFound(FactsChanged):
    """The vendor, or an owner, may be somebody listed; `again`: it was decided before."""

    type: ClassVar[str] = "screening.match"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"our_name", "listed_name"})

    match_id: UUID
    owner_id: UUID | None
    watch_list: str
    list_version_id: UUID
    kind: str
    side: str
    score: int
    again: bool
    our_name: str
    listed_name: str


class MatchDecided(FactsChanged):
    """A person confirmed or dismissed a match, or took a decision back."""

    type: ClassVar[str] = "match.decided"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    match_id: UUID
    watch_list: str
    kind: str
    verdict: str
    before: str
    reason: str


class MatchClosed(FactsChanged):
    """A match needs no decision any more; `why` is a code of `vendors.screening_words`."""

    type: ClassVar[str] = "match.closed"
    aggregate_type: ClassVar[str] = "vendor"

    match_id: UUID
    watch_list: str
    why: str
    status: str


class ScreeningReached(FactsChanged):
    """What is known of `through`, an owner of this vendor, has changed."""

    type: ClassVar[str] = "screening.reached"
    aggregate_type: ClassVar[str] = "vendor"

    through: UUID


class AliasChanged(FactsChanged):
    """Another name of the vendor was added, or taken away (`removed`)."""

    type: ClassVar[str] = "alias.changed"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"name", "source"})

    alias_id: UUID
    kind: str
    removed: bool
    name: str
    source: str


class OwnerChanged(FactsChanged):
    """An owner was added, changed or has ended; `fields` names what."""

    type: ClassVar[str] = "owner.changed"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    owner_id: UUID
    holder_id: UUID | None
    action: str  # "added", "changed", "removed"
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
