"""The life of a methodology: draft, published, retired; and the one in force."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import rfc8785
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require_everywhere
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.record import record
from scoring.engine import methodology as method
from scoring.events import (
    MethodologyChanged,
    MethodologyDiscarded,
    MethodologyDrafted,
    MethodologyPublished,
    MethodologyRetired,
)
from scoring.models import Methodology, Run
from scoring.selectors import methods

_Status = Methodology.Status
_MANAGE = Permission.MANAGE_METHODS
#: A reason is a sentence or two, not a file.
LONGEST_REASON = 2_000


class NotADraft(Refused):
    """A version that was published is never changed or deleted."""

    code = "not_a_draft"


def published(*, by: Principal = SYSTEM) -> Methodology:
    """The methodology in force. The first call ever publishes the one that is shipped.

    The row comes without its `content`; `parameters` has that, parsed once per process.
    """
    return methods.in_force() or _publish_shipped(by)


def parameters(row: Methodology) -> method.Methodology:
    """What the engine needs of a methodology; of a published one read once per process."""
    if row.is_draft:
        return method.parse_methodology(row.content)
    return methods.parameters(row.pk)


def copy(*, source: Methodology, by: Principal) -> Methodology:
    """A draft that says what `source` says, under the next version number."""
    require_everywhere(by, _MANAGE)
    parsed = method.parse_methodology(source.content)
    with transaction.atomic():
        number = _next_number(parsed.key)
        return _draft(parsed.model_copy(update={"version": number}), source=source, by=by)


def from_file(*, text: str, by: Principal) -> Methodology:
    """A draft from a YAML file, under the next version number where the file's is taken.

    Raises MethodologyError with the path and line of each problem.
    """
    require_everywhere(by, _MANAGE)
    parsed = method.load_methodology(text)
    with transaction.atomic():
        following = _next_number(parsed.key)
        taken = Methodology.objects.filter(key=parsed.key, version=str(parsed.version)).exists()
        number = following if taken else parsed.version
        return _draft(parsed.model_copy(update={"version": number}), source=None, by=by)


def newer_shipped() -> method.Methodology | None:
    """The method that comes with this release, where no version has its key and number yet."""
    shipped = method.shipped_methodology()
    rows = Methodology.objects.filter(key=shipped.key, version=str(shipped.version))
    return None if rows.exists() else shipped


def from_shipped(*, by: Principal) -> Methodology:
    """A draft of the method that comes with this release; what was published stays in force."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        shipped = newer_shipped()
        if shipped is None:
            raise Refused(_("There is such a version already."))
        return _draft(shipped, source=None, by=by)


def change(
    *, draft: Methodology, revision: int, content: Mapping[str, Any], by: Principal
) -> Methodology:
    """The draft with this content; nothing is written where nothing differs.

    `revision` is the one that the content was based on. Its key and version stay as they are.
    Raises MethodologyError, NotADraft, or OutOfDate when somebody has saved since, with the row as
    it is now in `extra["current"]`.
    """
    require_everywhere(by, _MANAGE)
    fixed = {"key": draft.key, "version": int(draft.version)}
    parsed = method.parse_methodology({**content, **fixed})
    with transaction.atomic():
        locked = _locked_draft(draft.pk, revision)
        before, after = locked.content, parsed.content
        groups = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        if not groups:
            return locked
        locked.title, locked.content = parsed.title, after
        locked.content_hash = content_hash(parsed)
        locked.revision += 1
        locked.changed_at, locked.changed_by_id = clock.now(), _user(by)
        locked.save(
            update_fields=[
                "title", "content", "content_hash", "revision", "changed_at", "changed_by",
            ]
        )  # fmt: skip
        record(
            MethodologyChanged(
                aggregate_id=locked.pk,
                key=locked.key,
                version=locked.version,
                groups=groups,
                content_hash=locked.content_hash,
            ),
            by=by,
        )
    return locked


