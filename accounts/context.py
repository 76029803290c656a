"""What every page shows around itself: the navigation, the unit, the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.models import BusinessUnit, Membership, User
from accounts.permissions import Permission, Role
from accounts.principal import Principal


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the navigation. ``exact``: the page shown is the one it points to."""

    label: str
    url: str
    active: bool
    exact: bool


#: (words, permission, URL name), in the order shown. The pages belong to floors above this one,
#: so they are named by address, never imported.
MENU: Final[tuple[tuple[str | Promise, Permission, str], ...]] = (
    (lazy("Dashboard"), Permission.VIEW, "scoring:dashboard"),
    (lazy("Vendors"), Permission.VIEW, "scoring:vendor-list"),
    (lazy("Assessments"), Permission.VIEW, "assessments:list"),
    (lazy("Import"), Permission.IMPORT_VENDORS, "vendors:import"),
    (lazy("Members"), Permission.MANAGE_MEMBERS, "accounts:members"),
    (lazy("API clients"), Permission.MANAGE_API_CLIENTS, "accounts:api-clients"),
    (lazy("Audit log"), Permission.VIEW_LOG, "audit:log"),
)


def _address(name: str) -> str | None:
    """The address behind a URL name; None where an installation does not serve that page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def product_version() -> str:
    """The installed version; "" when run from a tree that was never installed."""
    try:
        return version("surety")
    except PackageNotFoundError:
        return ""


class Navigation:
    """Read by the page frame. Everything is looked up when the template asks, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._principal: Principal | None = getattr(request, "principal", None)
        user = getattr(request, "user", None)
        self._user = user if isinstance(user, User) else None

    home = "/"

    @cached_property
    def entries(self) -> list[Entry]:
        """The links this person may use."""
        if self._user is None or self._principal is None:
            return []
        return list(self._entries(self._principal))

    def _entries(self, principal: Principal) -> Iterator[Entry]:
        here = self._request.path
        found = [
            (str(label), url)
            for label, permission, name in MENU
            if principal.can(permission) and (url := _address(name)) is not None
        ]
        # The longest address that leads here is the one that is open: "/" leads everywhere.
        below = [url for _label, url in found if url != "/" and here.startswith(url)]
        open_url = max(below, key=len, default="/")
        for label, url in found:
            exact = url == here
            yield Entry(label, url, exact or (url == open_url and url != "/"), exact)

    @property
    def person(self) -> str:
        """Who is signed in."""
        return str(self._user) if self._user else ""

    @cached_property
    def _memberships(self) -> list[Membership]:
        if self._user is None:
            return []
        return list(Membership.objects.filter(user=self._user).select_related("unit"))

    @property
    def role(self) -> str:
        """The roles of the person, in words."""
        roles = dict.fromkeys(Role(membership.role).label for membership in self._memberships)
        return ", ".join(str(role) for role in roles)

    @property
    def unit(self) -> str:
        """The business units whose rows are shown, in words."""
        units: list[BusinessUnit] = []
        for membership in self._memberships:
            if membership.unit is None:
                return _("All business units")
            if membership.unit not in units:
                units.append(membership.unit)
        if len(units) > 2:
            return _("%(count)d business units") % {"count": len(units)}
        return ", ".join(unit.name for unit in units)

    @cached_property
    def version(self) -> str:
        """The product version."""
        return product_version()


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``nav`` for the page frame."""
    return {"nav": Navigation(request)}
