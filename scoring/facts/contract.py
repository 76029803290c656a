"""The quality of the clauses in force, from the contracts on record."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scoring.facts import agreed
from scoring.facts.source import Known, Source
from scoring.indicators import contract as indicator
from scoring.indicators.value import Value
from vendors.clauses import checklist
from vendors.models import Engagement

SENTENCES: Final[Mapping[str, str | Promise]] = {
    "overall": _(
        "{good} of {of} points are settled as preferred or by a fallback that was approved."
    ),
    "none_in_force": _("No contract is in force; {count} on record have ended."),
    "none_in_force_one": _("No contract is in force; the one on record has ended."),
    "draft_only": _("Nothing is signed yet: what the draft says counts only once it is."),
    "missing": _("Missing: {clauses}."),
    "weak": _("Weak: {clauses}."),
    "unapproved": _("Fallbacks whose deviation nobody approved, so they count as weak: {clauses}."),
    "not_agreed": _("Said not to apply, and counsel has not agreed yet: {clauses}."),
    "not_seen": _("Nobody has looked at {count} points yet, which widens the range: {clauses}."),
    "not_seen_one": _("Nobody has looked at one point yet, which widens the range: {clauses}."),
}


def values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    """The indicator of each engagement that has a contract (two queries)."""
    contracts = agreed.contracts_of(one.pk for one in engagements)
    clauses = agreed.clauses_of(row.pk for rows in contracts.values() for row in rows)
    points = checklist().by_key
    weights = {key: one.weight for key, one in points.items()}
    titles = {key: str(one.title) for key, one in points.items()}
    found: dict[UUID, Value] = {}
    for engagement_id, rows in contracts.items():
        facts = [agreed.fact(row, clauses.get(row.pk)) for row in rows]
        value = indicator.value(facts, weights=weights, titles=titles, as_of=as_of)
        if value is not None:
            found[engagement_id] = value
    return found


SOURCE: Final = Source(
    title=_("Contract and clauses"), sentences=SENTENCES, values=values, page="vendors:contracts"
)
