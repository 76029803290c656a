"""Members: who has an account, what they are, and where."""

from uuid import UUID
from zoneinfo import available_timezones

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import events, mail
from accounts.languages import languages
from accounts.models import BusinessUnit, Membership, User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from accounts.services import letters, sessions
from audit.errors import Invalid, Refused
from audit.record import record


class LastAdministrator(Refused):
    """Nobody would be left to manage the members."""

    code = "last_administrator"


class AlreadyMember(Refused):
    """They hold this role there already."""

    code = "already_member"


@transaction.atomic
def add(*, name: str, email: str, role: Role, unit: BusinessUnit | None, by: Principal) -> User:
    """A new account with one role in `unit` (None: all units) and no password yet.

    Hand over `password_link`. Raises Invalid when the address is taken.
    """
    _require_management(by, [unit.pk] if unit else None)
    name, email = name.strip(), email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise Invalid(
            _("Somebody has this e-mail address already."),
            errors={
                "email": [
                    _(
                        "Somebody has this e-mail address already. "
                        "Search for them in the list and give them another role."
                    )
                ]
            },
        )
    user = User.objects.create_user(email, None, name=name, time_zone=settings.TIME_ZONE)
    Membership.objects.create(user=user, unit=unit, role=role)
    record(
        events.MemberAdded(
            aggregate_id=user.pk,
            unit_id=unit.pk if unit else None,
            role=role,
            name=name,
            email=email,
        ),
        by=by,
    )
    return user


@transaction.atomic
def give_role(*, user: User, role: Role, unit: BusinessUnit | None, by: Principal) -> Membership:
    """Add a role in `unit` (None: all units) to those a member holds."""
    user = _locked(user)
    where = [unit.pk] if unit else None
    _require_management(by, where)
    _refuse_raising_oneself(user, role, where, by)
    membership, is_new = Membership.objects.get_or_create(user=user, unit=unit, role=role)
    if not is_new:
        raise AlreadyMember(_("They hold this role there already."))
    record(
        events.RoleGiven(
            aggregate_id=user.pk, unit_id=unit.pk if unit else None, role=role, name=user.name
        ),
        by=by,
    )
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Principal) -> Membership:
    """Exchange one role for another in the same place."""
    _lock_administrators()
    user = _locked(membership.user)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    before, where = membership.role, _units_of(membership)
    _require_management(by, where)
    if before == role:
        return membership
    _refuse_raising_oneself(user, role, where, by)
    if Membership.objects.filter(user=user, unit=membership.unit_id, role=role).exists():
        raise AlreadyMember(_("They hold this role there already."))
    membership.role = role
    membership.save(update_fields=["role"])
    if before == Role.ADMINISTRATOR:
        _refuse_if_nobody_is_left(membership.unit_id)
    record(
        events.RoleChanged(
            aggregate_id=user.pk,
            unit_id=membership.unit_id,
            before=before,
            role=role,
            name=user.name,
        ),
        by=by,
    )
    return membership


@transaction.atomic
def take_role(*, membership: Membership, by: Principal) -> None:
    """Take a role away from a member."""
    _lock_administrators()
    user = _locked(membership.user)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    _require_management(by, _units_of(membership))
    membership.delete()
    if membership.role == Role.ADMINISTRATOR:
        _refuse_if_nobody_is_left(membership.unit_id)
    record(
        events.RoleTaken(
            aggregate_id=user.pk,
            unit_id=membership.unit_id,
            role=membership.role,
            name=user.name,
        ),
        by=by,
    )


@transaction.atomic
def deactivate(*, user: User, by: Principal) -> User:
    """End a member's access, and every session of theirs, at once. What they did stays."""
    _lock_administrators()
    user = _locked(user)
    memberships = _require_whole(user, by)
    if not user.is_active:
        return user
    user.is_active = False
    user.save(update_fields=["is_active"])
    # Or they would be there again when the account is switched on.
    sessions.forget(user=user)
    for membership in memberships:
        if membership.role == Role.ADMINISTRATOR:
            _refuse_if_nobody_is_left(membership.unit_id)
    record(
        events.MemberDeactivated(
            aggregate_id=user.pk, unit_id=_common_unit(memberships), name=user.name
        ),
        by=by,
    )
    return user


