"""An account that takes no try for a while: the record has it, and it opens again by itself."""

from django.db import transaction

from accounts.events_sign_in import AccountLocked
from accounts.models import User
from accounts.principal import SYSTEM
from audit.record import record


@transaction.atomic
def note(*, user: User, by: str) -> None:
    """Put on record that the last of too many wrong tries was a wrong `by`."""
    record(AccountLocked(aggregate_id=user.pk, by=by), by=SYSTEM)
