"""The record, told outside: checkpoints by letter, and bundles that are handed out."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from accounts import events
from accounts.organisation import organisation_name
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from accounts.selectors.installation import INSTALLATION
from accounts.services import letters
from audit import checkpoints, exporting, signing
from audit.checkpoint_text import Figures
from audit.record import record


def checkpoint() -> Figures | None:
    """Make a checkpoint if it is time (AUDIT_CHECKPOINT_HOURS), and mail it to those named.

    It goes to the anchor file in any case. None where it is not time, or nothing was sealed since.
    """
    return checkpoints.take(every=timedelta(hours=settings.AUDIT_CHECKPOINT_HOURS), tell=_mail)


def _mail(figures: Figures) -> None:
    for address in settings.AUDIT_CHECKPOINT_EMAIL:
        letters.post(
            to=address,
            language=settings.LANGUAGE_CODE,
            template="accounts/email/checkpoint",
            context={
                "figures": figures,
                "fingerprint": signing.fingerprint(signing.from_text(figures.key)),
            },
        )


def exported(*, by: Principal, details: bool = False) -> Iterator[bytes]:
    """The sealed record as the lines of a bundle; that it was handed out is recorded first.

    It tells of all units, so it takes the right to the log in all of them; `details` the right to
    private details as well. Raises NotAllowed.
    """
    require_everywhere(by, Permission.VIEW_LOG)
    if details:
        require_everywhere(by, Permission.VIEW_LOG_DETAIL)
    with transaction.atomic():
        record(events.RecordExported(aggregate_id=INSTALLATION, with_details=details), by=by)
    return exporting.lines(installation=organisation_name(), details=details)
