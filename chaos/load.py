"""Fills the database for `python -m chaos`, which runs it, and says who may do what there."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import django

FILLING: Final = 8
ANSWERING: Final = 3
SUBMITTING: Final = 3
IMPORTING: Final = 2
_SCOPES: Final = ["scores:read", "vendors:read", "vendors:write", "assessments:write"]


def main() -> None:
    """The last line of output is a JSON object."""
    django.setup()
    print(json.dumps(load(sys.argv[1])))


def load(receiver: str) -> dict[str, Any]:
    """Migrate; a unit, assessments to fill in, people with cookies, programs with keys.

    receiver: the address to which webhooks go.
    """
    from django.core.management import call_command

    from accounts.models import BusinessUnit
    from accounts.principal import SYSTEM
    from accounts.services import api_clients
    from assessments import schema
    from assessments.services import questionnaires
    from webhooks.services import endpoints

    call_command("migrate", interactive=False, verbosity=0)
    unit = BusinessUnit.objects.create(name="Machine tools", code="machine-tools")
    text = Path(__file__).with_name("questionnaire.yaml").read_text(encoding="utf-8")
    questionnaire = questionnaires.publish(schema.load(text), by=SYSTEM)
    hears = api_clients.add(
        name="Receiver", scopes=["scores:read", "vendors:read"], all_units=True, by=SYSTEM
    )
    # Before anything else happens: it is to be told of all that is in the feed.
    new = endpoints.add(client=hears, url=receiver, event_types=[], by=SYSTEM)
    return {
        "cookie": _cookie(),
        "secret": new.secret,
        "unit": str(unit.pk),
        "keys": [_key(f"ERP {number}", unit) for number in range(ANSWERING + SUBMITTING + 2)],
        "reader": api_clients.create_key(client=hears, expires_at=None, by=SYSTEM).secret,
        "assessments": [
            _assessment(f"Filled in {number}", unit, questionnaire)
            # Two people share one; a program has one of its own.
            for number in range(FILLING // 2 + ANSWERING)
        ],
    }


def _cookie() -> str:
    """Of somebody who may do everything."""
    from django.test import Client

    from accounts.models import Membership, User
    from accounts.permissions import Role

    user = User.objects.create_user("chaos@example.com", None, name="Chaos")
    for role in (Role.ADMINISTRATOR, Role.LEGAL):
        Membership.objects.create(user=user, role=role)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())


def _key(name: str, unit: Any) -> str:
    from accounts.principal import SYSTEM
    from accounts.services import api_clients

    client = api_clients.add(name=name, scopes=_SCOPES, units=[unit], by=SYSTEM)
    return api_clients.create_key(client=client, expires_at=None, by=SYSTEM).secret


def _assessment(name: str, unit: Any, questionnaire: Any) -> str:
    from accounts.principal import SYSTEM
    from assessments.services import assessments
    from vendors.services import engagements, vendors

    vendor = vendors.create(name=name, unit=unit, country="DE", by=SYSTEM)
    engagement = engagements.create(
        vendor=vendor,
        unit=unit,
        title=name,
        service="tooling",
        made_in=["DE"],
        intake={},
        by=SYSTEM,
    )
    made = assessments.open_assessment(
        engagement=engagement, questionnaire=questionnaire, by=SYSTEM
    )
    return str(made.pk)


if __name__ == "__main__":
    main()
