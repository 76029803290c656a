"""The stage: the company itself, its people, and what happens at the end of each day."""

from __future__ import annotations

from accounts.models import ApiClient, BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM, Principal
from accounts.selectors import principal_for_user
from accounts.services import api_clients, members, setup
from assessments.services import rules
from audit import clock
from scoring.demo.cast import Cast, Organisation, Person
from scoring.demo.reactions import Reactions
from scoring.services import scores
from scoring.services.scores import AGEING
from vendors.services import contracts, ip_findings, remediation


class Stage:
    """Units and people by name, and what the system itself does."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.units: dict[str, BusinessUnit] = {}
        self.users: dict[str, User] = {}
        self._principals: dict[str, Principal] = {}
        self._reactions = Reactions()

    def build(self) -> None:
        """Units, people and the API client, as they were from the beginning."""
        told: Organisation = self.cast.organisation
        for unit in told.units:
            self.units[unit.code] = BusinessUnit.objects.create(name=unit.name, code=unit.code)
        first = self._add(told.people[0], SYSTEM)
        by = principal_for_user(first)
        setup.rename(organisation=told.name, by=by)
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

    def close_day(self) -> None:
        """What the tasks of today's events would do."""
        self._reactions.catch_up()

    def age(self) -> None:
        """What follows from the date alone, as the tasks of every night do it."""
        contracts.renew_due(today=clock.today())
        ip_findings.check_dates()
        remediation.end_acceptances(today=clock.today())
        rules.sweep()
        due = scores.due(limit=1_000)
        if due:
            scores.rescore_many(assessment_ids=due, cause=AGEING)
        self._reactions.catch_up()

    def client(self) -> ApiClient:
        """The API client of the demo."""
        return ApiClient.objects.get(name=self.cast.organisation.client.name)
