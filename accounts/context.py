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

from accounts import units
from accounts.doors import as_request
from accounts.models import Membership, User
from accounts.permissions import Permission, Role
from accounts.principal import Principal
from accounts.selectors.notifications import unread_count


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the navigation. ``exact``: the page shown is the one it points to."""

    label: str
    url: str
    active: bool
    exact: bool
    icon: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Links of the navigation that are one below the other; without a label: a single link."""

    label: str
    entries: list[Entry]

    @property
    def active(self) -> bool:
        """Whether the page shown is one of them."""
        return any(entry.active for entry in self.entries)


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """One business unit to work in; ``value`` is what the switch sends ("all" for all units)."""

    label: str
    value: str
    selected: bool


#: (words, permission, URL name, icon), in the order shown. The pages belong to floors above this
#: one, so they are named by address, never imported.
MENU: Final[tuple[tuple[str | Promise, Permission, str, str], ...]] = (
    (lazy("Dashboard"), Permission.VIEW, "scoring:dashboard", "house"),
    (lazy("Purchasing"), Permission.INVITE, "scoring:purchasing", "cart"),
    (lazy("My work"), Permission.VIEW, "scoring:work", "list-check"),
    (lazy("Vendors"), Permission.VIEW, "scoring:vendors", "building"),
    (lazy("Off-boarding"), Permission.VIEW, "vendors:offboardings", "box-arrow-right"),
    (lazy("Fourth parties"), Permission.VIEW, "vendors:concentration", "diagram-3"),
    (lazy("Requests"), Permission.REQUEST, "assessments:requests", "inbox"),
    (lazy("Assessments"), Permission.VIEW, "assessments:list", "clipboard-check"),
    (lazy("Renewals"), Permission.VIEW, "assessments:renewals", "arrow-repeat"),
    (lazy("Stages"), Permission.VIEW, "assessments:stages", "hourglass-split"),
    (lazy("Decisions due"), Permission.READ_SCORES, "scoring:decisions_due", "check2-square"),
    (lazy("Incidents"), Permission.VIEW, "vendors:all_incidents", "shield-exclamation"),
    (lazy("Findings"), Permission.VIEW, "vendors:findings", "flag"),
    (lazy("Coming up"), Permission.VIEW, "vendors:due", "calendar-event"),
    (lazy("Reports"), Permission.READ_SCORES, "reports:reports", "file-earmark-pdf"),
    (lazy("Countries"), Permission.VIEW, "vendors:countries", "globe"),
    (lazy("Screening"), Permission.VIEW, "vendors:screening_queue", "binoculars"),
    (lazy("Import"), Permission.IMPORT_VENDORS, "vendors:imports", "upload"),
    (lazy("Questionnaires"), Permission.VIEW, "assessments:questionnaires", "ui-checks"),
    (lazy("Scoring method"), Permission.VIEW, "scoring:methods", "sliders"),
    (lazy("Exchange rates"), Permission.MANAGE_REFERENCE, "vendors:rates", "currency-exchange"),
    (lazy("Organisation"), Permission.MANAGE_MEMBERS, "accounts:organisation", "building-gear"),
    (lazy("Members"), Permission.MANAGE_MEMBERS, "accounts:members", "people"),
    (lazy("API clients"), Permission.MANAGE_API_CLIENTS, "accounts:api_clients", "key"),
    (lazy("Webhooks"), Permission.MANAGE_WEBHOOKS, "webhooks:endpoints", "broadcast"),
    (
        lazy("Exports"),
        Permission.MANAGE_API_CLIENTS,
        "scoring:exports",
        "file-earmark-arrow-down",
    ),
    (lazy("Letters"), Permission.MANAGE_MEMBERS, "accounts:letters", "envelope"),
    (lazy("Audit log"), Permission.VIEW_LOG, "accounts:log", "journal-text"),
)

#: Pages that are for who holds the permission in all units only.
EVERYWHERE: Final = frozenset({"accounts:letters", "accounts:organisation"})

