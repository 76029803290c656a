"""The law of the places where the work of engagements is done, as the indicator takes it."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from scoring.facts.source import Known, Source
from scoring.indicators import jurisdiction
from scoring.indicators.jurisdiction import Work
from scoring.indicators.value import Value
from vendors.intake import IP_QUESTION
from vendors.jurisdictions import CountryLaw
from vendors.law_words import place_name
from vendors.models import Engagement
from vendors.selectors import law
from vendors.selectors.law import Places

SENTENCES: Final = {
    "only_place": _("The work is done in {country}."),
    "worst_of": _("The work is done in {count} countries; {country} is the worst and decides."),
    "seat": _("No place of work is on record; {country}, where the vendor sits, stands for it."),
    "rated": _("Counsel rates {country} at {risk} of 100, from {since} until {until}."),
    "insufficient": _(
        "Not enough is known: no rule-of-law index and no rating by counsel for {country}. "
        "The risk lies between {lo} and {hi} of 100."
    ),
    "kinds_unknown": _("What is entrusted is not said yet, so no treaty can be named."),
    "nothing_entrusted": _("Nothing is entrusted that a treaty would protect."),
    "personal_data_only": _(
        "Only personal data is entrusted: these treaties do not protect it, and it has no weight."
    ),
    "personal_data": _("For the personal data entrusted no treaty counts."),
    "treaties": _("{count} of {of} treaties that protect it are in force in {country}."),
    "treaties_signed": _("Signed only, not in force: {treaties}."),
    "treaties_suspended": _("Suspended: {treaties}."),
    "treaties_left": _("Left: {treaties}."),
    "treaties_none": _("Not in force: {treaties}."),
    "treaties_unknown": _("Not known: {treaties}."),
    "listed_priority_foreign": _(
        "USTR calls it a Priority Foreign Country ({as_of}): one government's view of trade."
    ),
    "listed_priority_watch": _(
        "On USTR's Priority Watch List ({as_of}): one government's view of trade."
    ),
    "listed_watch": _("On USTR's Watch List ({as_of}): one government's view of trade."),
    "unlisted": _("Not listed by USTR, which says nothing, good or bad."),
    "index": _("{index} {edition}: {value}, a risk of {risk} of 100."),
    "enforcement": _("{count} of {known} known means of enforcement are in force."),
    "unconfirmed": _("Some of these facts are not confirmed yet; they widen the range."),
}


def works(
    engagements: Sequence[Engagement], places: dict[UUID, Places] | None = None
) -> dict[UUID, Work]:
    """Engagement -> what it entrusts and the law where its work is done, in eight queries.

    An engagement without any known place or law is left out.
    """
    found = law.places_of(engagements) if places is None else places
    laws = law.laws({code for one in found.values() for code, _how in one.codes})
    made = {}
    for one in engagements:
        if one.pk not in found:
            continue
        # A place of which nothing is on record may still be the worst: it widens the range.
        known = [
            laws.get(code) or CountryLaw(code=code, name=place_name(code))
            for code, _how in found[one.pk].codes
        ]
        if any(place.facts or place.ratings or place.indices for place in known):
            made[one.pk] = Work(kinds=_kinds(one), places=tuple(known), seat=found[one.pk].seat)
    return made


def _kinds(engagement: Engagement) -> tuple[str, ...] | None:
    """What is entrusted; None where the buyer has not said."""
    if not engagement.intake.get(IP_QUESTION):
        return None
    return tuple(engagement.ip_kinds)


def _values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    # Thousands of engagements share a few hundred pairs of what is entrusted and where.
    worked_out: dict[tuple[object, ...], Value] = {}
    found = {}
    for pk, work in works(engagements).items():
        same = (work.kinds, work.seat, *(place.code for place in work.places))
        if same not in worked_out:
            worked_out[same] = jurisdiction.value(work, as_of)
        found[pk] = worked_out[same]
    return found


SOURCE: Final = Source(
    title=_("Law of the places of work"),
    sentences=SENTENCES,
    values=_values,
    page="scoring:vendor_law",
)
