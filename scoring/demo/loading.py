"""Loading the demo: all of it in one transaction, so that there is all of it or nothing."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from accounts.models import ApiClient, BusinessUnit, User
from accounts.permissions import Role
from accounts.selectors import principal_for_user
from accounts.services import members, notifications
from assessments.models import Assessment
from assessments.services import questionnaires
from audit import clock, history
from audit.errors import Refused
from audit.seal import seal
from scoring.demo import systems, tender
from scoring.demo.calendar import Calendar, Story
from scoring.demo.cast import Cast, cast
from scoring.demo.records import told as on_record
from scoring.demo.records.scene import Scene
from scoring.demo.stage import Stage
from scoring.demo.stories import Stories
from scoring.services import methodologies
from vendors.models import Vendor
from vendors.services import law_release

#: How long ago the first of it happened, in weeks.
_BEGINNING: Final = 118
_WORDS: Final = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "iris", "juniper",
    "kelp", "larch", "maple", "north", "otter", "pearl", "quartz", "river", "slate", "thyme",
)  # fmt: skip


class NotEmpty(Refused):
    """There is other work in this database."""

    code = "not_empty"


@dataclass(frozen=True)
class Loaded:
    """What is there now, and how to get in."""

    vendors: int
    countries: int
    assessments: int
    password: str
    api_key: str


def is_loaded() -> bool:
    """Whether this database has the demo."""
    return User.objects.filter(email=cast().organisation.people[0].email).exists()


def load(*, password: str, most: int | None = None, now: datetime | None = None) -> Loaded:
    """Make the demo, of at most so many vendors. An empty `password` means a random one.

    Raises NotEmpty where anything is there already.
    """
    if any(rows.exists() for rows in (User.objects, BusinessUnit.objects, Vendor.objects)):
        raise NotEmpty(
            _("This database has people or vendors already. Load the demo into an empty one.")
        )
    told, now = cast(), now or datetime.now(UTC)
    with history.writing():
        calendar, stage = Calendar(now), Stage(told)
        stories = Stories(stage, calendar)
        calendar.tell(
            [
                _beginning(stage, calendar),
                *_all(stories, told, most),
                *systems.stories(stage, calendar),
                _leaving(stage, calendar),
                _reading(stage, calendar),
            ],
            daily=stage.close_day,
            monthly=stage.age,
        )
        password, key = _keys(password)
        systems.nightly_export()
    while seal():
        pass
    vendors = Vendor.objects.all()
    return Loaded(
        vendors=vendors.count(),
        countries=vendors.exclude(country="").values("country").distinct().count(),
        assessments=Assessment.objects.count(),
        password=password,
        api_key=key,
    )


def open_again(*, password: str) -> Loaded:
    """New keys to a demo that is there, for whoever has lost the old ones."""
    with history.writing():
        password, key = _keys(password)
    vendors = Vendor.objects.all()
    return Loaded(vendors.count(), 0, Assessment.objects.count(), password, key)


def write_credentials(file: Path, loaded: Loaded) -> None:
    """Write who may sign in, how, and what to look at; for the owner's eyes only, whole or not."""
    people = [person for person in cast().organisation.people if person.signs_in]
    text = json.dumps(
        {
            "accounts": [
                {"email": person.email, "role": str(Role(person.role).label)} for person in people
            ],
            "password": loaded.password,
            "api_key": loaded.api_key,
            "pages": tender.links(),
        },
        indent=2,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)


def _all(stories: Stories, told: Cast, most: int | None) -> Iterator[Story]:
    companies = told.companies[:most]
    for company in companies:
        yield from stories.of(company)
    yield stories.imported_list()
    yield from on_record.stories(Scene(stories.stage, stories.calendar, companies))


def _beginning(stage: Stage, calendar: Calendar) -> Story:
    """People, method, questionnaire and the law of countries, before anything else."""
    yield calendar.moment(_BEGINNING).replace(hour=5)
    stage.build()
    methodologies.published()
    questionnaires.builtin()
    law_release.ensure()


def _leaving(stage: Stage, calendar: Calendar) -> Story:
    """Somebody who is not here any more."""
    yield calendar.moment(20, seed="leaving")
    people = stage.cast.organisation.people
    by = principal_for_user(stage.users[people[0].email])
    for person in people:
        if person.left:
            members.deactivate(user=stage.users[person.email], by=by)


def _reading(stage: Stage, calendar: Calendar) -> Story:
    """Those who can sign in have read what they were told until last week."""
    yield calendar.moment(1.5, seed="reading")
    for person in stage.cast.organisation.people:
        if person.signs_in:
            notifications.mark_read(by=principal_for_user(stage.users[person.email]))


def _keys(password: str) -> tuple[str, str]:
    """Give the accounts the password, and the API client a key; return both."""
    told = cast().organisation
    password = password or "-".join(
        [*(secrets.choice(_WORDS) for _word in range(3)), str(secrets.randbelow(9_000) + 1_000)]
    )
    hashed = make_password(password)
    emails = [person.email for person in told.people if person.signs_in]
    for user in User.objects.filter(email__in=emails):
        user.password = hashed
        user.save(update_fields=["password"])
    client = ApiClient.objects.get(name=told.client.name)
    with clock.at(clock.now()):
        key = systems.key_of_today(client, told.client.key_label)
    return password, key.secret
