"""Reading people, units, clients, and what people are told."""

from accounts.selectors.people import (
    actors,
    api_clients_visible_to,
    members_visible_to,
    memberships_managed_by,
    memberships_of,
    people_in_charge_of,
    people_who,
    people_who_in_any,
    principal_for_client,
    principal_for_user,
    principal_of,
    units_visible_to,
)

__all__ = [
    "actors",
    "api_clients_visible_to",
    "members_visible_to",
    "memberships_managed_by",
    "memberships_of",
    "people_in_charge_of",
    "people_who",
    "people_who_in_any",
    "principal_for_client",
    "principal_for_user",
    "principal_of",
    "units_visible_to",
]
