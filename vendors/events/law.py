"""What happens to what is on record about the law of countries."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class CountryChanged(Payload):
    """What is on record about the law of `facts_in` (an ISO code) has changed.

    A database trigger on the record notes the country, so that the vendors who work there are
    looked at again (`vendors.selectors.law.vendors_concerned`). `aggregate_id` is the country.
    """

    aggregate_type: ClassVar[str] = "country"
    facts_in: str


class CountryFactOverridden(CountryChanged):
    """Counsel recorded a fact that wins over the data delivered."""

    type: ClassVar[str] = "country.fact_overridden"
    private: ClassVar[frozenset[str]] = frozenset({"source", "reason"})

    fact_id: UUID
    subject: str
    status: str
    since: date
    until: date | None
    source: str
    reason: str


class CountryFactWithdrawn(CountryChanged):
    """Counsel took a fact of theirs back."""

    type: ClassVar[str] = "country.fact_withdrawn"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    fact_id: UUID
    subject: str
    status: str
    reason: str


class CountryRated(CountryChanged):
    """Counsel rated a country."""

    type: ClassVar[str] = "country.rated"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    rating_id: UUID
    risk: int
    since: date
    until: date
    reason: str


class CountryRatingWithdrawn(CountryChanged):
    """Counsel took a rating back."""

    type: ClassVar[str] = "country.rating_withdrawn"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    rating_id: UUID
    risk: int
    reason: str


class CountryFactsReleased(CountryChanged):
    """The data delivered with the product says something else of a country than before."""

    type: ClassVar[str] = "country.facts_released"

    version: str
    added: int
    withdrawn: int


class CountryFigureChanged(CountryChanged):
    """An index says something of a country, or no longer does."""

    type: ClassVar[str] = "country.figure_changed"

    edition_id: UUID
    index: str
    edition: int
    value: str | None


class LawReleaseTaken(Payload):
    """A version of the delivered data was taken up."""

    type: ClassVar[str] = "law_release.taken"
    aggregate_type: ClassVar[str] = "law_release"

    version: str
    facts: int
    added: int
    withdrawn: int


class IndexImported(Payload):
    """An edition of a rule-of-law index was imported."""

    type: ClassVar[str] = "index.imported"
    aggregate_type: ClassVar[str] = "index_edition"
    private: ClassVar[frozenset[str]] = frozenset({"licence", "source", "file_name"})

    name: str
    edition: int
    countries: int
    licence: str
    source: str
    file_name: str


class IndexWithdrawn(Payload):
    """An edition of an index was taken back."""

    type: ClassVar[str] = "index.withdrawn"
    aggregate_type: ClassVar[str] = "index_edition"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    name: str
    edition: int
    reason: str
