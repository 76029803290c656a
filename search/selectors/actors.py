"""Who did something: people, programs of other systems, and contacts of vendors, by name."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, Final

from django.db.models import QuerySet

from accounts.models import ApiClient, User
from accounts.permissions import Permission
from accounts.principal import Principal
from search.selectors.rows import having
from search.words import Query
from vendors.folding import Plain, called
from vendors.models import Contact
from vendors.selectors.searching import resembling

#: Of people, of programs and of contacts each: what more of them are called says little.
_MOST: Final = 20


def named(principal: Principal, query: Query, *, similar: bool) -> list[str]:
    """The ids, as events have them, of those with the words in their name, or in their address
    before its @; or of those at the address that was typed.

    Contacts of vendors only for those who are told in the log who they were.
    """
    by_address = "@" in query.text and not similar
    tables: list[tuple[QuerySet[Any], str]] = [
        (User.objects.annotate(folded=called()), "pk"),
    ]
    if not by_address:
        tables.append((ApiClient.objects.annotate(folded=Plain("name")), "public_id"))
    if principal.can(Permission.VIEW_LOG_DETAIL):
        tables.append((Contact.objects.all(), "pk"))
    parts = []
    for rows, key in tables:
        if by_address:
            found = rows.filter(email__startswith=query.text.lower())
        else:
            found = having(rows, query.words, similar=similar)
        parts.append(found.values_list(key, flat=True)[:_MOST])
    with resembling() if similar else nullcontext():
        return [str(pk) for pk in parts[0].union(*parts[1:], all=True)]
