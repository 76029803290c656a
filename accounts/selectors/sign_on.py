"""Signing in by a provider: which there are, and who uses one."""

from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.urls import reverse

from accounts.models import User

#: Provider -> (name of its address, what the address names).
_ADDRESSES = {
    "oidc": ("openid_connect_login", {"provider_id": "oidc"}),
    "saml": ("saml_login", {"organization_slug": "sso"}),
}


@dataclass(frozen=True)
class Link:
    """A way in: what it is called, and where it begins."""

    name: str
    url: str


def links(*, next_url: str = "", again: bool = False) -> list[Link]:
    """The providers of this installation. `again`: they shall ask who it is, whatever they know."""
    found = []
    for key, told in settings.SIGN_ON.items():
        name, named = _ADDRESSES[key]
        asked = {"process": "login"}
        if next_url:
            asked["next"] = next_url
        if again and key == "oidc":
            asked["auth_params"] = "prompt=login&max_age=0"
        found.append(Link(told["name"], f"{reverse(name, kwargs=named)}?{urlencode(asked)}"))
    return found


def names_of(user: User) -> list[str]:
    """What the providers are called that somebody has come in by."""
    used = SocialAccount.objects.filter(user=user).values_list("provider", flat=True)
    return [settings.SIGN_ON[one]["name"] for one in sorted(set(used)) if one in settings.SIGN_ON]


def is_linked(user: User) -> bool:
    """Whether they have come in by a provider."""
    return bool(SocialAccount.objects.filter(user=user).exists())
