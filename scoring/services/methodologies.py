"""The methodology in force."""

import hashlib

import rfc8785
from django.db import IntegrityError, transaction

from accounts.principal import SYSTEM, Principal
from audit import clock
from audit.record import record
from scoring.engine import methodology as method
from scoring.events import MethodologyPublished
from scoring.models import Methodology
from scoring.selectors import methods


def published(*, by: Principal = SYSTEM) -> Methodology:
    """The methodology in force. The first call ever publishes the one that is shipped.

    The row comes without its `content`; `parameters` has that, parsed once per process.
    """
    return methods.in_force() or _publish_shipped(by)


def parameters(row: Methodology) -> method.Methodology:
    """What the engine needs of a methodology; read from the database once per process."""
    return methods.parameters(row.pk)


def _publish_shipped(by: Principal) -> Methodology:
    shipped = method.shipped_methodology()
    content_hash = hashlib.sha256(rfc8785.dumps(shipped.content)).hexdigest()
    try:
        with transaction.atomic():
            row = Methodology.objects.create(
                key=shipped.key,
                version=str(shipped.version),
                title=shipped.title,
                status=Methodology.Status.PUBLISHED,
                content=shipped.content,
                content_hash=content_hash,
                published_at=clock.now(),
            )
            record(
                MethodologyPublished(
                    aggregate_id=row.pk,
                    key=row.key,
                    version=row.version,
                    content_hash=content_hash,
                ),
                by=by,
            )
    except IntegrityError:
        # Another process was first: its row is the one.
        return Methodology.objects.defer("content").get(status=Methodology.Status.PUBLISHED)
    return row
