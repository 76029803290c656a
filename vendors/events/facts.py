"""The base of events about facts: what is recorded of a vendor besides its answers."""

from uuid import UUID

from audit.events import Payload


class FactsChanged(Payload):
    """Something recorded about the vendor `facts_of` has changed.

    A database trigger on the record notes the vendor as waiting for its indicators (scoring
    migration 0015), so whatever is recorded with such an event reaches the score, queue or no
    queue. Its route in `config/event_routes.py` is `scoring.reassess`.
    """

    facts_of: UUID
