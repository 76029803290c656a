"""Who may come in by a provider: members it knows, matched by an address it has verified."""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import events_sign_in as events
from accounts.models import Membership, User
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_user
from accounts.services import security_letters
from audit.errors import Refused
from audit.record import record


class NotAdmitted(Refused):
    """The provider knows them; Surety does not let them in."""

    status = 403
    code = "not_admitted"


@dataclass(frozen=True)
class Said:
    """What a provider says of somebody. `uid` never changes there; addresses may."""

    provider: str
    uid: str
    email: str
    verified: bool
    name: str
    second_factor: bool
    # When they have proved who they are there (seconds since 1970), where it says so.
    proved_at: float | None = None


@transaction.atomic
def admit(said: Said, *, agent: str = "") -> tuple[User, SocialAccount]:
    """The member and what links them to the provider. Raises NotAdmitted.

    Known by the provider's own id, once linked. Before, by an address that the provider has
    verified, and by no other: an address that somebody typed there opens no account here.
    """
    linked = (
        SocialAccount.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(provider=said.provider, uid=said.uid)
        .first()
    )
    if linked is not None:
        if linked.extra_data:
            # What the provider tells is used and not kept.
            linked.extra_data = {}
            linked.save(update_fields=["extra_data"])
        return _active(linked.user), linked
    if not said.verified:
        raise NotAdmitted(
            _("The provider does not say that your e-mail address is verified. Ask who runs it.")
        )
    user = User.objects.select_for_update().filter(email=said.email.lower()).first()
    if user is None:
        user = _provision(said)
    return user, _link(_active(user), said, agent)


def _active(user: User) -> User:
    if not user.is_active:
        raise NotAdmitted(_("This account is switched off. Ask your administrator."))
    return user


def _link(user: User, said: Said, agent: str) -> SocialAccount:
    # One account at the provider for one member; another one there takes its place.
    SocialAccount.objects.filter(user=user, provider=said.provider).delete()
    made = SocialAccount.objects.create(
        user=user, provider=said.provider, uid=said.uid, extra_data={}
    )
    record(
        events.SignInLinked(aggregate_id=user.pk, provider=said.provider, uid=said.uid),
        by=principal_for_user(user),
    )
    security_letters.tell(
        user,
        title=lazy("You can sign in to Surety in another way"),
        text=format_lazy(
            lazy(
                "Your account was used by way of “{provider}” for the first time. Was that not "
                "you? Tell an administrator at once."
            ),
            provider=settings.SIGN_ON.get(said.provider, {}).get("name", said.provider),
        ),
        agent=agent,
    )
    return made


def _provision(said: Said) -> User:
    if not settings.SSO_AUTO_PROVISION:
        raise NotAdmitted(
            _("Nobody has an account here with the address %(email)s. Ask an administrator.")
            % {"email": said.email}
        )
    try:
        validate_email(said.email)
    except ValidationError as error:
        raise NotAdmitted(_("The provider names no e-mail address of yours.")) from error
    name = " ".join(said.name.split())[:120] or said.email.partition("@")[0]
    user = User.objects.create_user(said.email, None, name=name, time_zone=settings.TIME_ZONE)
    role = settings.SSO_NEW_ROLE
    if role:
        Membership.objects.create(user=user, unit=None, role=role)
    record(
        events.MemberProvisioned(
            aggregate_id=user.pk,
            provider=said.provider,
            role=role,
            name=user.name,
            email=user.email,
        ),
        by=SYSTEM,
    )
    return user
