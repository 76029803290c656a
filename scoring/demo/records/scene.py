"""Where records are made: who makes them, when, and about whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Final

from django.db.models import QuerySet
from pydantic import Field

from accounts.models import BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import Principal
from scoring.demo.calendar import Calendar
from scoring.demo.cast import Company
from scoring.demo.stage import Stage
from vendors.models import Engagement, Vendor

#: Weeks before the demo is loaded; negative: still to come.
Ago = Annotated[float, Field(ge=-1_500, le=3_000)]
#: Counsel for all units.
_EVERYWHERE: Final = "legal@demo.example"


class Scene:
    """The company's vendors and people, looked up when a story needs them."""

    def __init__(self, stage: Stage, calendar: Calendar, companies: Collection[Company]) -> None:
        self.stage, self.calendar = stage, calendar
        self._there = {company.name for company in companies}
        self._there |= {deal.title for company in companies for deal in company.deals}

    def has(self, *names: str) -> bool:
        """Whether all of these vendors and engagements are in this telling."""
        return {*names} <= self._there

    def bring(self, name: str) -> None:
        """A company that comes in as somebody's subcontractor."""
        self._there.add(name)

    def called(self, name: str) -> str:
        """The name that a vendor goes by here."""
        return name

    def known(self, name: str) -> Vendor | None:
        """The vendor of this name, where it is on record."""
        return self.vendors().filter(name=self.called(name)).first()

    def vendor(self, name: str) -> Vendor:
        """The vendor of this name."""
        return self.vendors().get(name=self.called(name))

    def deal(self, title: str) -> Engagement:
        """The engagement of this title."""
        rows = Engagement.objects.filter(vendor__in=self.vendors())
        return rows.select_related("vendor", "unit").get(title=title)

    def vendors(self) -> QuerySet[Vendor]:
        """All vendors of this telling."""
        return Vendor.objects.filter(sample=False)

    def unit(self, vendor: Vendor) -> BusinessUnit:
        """The unit that has worked with the vendor for longest."""
        return vendor.unit_links.select_related("unit").order_by("pk")[0].unit

    def someone(self, role: Role, unit: BusinessUnit) -> User:
        """Who does this in the unit."""
        return self.stage.users[self.stage.someone(role, unit.code)]

    def buyer(self, unit: BusinessUnit) -> Principal:
        """Who buys for the unit."""
        return self.stage.principal(self.stage.someone(Role.PROCUREMENT, unit.code))

    def legal(self, unit: BusinessUnit) -> Principal:
        """Who decides for the unit."""
        return self.stage.principal(self.stage.someone(Role.LEGAL, unit.code))

    @property
    def counsel(self) -> Principal:
        """Who decides for all units."""
        return self.stage.principal(_EVERYWHERE)

    @property
    def administrator(self) -> Principal:
        """Who administers all units."""
        return self.stage.principal(self.stage.cast.organisation.people[0].email)

    def at(self, weeks: float, seed: str) -> datetime:
        """A moment in office hours, so many weeks ago."""
        return self.calendar.moment(weeks, seed=seed)

    def early(self, weeks: float, minute: int) -> datetime:
        """Before office hours that day: what others build on comes first, in order of `minute`."""
        return self.calendar.moment(weeks).replace(hour=6, minute=minute)

    def day(self, weeks: float) -> date:
        """The day that was so many weeks ago."""
        return self.calendar.day(weeks)

    def day_or_none(self, weeks: float | None) -> date | None:
        """The same; None where there is none."""
        return None if weeks is None else self.day(weeks)
