"""Who asks: a user, an API client or the system, with what they may do and where."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from accounts.permissions import Permission


@dataclass(frozen=True)
class Grant:
    """Permissions in one business unit, or in all of them (`unit_id` None)."""

    unit_id: UUID | None
    permissions: frozenset[Permission]


@dataclass(frozen=True)
class Principal:
    """The one who asks. Satisfies `audit.events.Actor`.

    kind: "user", "client", "contact" (somebody at a vendor, without any permission: what they may
    do follows from their invitation) or "system"; id: their UUID as text ("" for the system).
    """

    kind: str
    id: str
    label: str
    grants: tuple[Grant, ...] = field(default=())

    def can(self, permission: Permission, unit_id: UUID | None = None) -> bool:
        """Whether they hold `permission` in that unit; without a unit: in any."""
        return any(
            permission in grant.permissions
            and (unit_id is None or grant.unit_id is None or grant.unit_id == unit_id)
            for grant in self.grants
        )

    def units(self, permission: Permission = Permission.VIEW) -> frozenset[UUID] | None:
        """The units in which they hold `permission`; None stands for all units."""
        holding = [grant.unit_id for grant in self.grants if permission in grant.permissions]
        if None in holding:
            return None
        return frozenset(unit for unit in holding if unit is not None)

    def covers(self, permission: Permission, unit_ids: Iterable[UUID] | None) -> bool:
        """Whether they hold `permission` in every one of these units (None: in all there are)."""
        mine = self.units(permission)
        if mine is None:
            return True
        return unit_ids is not None and mine.issuperset(unit_ids)

    def sees_all_units(self) -> bool:
        """Whether the view over all units is theirs."""
        return self.units() is None


SYSTEM = Principal("system", "", "Surety", (Grant(None, frozenset(Permission)),))
