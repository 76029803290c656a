"""Sample data: some of the demo's vendors, told into an installation in which others work.

Each vendor is one transaction: it is there with all that happened to it, or not at all. It happens
in the unit of the sample data, by two invented people, and nobody is told of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Role
from accounts.sample_people import BUYER, COUNSEL, ROLES
from accounts.selectors import principal_for_user
from audit import history
from scoring.demo.calendar import Calendar, Story
from scoring.demo.cast import Cast, Company, cast
from scoring.demo.reactions import Reactions
from scoring.demo.records import (
    agreed,
    decided,
    entrusted,
    finances,
    followed,
    incidents,
    papers,
    places,
    watched,
)
from scoring.demo.records.scene import Scene
from scoring.demo.records.told import records
from scoring.demo.stage import Stage
from scoring.demo.stories import Stories
from scoring.services import rollups, scores
from scoring.services.scores import AGEING
from vendors.models import Vendor

#: Whom it takes to show every kind of fate.
_CHOSEN: Final = (
    "Kőrösi Szoftver Kft.",
    "Ostermann Formenbau GmbH",
    "Shenzhen Lanting Precision Electronics Co., Ltd.",
    "Manifattura Galdieri S.p.A.",
    "Anandvan Engineering Services Pvt. Ltd.",
    "Lumivaara Oy",
    "Rechenhof Süd Betriebsgesellschaft mbH",
    "Zellweger-Tschudin AG",
    "Studio Kermarrec & Associés SARL",
    "Fjordkvist Analyse A/S",
    "Công ty TNHH Cơ khí Chính xác Hoàng Lộc",
    "Cascabel Cloud Systems LLC",
)


def companies() -> list[Company]:
    """The vendors of the sample, in the order in which they are told."""
    found = {company.name: company for company in cast().companies}
    return [found[name] for name in _CHOSEN]


def called(name: str) -> str:
    """The name of a vendor, marked as sample in the language that is in force."""
    return _("%(name)s (sample)") % {"name": name}


def id_of(name: str, unit: BusinessUnit) -> UUID:
    """The id of a vendor of the sample in its unit, whatever it is called there."""
    return uuid5(unit.pk, name)


def is_told(company: Company, unit: BusinessUnit) -> bool:
    """Whether the vendor is there, whenever it was told."""
    return _told(company.name, unit).exists()


def _told(name: str, unit: BusinessUnit) -> QuerySet[Vendor]:
    """The vendor of the sample that is called so.

    Those that were told before they had ids of the sample are known by their names, in whatever
    language.
    """
    names = set()
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            names.add(called(name))
    known = Q(pk=id_of(name, unit)) | Q(name__in=names, unit_links__unit=unit)
    return Vendor.objects.filter(known, sample=True).distinct()


def tell(company: Company, unit: BusinessUnit, now: datetime) -> None:
    """Let happen what happened to a vendor up to `now`; in the caller's transaction."""
    calendar, stage = Calendar(now), _Stage(cast(), unit)
    scene = _Scene(stage, calendar, company)
    marked = _marked(company, unit)
    with history.writing(), rollups.at_the_end(), _at_work():
        calendar.tell(
            [*Stories(stage, calendar).of(marked), *_records(scene)],
            daily=stage.close_day,
            monthly=stage.age,
        )


@contextmanager
def _at_work() -> Iterator[None]:
    """The invented people hold their roles meanwhile; for others they never do."""
    people = User.objects.filter(pk__in=ROLES)
    people.update(is_active=True)
    yield
    people.update(is_active=False)


def _marked(company: Company, unit: BusinessUnit) -> Company:
    # Its number in the ERP might be that of a real vendor.
    own = {"id": id_of(company.name, unit), "name": called(company.name), "sap": ""}
    return company.model_copy(update=own)


def _records(scene: Scene) -> Iterator[Story]:
    told = records()
    yield from finances.stories(scene, told.finances)
    yield from places.stories(scene, told.places)
    yield from entrusted.stories(scene, told.entrusted)
    yield from agreed.stories(scene, told.agreed)
    yield from incidents.stories(scene, told.incidents)
    yield from watched.stories(scene, told.watched)
    yield from papers.stories(scene, told.papers)
    # What raises findings is for the organisation to say.
    yield from decided.stories(scene, told.decided.model_copy(update={"rules": ()}))
    yield from followed.stories(scene)


class _Stage(Stage):
    """One unit and two people, whatever the demo calls them."""

    def __init__(self, told: Cast, unit: BusinessUnit) -> None:
        super().__init__(told)
        self.unit = unit
        self.units = {one.code: unit for one in told.organisation.units}
        self.users = {str(user.pk): user for user in User.objects.filter(pk__in=ROLES)}
        self._principals = {pk: principal_for_user(user) for pk, user in self.users.items()}
        self._reactions = Reactions(quiet=True)

    def someone(self, role: Role, unit: str) -> str:
        """Counsel reviews and decides; all else is done by the buyer."""
        return str(COUNSEL if role == Role.LEGAL else BUYER)

    def age(self) -> None:
        """What follows from the date alone, for the vendors of the sample."""
        due = scores.due(limit=1_000, unit=self.unit)
        if due:
            scores.rescore_many(assessment_ids=due, cause=AGEING)
        self._reactions.catch_up()


class _Scene(Scene):
    """One vendor of the sample, and whom it passes work on to."""

    def __init__(self, stage: _Stage, calendar: Calendar, company: Company) -> None:
        super().__init__(stage, calendar, [company])
        self._company, self._unit = company, stage.unit

    def bring(self, name: str) -> None:
        """Nothing is told of a subcontractor: it would be, once for each vendor above it."""

    def called(self, name: str) -> str:
        """The name, marked as sample."""
        return called(name)

    def known(self, name: str) -> Vendor | None:
        """The vendor of the sample of this name, or a company that only works for one."""
        told = _told(name, self._unit).order_by("pk").first()
        below = Vendor.objects.filter(sample=True, unit_links=None, name=self.called(name))
        return told or below.first()

    def vendors(self) -> QuerySet[Vendor]:
        """The one vendor that is told of."""
        return Vendor.objects.filter(pk=id_of(self._company.name, self._unit))