_VENDORS, _ASSESSMENTS = lazy("Vendors"), lazy("Assessments")
_RISK, _SETTINGS = lazy("Risk"), lazy("Settings")
#: URL name -> the group of the menu that holds its link; "": the link stands by itself. What is
#: not named here is among the settings.
GROUP_OF: Final[dict[str, str | Promise]] = {
    "scoring:dashboard": "",
    "scoring:purchasing": "",
    "scoring:work": "",
    "scoring:vendors": _VENDORS,
    "vendors:concentration": _VENDORS,
    "vendors:offboardings": _VENDORS,
    "vendors:due": _VENDORS,
    "vendors:imports": _VENDORS,
    "assessments:list": _ASSESSMENTS,
    "assessments:requests": _ASSESSMENTS,
    "assessments:renewals": _ASSESSMENTS,
    "assessments:stages": _ASSESSMENTS,
    "scoring:decisions_due": _ASSESSMENTS,
    "vendors:all_incidents": _RISK,
    "vendors:findings": _RISK,
    "vendors:countries": _RISK,
    "vendors:screening_queue": _RISK,
    "reports:reports": _RISK,
}

_RECORDS: Final = "scoring:vendors"
#: How addresses begin that lie below no link of the menu -> the link that they belong to; the
#: longest beginning decides.
BELONGS: Final[dict[str, str]] = {
    "engagements/": _RECORDS,
    "engagements/limited/": "accounts:organisation",
    "duplicates/": _RECORDS,
    "merges/": _RECORDS,
    "contacts/": _RECORDS,
    "contracts/": _RECORDS,
    "policies/": _RECORDS,
    "statements/": _RECORDS,
    "evidence/": _RECORDS,
    "ip-schedules/": _RECORDS,
    "ip-assets/": _RECORDS,
    "disclosures/": _RECORDS,
    "sites/": _RECORDS,
    "site-audits/": _RECORDS,
    "monitoring/": _RECORDS,
    "training/": _RECORDS,
    "holds/": _RECORDS,
    "legal-notes/": _RECORDS,
    "compare/": _RECORDS,
    "subcontracts/": "vendors:concentration",
    "scores/": "assessments:list",
    "invitations/": "assessments:list",
    "filled-workbooks/": "assessments:list",
    "moves/": "assessments:questionnaires",
    "questionnaire-files/": "assessments:questionnaires",
    "retention/": "accounts:organisation",
}

