"""Setting up an empty installation, once: its organisation, units and first administrator.

What opens the page is a token that the installation prints when it starts empty. Only its hash is
kept, and a newer one replaces it. Everything here happens under a lock on the one row of
`Installation`, so of two who are about to set it up one comes too late.
"""

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts import events, strength
from accounts.languages import languages
from accounts.models import Installation, User
from accounts.models.installation import THE_ONE
from accounts.permissions import Permission, Role
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require_everywhere
from accounts.selectors import principal_for_user
from accounts.selectors.installation import INSTALLATION, is_empty
from accounts.services import members, samples, units
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record

#: Business units that can be named at once; more are added afterwards.
MOST_UNITS: Final = 50
_TOKEN_BYTES: Final = 24


class AlreadySetUp(Refused):
    """There is an account, so there is nothing to set up."""

    code = "already_set_up"


@transaction.atomic
def new_token() -> str | None:
    """A new token for the setup page, in place of the one before; None once there is an account."""
    installation = _locked()
    if not is_empty():
        return None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    installation.token_hash = _hash(token)
    installation.save(update_fields=["token_hash"])
    return token


@transaction.atomic
def set_up(
    *,
    token: str,
    organisation: str,
    unit_names: Sequence[str],
    name: str,
    email: str,
    password: str,
    language: str,
    sample: bool = False,
) -> User:
    """Make the organisation, its units and the first administrator, who acts in all of them.

    `sample`: sample data is to be loaded as well, by a worker.

    Raises AlreadySetUp where an account exists, and Invalid with what is wrong at which field; a
    wrong token is one of those. All of it or nothing.
    """
    installation = _locked()
    if not is_empty():
        raise AlreadySetUp(_("Surety is set up already. Sign in."))
    _check(
        installation,
        token=token,
        organisation=organisation,
        unit_names=unit_names,
        name=name,
        email=email,
        password=password,
    )
    user = members.add(name=name, email=email, role=Role.ADMINISTRATOR, unit=None, by=SYSTEM)
    user.set_password(password)
    user.language = language if language in dict(languages()) else user.language
    user.save(update_fields=["password", "language"])
    by = principal_for_user(user)
    for one in unit_names:
        units.add(name=one, by=by)
    installation.organisation = organisation.strip()
    installation.token_hash, installation.set_up_at = None, clock.now()
    installation.save()
    record(
        events.InstallationSetUp(
            aggregate_id=INSTALLATION, organisation=installation.organisation, units=len(unit_names)
        ),
        by=by,
    )
    if sample:
        samples.load(by=by)
    return user


@transaction.atomic
def rename(*, organisation: str, by: Principal) -> None:
    """Call the organisation otherwise, in letters and to vendors."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    organisation = " ".join(organisation.split())
    if not organisation:
        raise Invalid(
            _("Enter the name of your organisation."),
            errors={"organisation": [_("Enter the name of your organisation.")]},
        )
    installation = _locked()
    if installation.organisation == organisation:
        return
    installation.organisation = organisation
    installation.save(update_fields=["organisation"])
    record(events.OrganisationRenamed(aggregate_id=INSTALLATION, organisation=organisation), by=by)


@transaction.atomic
def hide_first_steps(*, by: Principal) -> None:
    """Put the list of first steps away, for whoever asks. It tells nothing, so it is no event."""
    User.objects.filter(pk=by.id).update(hides_first_steps=True)


def _locked() -> Installation:
    Installation.objects.bulk_create([Installation(pk=THE_ONE)], ignore_conflicts=True)
    return Installation.objects.select_for_update().get(pk=THE_ONE)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _check(
    installation: Installation,
    *,
    token: str,
    organisation: str,
    unit_names: Sequence[str],
    name: str,
    email: str,
    password: str,
) -> None:
    kept = bytes(installation.token_hash or b"")
    if not kept or not constant_time_compare(_hash(token.strip()), kept):
        # Whoever has no token learns nothing of the rest.
        raise _invalid(
            token=_(
                "This is not the token of this installation. Take the newest one: a start of "
                "Surety, or the command setup_token, makes a new one and ends the one before."
            )
        )
    wrong: dict[str, str] = {}
    if not organisation.strip():
        wrong["organisation"] = _("Enter the name of your organisation.")
    if not unit_names:
        wrong["unit_names"] = _("Name at least one business unit.")
    elif len(unit_names) > MOST_UNITS:
        wrong["unit_names"] = _("Name %(most)d units at most; more can be added afterwards.") % {
            "most": MOST_UNITS
        }
    elif len({one.casefold() for one in unit_names}) < len(unit_names):
        wrong["unit_names"] = _("Two of the business units have the same name.")
    elif any(len(one) > units.LONGEST for one in unit_names):
        wrong["unit_names"] = _("The name of a business unit has %(most)d characters at most.") % {
            "most": units.LONGEST
        }
    if not name.strip():
        wrong["name"] = _("Enter your name.")
    try:
        validate_email(email.strip())
    except ValidationError:
        wrong["email"] = _("Enter an e-mail address.")
    # What the organisation is called is known from here on only.
    known = [organisation, *unit_names]
    if said := _trouble(password, User(email=email.strip().lower(), name=name.strip()), known):
        wrong["password"] = said
    if wrong:
        raise _invalid(**wrong)


def _trouble(password: str, user: User, known: Sequence[str]) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    said = strength.trouble(password, known=[*known, user.name, user.email])
    return " ".join(said)


def _invalid(**wrong: str) -> Invalid:
    return Invalid(
        _("Some values cannot be taken."), errors={field: [said] for field, said in wrong.items()}
    )
