"""What a provider says of somebody, read from the library, and what we make of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts import sign_in_log
from accounts.services import sign_on

if TYPE_CHECKING:
    # The library ships no types.
    class _Base:
        error_messages: dict[str, Any]

        def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any: ...
else:
    _Base = DefaultSocialAccountAdapter

#: Attributes in which SAML providers say how somebody has proved who they are.
_HOW: Final = ("http://schemas.microsoft.com/claims/authnmethodsreferences", "amr", "acr")


class SocialAccountAdapter(_Base):
    """Nobody comes in whom we do not know, and nobody is known by what they typed elsewhere."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "invalid_token": _("What the provider sent cannot be taken."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: who gets an account is decided before."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Mapping[str, Any]) -> Any:
        """With their name in one piece, as we keep it."""
        user = super().populate_user(request, sociallogin, data)
        parts = [str(data.get(one) or "") for one in ("first_name", "last_name")]
        user.name = str(data.get("name") or "") or " ".join(parts).strip()
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Put our member in place of who the provider says it is, or say no."""
        said = read(sociallogin)
        try:
            user, account = sign_on.admit(said, agent=request.headers.get("User-Agent", ""))
        except sign_on.NotAdmitted as refused:
            sign_in_log.failed(request, by=[said.provider], reason=refused.code)
            page = render(request, "account/sign_on_refused.html", {"refused": refused}, status=403)
            raise ImmediateHttpResponse(page) from refused
        sociallogin.user, sociallogin.account = user, account
        request.provider_proved_at = said.proved_at  # type: ignore[attr-defined]
        if said.second_factor:
            # The provider has asked for it in this very request; later ones do not know.
            request.provider_factor = str(user.pk)  # type: ignore[attr-defined]

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, **_more: Any
    ) -> None:
        """Nobody came back from there, or with something that cannot be taken."""
        reason = str(error or "unknown")
        sign_in_log.failed(request, by=[provider.sub_id], reason=reason)


def read(sociallogin: Any) -> sign_on.Said:
    """What is said, provider by provider."""
    account = sociallogin.account
    told = settings.SIGN_ON.get(account.provider, {"domains": [], "mfa": []})
    data: Mapping[str, Any] = account.extra_data
    address = next(iter(sociallogin.email_addresses), None)
    email = address.email if address is not None else ""
    vouched = email.rpartition("@")[2].lower() in told["domains"]
    if account.provider == "oidc":
        token, info = data.get("id_token") or {}, data.get("userinfo") or {}
        claim = info.get("email_verified", token.get("email_verified"))
        # A text such as "false" is no yes.
        verified = claim is True or claim == "true" or (claim is None and vouched)
        how = [*_listed(token.get("amr")), *_listed(token.get("acr"))]
        moment = token.get("auth_time")
    else:
        moment = None
        verified = vouched or bool(address is not None and address.verified is True)
        how = [one for name in _HOW for one in _listed(data.get(name))]
    return sign_on.Said(
        provider=account.provider,
        uid=str(account.uid),
        email=email,
        verified=bool(email) and verified,
        name=str(getattr(sociallogin.user, "name", "") or ""),
        second_factor=any(one in told["mfa"] for one in how),
        proved_at=float(moment) if isinstance(moment, int | float) else None,
    )


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value or []]