#: (words, URL name) of the links in the menu under the person's name.
ACCOUNT_MENU: Final[tuple[tuple[str | Promise, str], ...]] = (
    (lazy("Your profile"), "accounts:profile"),
    (lazy("How you are told"), "accounts:notification_settings"),
    (lazy("Change password"), "account_change_password"),
    (lazy("Second factor"), "accounts:second_factor"),
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
        user = getattr(request, "user", None)
        self._user = user if isinstance(user, User) else None

    home = "/"

    @cached_property
    def _principal(self) -> Principal | None:
        # An error page may be drawn before the middleware has run.
        known = self._user is not None and hasattr(self._request, "principal")
        return as_request(self._request).principal if known else None

    @cached_property
    def entries(self) -> list[Entry]:
        """The links this person may use."""
        return [] if self._principal is None else list(self._entries(self._principal))

    def _entries(self, principal: Principal) -> Iterator[Entry]:
        here = self._request.path
        found = [
            (str(label), url, icon, name)
            for label, permission, name, icon in MENU
            if principal.can(permission)
            and (name not in EVERYWHERE or principal.units(permission) is None)
            and (url := _address(name)) is not None
        ]
        # The longest address that leads here is the one that is open: "/" leads everywhere.
        below = [url for _label, url, *_ in found if url != "/" and here.startswith(url)]
        open_url = max(below, key=len, default=_address(self._belongs_to) or "/")
        for label, url, icon, name in found:
            exact = url == here
            active = exact or (url == open_url and url != "/")
            yield Entry(label, url, active, exact, icon, name)

    @property
    def _belongs_to(self) -> str:
        """The name of the link that a page below none of them belongs to; "" for none."""
        path = self._request.path_info.removeprefix("/")
        beginning = max(filter(path.startswith, BELONGS), key=len, default="")
        return BELONGS.get(beginning, "")

    @property
    def search_url(self) -> str:
        """Where the search box leads; "" for whoever has nothing to search in."""
        return self._for_readers("search:results")

    @property
    def first_hits_url(self) -> str:
        """Where the box asks for the first hits while somebody types."""
        return self._for_readers("search:first")

    def _for_readers(self, name: str) -> str:
        may = self._principal is not None and self._principal.can(Permission.VIEW)
        return (_address(name) or "") if may else ""

    @cached_property
    def groups(self) -> list[Group]:
        """The same links, group by group; a group with one link is that link."""
        found: dict[str, Group] = {}
        for entry in self.entries:
            label = str(GROUP_OF.get(entry.name, _SETTINGS))
            found.setdefault(label or entry.name, Group(label, [])).entries.append(entry)
        settings = found.pop(str(_SETTINGS), None)
        groups = [*found.values(), *([settings] if settings else [])]
        return [one if len(one.entries) > 1 else Group("", one.entries) for one in groups]

    @cached_property
    def unread(self) -> int:
        """How many notifications this person has not read."""
        return 0 if self._principal is None else unread_count(self._principal)

    @property
    def account(self) -> list[Entry]:
        """The links about the person's own account."""
        here = self._request.path
        return [
            Entry(str(label), url, url == here, url == here, "")
            for label, name in ACCOUNT_MENU
            if self._user is not None
            and (url := _address(name)) is not None
            and (name != "account_change_password" or self._user.has_usable_password())
        ]

    @property
    def person(self) -> str:
        """Who is signed in."""
        return str(self._user) if self._user else ""

    @property
    def role(self) -> str:
        """The roles of the person, in words."""
        roles = dict.fromkeys(Role(membership.role).label for membership in self._memberships)
        return ", ".join(str(role) for role in roles)

    @cached_property
    def _memberships(self) -> list[Membership]:
        if self._principal is None or not self._principal.grants:
            return []
        return as_request(self._request).memberships or []

    @cached_property
    def unit(self) -> str:
        """The business unit whose rows are shown, in words; "" for someone without any."""
        if self._principal is None or not self._principal.grants:
            return ""
        chosen = units.working_unit(self._request)
        return _("All business units") if chosen is None else chosen.name

    @cached_property
    def unit_choices(self) -> list[UnitChoice]:
        """The units to switch between; empty when there is nothing to choose.

        Sent as ``unit`` by POST to ``unit_url``, with ``next`` for the page to come back to.
        """
        if self._principal is None or not self._principal.grants:
            return []
        chosen = units.working_unit(self._request)
        found = [
            UnitChoice(unit.name, str(unit.pk), unit == chosen)
            for unit in units.choices(self._request)
        ]
        if units.may_see_all(self._request):
            found.insert(0, UnitChoice(_("All business units"), units.ALL, chosen is None))
        return found if len(found) > 1 else []

    @property
    def shows_sample(self) -> bool:
        """Whether sample data is among what pages show this person."""
        known = self._principal is not None and self._principal.grants
        return bool(known) and units.shows_sample(self._request)

    @property
    def sample_url(self) -> str:
        """Where sample data is removed; "" for those who may not."""
        found = self._principal
        may = found is not None and found.units(Permission.MANAGE_MEMBERS) is None
        return (_address("accounts:sample") or "") if may else ""

    @property
    def unit_url(self) -> str:
        """Where the unit switch sends the choice."""
        return _address("accounts:unit") or ""

    @cached_property
    def version(self) -> str:
        """The product version."""
        return product_version()


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``nav`` for the page frame."""
    return {"nav": Navigation(request)}
