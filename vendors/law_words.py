"""The words for treaties, measures and what may be recorded about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vendors.country_names import country_name
from vendors.intake import IP_KINDS, IpKind
from vendors.jurisdictions import SPECIAL_301
from vendors.models import LawFact

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Subject:
    """Something about which facts are recorded: its name, and what it is good for."""

    name: Words
    says: Words


SUBJECTS: Final[Mapping[str, Subject]] = {
    "trips": Subject(
        lazy("TRIPS Agreement"),
        lazy(
            "Minimum standards for all members of the WTO, trade secrets (article 39) among them. "
            "Least developed members need not apply most of it yet."
        ),
    ),
    "paris": Subject(
        lazy("Paris Convention"),
        lazy("Inventions, marks and designs: equal treatment, priority, unfair competition."),
    ),
    "berne": Subject(lazy("Berne Convention"), lazy("Copyright in works, without any formality.")),
    "wct": Subject(
        lazy("WIPO Copyright Treaty (WCT)"),
        lazy("Copyright in the digital world: programs, databases, technical protection."),
    ),
    "wppt": Subject(
        lazy("WIPO Performances and Phonograms Treaty (WPPT)"),
        lazy("Performers and producers of sound recordings."),
    ),
    "madrid_protocol": Subject(
        lazy("Madrid Protocol"),
        lazy(
            "A route by which marks are registered abroad, no protection by itself. Not the Madrid "
            "Agreement on indications of source."
        ),
    ),
    "pct": Subject(
        lazy("Patent Cooperation Treaty (PCT)"),
        lazy("A route by which patents are applied for abroad, no protection by itself."),
    ),
    "plt": Subject(
        lazy("Patent Law Treaty (PLT)"),
        lazy("Formalities before patent offices. Another treaty than the PCT."),
    ),
    "nice": Subject(
        lazy("Nice Agreement"), lazy("A classification of goods and services, no protection.")
    ),
    "hague_geneva": Subject(
        lazy("Hague Agreement, Geneva Act"), lazy("International registration of designs.")
    ),
    "customs_recordation": Subject(
        lazy("Customs recordation"), lazy("Rights can be put on record with customs.")
    ),
    "ex_officio_seizure": Subject(
        lazy("Seizure ex officio"), lazy("Customs may stop goods without being asked.")
    ),
    "new_york": Subject(lazy("New York Convention"), lazy("Foreign arbitral awards are enforced.")),
    "hague_evidence": Subject(
        lazy("Hague Evidence Convention"), lazy("Evidence can be taken for a court abroad.")
    ),
    "hague_judgments": Subject(
        lazy("Hague Judgments Convention (2019)"),
        lazy(
            "Foreign judgments are enforced. Intellectual property itself is left out "
            "(article 2); claims from a contract are covered."
        ),
    ),
    "mlat": Subject(
        lazy("Mutual legal assistance (MLAT)"),
        lazy("Help between two states in criminal matters only; depends on your own country."),
    ),
    SPECIAL_301: Subject(
        lazy("USTR Special 301"),
        lazy("One government's view of trade. Not being listed says nothing, good or bad."),
    ),
}

#: What a fact of the delivered data has to be read with.
REMARKS: Final[Mapping[str, Words]] = {
    "agreement-date": lazy(
        "The source gives the day of the older Madrid Agreement; since when the Protocol is in "
        "force is not on record."
    ),
    "announced": lazy("Announced by the depositary before it came into force."),
    "edition-day": lazy(
        "Only part of this edition is on record, and not its day; it counts from 1 May."
    ),
    "not-listed": lazy("Not among the members in a list that is complete for its date."),
}
#: Organisations that are members of treaties; no country has their codes.
ORGANISATIONS: Final[Mapping[str, Words]] = {
    "EU": lazy("European Union"),
    "OA": lazy("African Intellectual Property Organization (OAPI)"),
}

NOTE_301: Final = lazy(
    "Special 301 is one government's view of trade: a country that is not listed is unknown, not "
    "good."
)
NOTE_JUDGEMENT: Final = lazy(
    "Which treaties count for what, and how much, is expert judgement. None of this is legal "
    "advice."
)


def place_name(code: str) -> str:
    """The name of a country or organisation in the reader's language."""
    if code in ORGANISATIONS:
        return str(ORGANISATIONS[code])
    return country_name(code)


def subject_name(key: str) -> str:
    """The name of a treaty or measure."""
    return str(SUBJECTS[key].name) if key in SUBJECTS else key


def kind_name(kind: str) -> str:
    """A kind of IP, in words."""
    return str(_(IP_KINDS[IpKind(kind)]))


def status_word(status: str) -> str:
    """How a country stands, in words."""
    return str(LawFact.Status(status).label)


def as_of_words(as_of: str) -> str:
    """ "2025-10" -> "October 2025", "2025" -> "2025", a whole day as a date."""
    parts = [int(part) for part in as_of.split("-") if part]
    if len(parts) == 3:
        return formats.date_format(date(*parts), "DATE_FORMAT")
    if len(parts) == 2:
        return formats.date_format(date(parts[0], parts[1], 1), "YEAR_MONTH_FORMAT")
    return as_of


def through_words(code: str) -> str:
    """By whose membership a country is covered; "" for its own."""
    return _("through %(name)s") % {"name": place_name(code)} if code else ""
