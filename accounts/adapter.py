"""How sign-in behaves here: nobody signs up by themselves, and messages are plain."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import devices, lockouts, sign_in_log
from accounts.models import User
from accounts.models.session import PROVED_AT, SECOND_FACTOR, SessionStore
from accounts.selectors.sign_on import is_linked
from accounts.services import known_devices, letters, locks, passwords
from accounts.sign_in_middleware import note_device
from accounts.sign_in_stage import asked_by_provider

_NOWHERE: Final = _(
    "The server cannot tell where this request comes from. So it cannot count tries, and lets "
    "nobody in. Tell whoever runs it."
)

if TYPE_CHECKING:
    # The library ships no types: this is the part of it that is used here.
    class _Base:
        error_messages: dict[str, Any]

        def get_client_ip(self, request: HttpRequest) -> str: ...
        def login(self, request: HttpRequest, user: User) -> None: ...
        def get_login_stages(self) -> list[str]: ...
        def send_password_reset_mail(
            self, user: User, email: str, context: dict[str, Any]
        ) -> None: ...
        def _delete_login_attempts_cached_email(self, request: HttpRequest, email: str) -> None: ...
        def _get_login_attempts_cache_key(self, request: HttpRequest, **said: Any) -> str: ...
        def pre_authenticate(self, request: HttpRequest, **said: Any) -> None: ...
        def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse: ...
else:
    _Base = DefaultAccountAdapter


class AccountAdapter(_Base):
    """Accounts are made by an administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many tries. Wait 15 minutes, or reset your password to get in at once."
        ),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "account_inactive": _("This account is switched off. Ask your administrator."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Raises AddressUnknown over a socket of the machine, by a proxy that tells no address; and
        where X-Forwarded-For holds fewer addresses than the setting counts proxies."""
        try:
            return str(devices.plain(super().get_client_ip(request)))
        except (PermissionDenied, ImproperlyConfigured) as error:
            raise sign_in_log.AddressUnknown(str(_NOWHERE)) from error

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Through the queue, as every other letter: what it says is secret until it is sent."""
        user = context.get("user")
        letters.post(
            to=email,
            language=get_language() or settings.LANGUAGE_CODE,
            template=template_prefix,
            context=context,
            reader=user if isinstance(user, User) else None,
            secret=True,
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the profile, where the change was asked for."""
        return reverse("accounts:profile")

    def login(self, request: HttpRequest, user: User) -> None:
        """With the device in the session, so that it can be told from others."""
        note_device(request)
        records = get_authentication_records(request, user)
        by = {record.get("method") for record in records}
        before = user.last_login
        super().login(request, user)
        store = cast("SessionStore", request.session)
        known_devices.note(user=user, before=before, agent=store.agent, ip=store.ip)
        sign_in_log.came_in(request, user, by=sign_in_log.ways(records))
        # A provider may know them from a sign-in of hours ago, which proves nothing of now.
        at_provider = getattr(request, "provider_proved_at", None)
        request.session[PROVED_AT] = min(time.time(), at_provider or time.time())
        request.session[SECOND_FACTOR] = "mfa" in by or asked_by_provider(request, user)

    def pre_authenticate(self, request: HttpRequest, **said: Any) -> None:
        """Raises ValidationError while the account, or the address of the network, is locked."""
        try:
            super().pre_authenticate(request, **said)
        except ValidationError:
            user = _whose(said)
            sign_in_log.failed(request, by=["password"], reason="too_many_tries", user=user)
            raise

    def authentication_failed(self, request: HttpRequest, **said: Any) -> None:
        """A wrong password, or an address that nobody has."""
        user = _whose(said)
        sign_in_log.failed(request, by=["password"], reason="wrong", user=user)
        tries = self._get_login_attempts_cache_key(request, **said)
        if user is not None and lockouts.is_news(request, tries):
            locks.note(user=user, by="password")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """They have proved who they are, and may not come in."""
        by = sign_in_log.ways(get_authentication_records(request, user))
        sign_in_log.failed(request, by=by, reason="switched_off", user=user)
        return super().respond_user_inactive(request, user)

    def get_login_stages(self) -> list[str]:
        """With our own word on when a second step is taken."""
        theirs = "allauth.mfa.stages.AuthenticateStage"
        ours = "accounts.sign_in_stage.SecondFactorStage"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A link, or word that there is no password: they come in by a provider alone."""
        if not user.has_usable_password() and is_linked(user):
            self.send_mail("account/email/no_password", email, {**context, "user": user})
        else:
            super().send_password_reset_mail(user, email, context)

    def set_password(self, user: User, password: str) -> None:
        """A new password also ends a lockout: whoever sets it has proved who they are."""
        request = context.request
        passwords.set_password(
            user=user,
            password=password,
            keep=request.session.session_key if request else None,
            agent=request.headers.get("User-Agent", "") if request else "",
        )
        if request is not None:
            self._delete_login_attempts_cached_email(request, email=user.email)
            lockouts.forget(self._get_login_attempts_cache_key(request, email=user.email))


def _whose(said: Mapping[str, Any]) -> User | None:
    return User.objects.filter(email=str(said.get("email", "")).lower()).first()