def discard(*, draft: Methodology, by: Principal) -> None:
    """Delete a draft, and what its previews found. Raises Refused while one is running."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = _locked_draft(draft.pk, None)
        previews = Run.objects.filter(methodology=locked, kind=Run.Kind.PREVIEW)
        if previews.filter(status__in=(Run.Status.WAITING, Run.Status.RUNNING)).exists():
            raise Refused(_("A preview of this draft is running. Cancel it first."))
        previews.delete()
        record(
            MethodologyDiscarded(aggregate_id=locked.pk, key=locked.key, version=locked.version),
            by=by,
        )
        locked.delete()


def publish(*, draft: Methodology, revision: int, reason: str, by: Principal) -> Methodology:
    """Put a draft in force from now on, and retire the one before it.

    `revision` is the one that was looked at. Raises Invalid without a reason, NotADraft, OutOfDate.
    """
    require_everywhere(by, _MANAGE)
    why = reason.replace("\x00", "").strip()
    if not why:
        raise _invalid("reason", _("Say why, in a sentence."))
    if len(why) > LONGEST_REASON:
        raise _invalid("reason", _("Use at most %(most)d characters.") % {"most": LONGEST_REASON})
    with transaction.atomic():
        # Always the one in force first: who publishes at the same time waits here.
        before = _in_force_locked()
        row = _locked_draft(draft.pk, revision)
        now = clock.now()
        if before is not None:
            _retire(before, row, now, by)
        row.status, row.reason = _Status.PUBLISHED, why
        row.published_at, row.published_by_id = now, _user(by)
        row.save(update_fields=["status", "reason", "published_at", "published_by"])
        _record_publication(row, by)
    return row


def draft_now(draft: Methodology) -> Methodology:
    """The draft as it is now, locked for this transaction. Raises NotADraft."""
    return _locked_draft(draft.pk, None)


def content_hash(parsed: method.Methodology) -> str:
    """SHA-256 over the RFC 8785 JSON of a content, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(parsed.content)).hexdigest()


def _draft(parsed: method.Methodology, *, source: Methodology | None, by: Principal) -> Methodology:
    try:
        with transaction.atomic():
            row = Methodology.objects.create(
                key=parsed.key,
                version=str(parsed.version),
                title=parsed.title,
                content=parsed.content,
                content_hash=content_hash(parsed),
                source=source,
                created_at=clock.now(),
                created_by_id=_user(by),
            )
    except IntegrityError as error:
        raise Refused(_("Somebody else has just made this version. Try again.")) from error
    record(
        MethodologyDrafted(
            aggregate_id=row.pk,
            key=row.key,
            version=row.version,
            source=f"{source.key} {source.version}" if source else "",
            content_hash=row.content_hash,
        ),
        by=by,
    )
    return row


def _next_number(key: str) -> int:
    rows = Methodology.objects.filter(key=key)
    # Two people copy at once: the second waits, and counts the first one's copy in a new look.
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    taken = [int(one) for one in rows.values_list("version", flat=True) if one.isdecimal()]
    return max(taken, default=0) + 1


def _locked_draft(pk: UUID, revision: int | None) -> Methodology:
    locked = Methodology.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if locked is None:
        raise NotADraft(_("Somebody else has deleted this draft."))
    if not locked.is_draft:
        raise NotADraft(_("This version was published. Copy it to change something."))
    if revision is not None and locked.revision != revision:
        raise OutOfDate(
            _("Somebody else has changed this draft since you opened it."), current=locked
        )
    return locked


def _in_force_locked() -> Methodology | None:
    rows = Methodology.objects.select_for_update(of=("self",)).defer("content")
    while True:
        found = methods.in_force()
        if found is None:
            return None
        locked = rows.get(pk=found.pk)
        # Whoever held the lock may have retired it: then another is in force by now.
        if locked.status == _Status.PUBLISHED:
            return locked


def _retire(row: Methodology, successor: Methodology, now: Any, by: Principal) -> None:
    row.status, row.retired_at = _Status.RETIRED, now
    row.save(update_fields=["status", "retired_at"])
    record(
        MethodologyRetired(
            aggregate_id=row.pk,
            key=row.key,
            version=row.version,
            successor=f"{successor.key} {successor.version}",
        ),
        by=by,
    )


def _record_publication(row: Methodology, by: Principal) -> None:
    record(
        MethodologyPublished(
            aggregate_id=row.pk,
            key=row.key,
            version=row.version,
            content_hash=row.content_hash,
            reason=row.reason,
        ),
        by=by,
    )


def _user(by: Principal) -> UUID | None:
    return UUID(by.id) if by.kind == "user" else None


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, errors={field: [message]})


def _publish_shipped(by: Principal) -> Methodology:
    shipped = method.shipped_methodology()
    try:
        with transaction.atomic():
            row = Methodology.objects.create(
                key=shipped.key,
                version=str(shipped.version),
                title=shipped.title,
                status=_Status.PUBLISHED,
                content=shipped.content,
                content_hash=content_hash(shipped),
                published_at=clock.now(),
                published_by_id=_user(by),
            )
            _record_publication(row, by)
    except IntegrityError:
        # Another process was first: its row is the one.
        return Methodology.objects.defer("content").get(status=_Status.PUBLISHED)
    return row