@transaction.atomic
def reactivate(*, user: User, by: Principal) -> User:
    """Let a member sign in again, with the roles they held."""
    user = _locked(user)
    memberships = _require_whole(user, by)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(
        events.MemberReactivated(
            aggregate_id=user.pk, unit_id=_common_unit(memberships), name=user.name
        ),
        by=by,
    )
    return user


@transaction.atomic
def password_link(*, user: User, by: Principal) -> str:
    """The path of a page where the member sets a password: works once, and for three days.

    Links made earlier go on working until a password is set. Whoever holds the link can take over
    the account, so it takes the right to manage every unit the member belongs to.
    """
    user = _locked(user)
    memberships = _require_whole(user, by)
    record(
        events.PasswordLinkMade(
            aggregate_id=user.pk, unit_id=_common_unit(memberships), name=user.name
        ),
        by=by,
    )
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )


def welcome(*, user: User, link: str, by: Principal) -> bool:
    """Mail the link to set a password; False where no mail is set up.

    The link is also shown to whoever made it, so they need not wait for the mail.
    """
    letters.post(
        to=user.email,
        language=user.language,
        template="account/email/welcome",
        context={"link": link, "by": by.label},
        reader=user,
        secret=True,
    )
    return mail.is_configured()


@transaction.atomic
def change_profile(*, user: User, name: str, language: str, time_zone: str, by: Principal) -> User:
    """A member's own name, language and time zone."""
    if by.kind != "user" or by.id != str(user.pk):
        raise NotAllowed(_("You can only change your own profile."))
    user = _locked(user)
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = [_("Enter your name.")]
    if language not in dict(languages()):
        errors["language"] = [_("Choose a language.")]
    if time_zone not in available_timezones():
        errors["time_zone"] = [_("Choose a time zone.")]
    if errors:
        raise Invalid(_("Some values cannot be taken."), errors=errors)
    user.name, user.language, user.time_zone = name.strip(), language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    record(
        events.ProfileChanged(
            aggregate_id=user.pk, name=user.name, language=language, time_zone=time_zone
        ),
        by=by,
    )
    return user


def may_manage_whole(user: User, by: Principal) -> bool:
    """Whether `by` manages every unit this member belongs to: then the account as such, too."""
    memberships = Membership.objects.filter(user=user)
    return all(by.covers(Permission.MANAGE_MEMBERS, _units_of(one)) for one in memberships) and (
        by.units(Permission.MANAGE_MEMBERS) is None or memberships.exists()
    )


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _units_of(membership: Membership) -> list[UUID] | None:
    return [membership.unit_id] if membership.unit_id else None


def _common_unit(memberships: list[Membership]) -> UUID | None:
    """The unit an event about the whole account belongs to: the only one, or none in particular."""
    units = {membership.unit_id for membership in memberships}
    return units.pop() if len(units) == 1 else None


def _require_management(by: Principal, unit_ids: list[UUID] | None) -> None:
    if not by.covers(Permission.MANAGE_MEMBERS, unit_ids):
        raise NotAllowed(_("You do not administer this business unit."))


def _require_whole(user: User, by: Principal) -> list[Membership]:
    if not may_manage_whole(user, by):
        raise NotAllowed(
            _(
                "This person also belongs to business units that you do not administer. "
                "You can take away their roles in yours."
            )
        )
    return list(Membership.objects.filter(user=user))


def _refuse_raising_oneself(
    user: User, role: Role, unit_ids: list[UUID] | None, by: Principal
) -> None:
    """Roles are given by others: an administrator who could sign off would check themselves."""
    if by.id == str(user.pk) and not all(
        by.covers(permission, unit_ids) for permission in ROLE_PERMISSIONS[role]
    ):
        raise NotAllowed(
            _("You cannot give yourself more than you hold. Ask another administrator.")
        )


def _lock_administrators() -> None:
    """Taken before anything else, so that two administrators cannot remove each other at once.

    The second waits here, and its later reads see what the first has done.
    """
    administrators = Membership.objects.filter(role=Role.ADMINISTRATOR)
    list(administrators.select_for_update().order_by("pk").values_list("pk"))


def _refuse_if_nobody_is_left(unit_id: UUID | None) -> None:
    """Called after the change: an active administrator of this unit, or of all, must remain."""
    left = Membership.objects.filter(
        Q(unit=None) | Q(unit=unit_id), role=Role.ADMINISTRATOR, user__is_active=True
    )
    if not left.exists():
        raise LastAdministrator(
            _("This is the last administrator here. Make somebody else administrator first.")
        )
