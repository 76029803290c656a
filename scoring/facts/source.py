"""What every module of this package offers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

from scoring.indicators.value import Value
from vendors.models import Engagement

#: Indicator -> engagement -> value.
Known = Mapping[str, Mapping[UUID, Value]]


@dataclass(frozen=True, slots=True)
class Source:
    """One indicator: how to get its values, and its words.

    `values(engagements, as_of, known)` returns the value of each engagement of which something is
    recorded, in a fixed number of queries; an engagement left out has nothing on record, and its
    questions count instead. `known` holds the indicators that come earlier in the registry.
    `engagements` come with `vendor`. `sentences`: code -> text with {named} places for the values
    of a `Said`. `page`: name of the address, which takes the vendor's id, where the facts are.
    """

    title: str | Promise
    sentences: Mapping[str, str | Promise]
    values: Callable[[Sequence[Engagement], date, Known], dict[UUID, Value]]
    page: str
