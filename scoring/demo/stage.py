"""The stage: the company itself, its people, and what has to be scored at the end of each day."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from accounts.models import ApiClient, BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM, Principal
from accounts.selectors import principal_for_user
from accounts.services import api_clients, members
from scoring.demo.cast import Cast, Organisation, Person
from scoring.services import catching_up, scores, standings
from scoring.services.scores import AGEING


class Stage:
    """Units and people by name, and what the day has touched."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.units: dict[str, BusinessUnit] = {}
        self.users: dict[str, User] = {}
        self._principals: dict[str, Principal] = {}
        self._assessments: dict[str, set[UUID]] = defaultdict(set)
        self._engagements: set[UUID] = set()
        self._vendors: set[UUID] = set()

    def build(self) -> None:
        """Units, people and the API client, as they were from the beginning."""
        told: Organisation = self.cast.organisation
        for unit in told.units:
            self.units[unit.code] = BusinessUnit.objects.create(name=unit.name, code=unit.code)
        first = self._add(told.people[0], SYSTEM)
        by = principal_for_user(first)
        for person in told.people[1:]:
            self._add(person, by)
        api_clients.add(name=told.client.name, scopes=told.client.scopes, all_units=True, by=by)

    def _add(self, person: Person, by: Principal) -> User:
        places: list[BusinessUnit | None] = [self.units[code] for code in person.units]
        places = places or [None]
        role = Role(person.role)
        user = members.add(name=person.name, email=person.email, role=role, unit=places[0], by=by)
        for unit in places[1:]:
            members.give_role(user=user, role=role, unit=unit, by=by)
        members.change_profile(
            user=user,
            name=person.name,
            language=user.language,
            time_zone=person.time_zone,
            by=principal_for_user(user),
        )
        self.users[person.email] = user
        self._principals[person.email] = principal_for_user(user)
        return user

    def someone(self, role: Role, unit: str) -> str:
        """The e-mail address of who does this in that unit; whoever works there alone first."""
        able = [
            person
            for person in self.cast.organisation.people
            if person.role == role
            and not person.left
            and (not person.units or unit in person.units)
        ]
        return min(able, key=lambda one: len(one.units) or len(self.units) + 1).email

    def principal(self, email: str) -> Principal:
        """The person as services see them."""
        return self._principals[email]

    def touch(self, assessment_id: UUID, cause: str) -> None:
        """This assessment changed today; the last cause of the day is the one that is named."""
        for ids in self._assessments.values():
            ids.discard(assessment_id)
        self._assessments[cause].add(assessment_id)

    def touch_vendor(self, vendor_id: UUID) -> None:
        """This vendor changed today, or what belongs to it."""
        self._vendors.add(vendor_id)

    def touch_engagement(self, engagement_id: UUID) -> None:
        """This engagement changed today."""
        self._engagements.add(engagement_id)

    def close_day(self) -> None:
        """Score what changed today: what the tasks of its events would do."""
        for cause, ids in self._assessments.items():
            if ids:
                scores.rescore_many(assessment_ids=ids, cause=cause)
        if self._engagements:
            catching_up.engagements(engagement_ids=self._engagements, cause="engagement.changed")
        standings.restand_many(vendor_ids=self._vendors)
        self._assessments.clear()
        self._engagements.clear()
        self._vendors.clear()

    def age(self) -> None:
        """Score what ages, as the task of every night does."""
        due = scores.due(limit=1_000)
        if due:
            scores.rescore_many(assessment_ids=due, cause=AGEING)

    def client(self) -> ApiClient:
        """The API client of the demo."""
        return ApiClient.objects.get(name=self.cast.organisation.client.name)
