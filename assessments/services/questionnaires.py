"""The life of a questionnaire: published, put in use, retired; and the one that comes with Surety.

Drafts are written in `assessments.services.drafts`.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require_everywhere
from assessments import schema
from assessments.checking import check
from assessments.errors import QuestionnaireChanged
from assessments.events.assessments import QuestionnairePublished
from assessments.events.questionnaires import QuestionnaireRetired
from assessments.models import Questionnaire
from assessments.services.locking import user_id
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.record import record

BUILTIN_FILE: Final = Path(__file__).parents[1] / "questionnaires" / "ip-outsourcing.yaml"
_Status = Questionnaire.Status
_MANAGE = Permission.MANAGE_QUESTIONNAIRES
#: A reason is a sentence or two, not a file.
LONGEST_REASON: Final = 2_000


class NotADraft(Refused):
    """A version that was published is never changed or deleted."""

    code = "not_a_draft"


class HasProblems(Refused):
    """A draft cannot be published as it is. `extra["problems"]`: why, by `checking`."""

    status = 422
    code = "has_problems"


@cache
def builtin_file() -> schema.Questionnaire:
    """The questionnaire that comes with Surety, as its file has it."""
    return schema.load(BUILTIN_FILE.read_bytes())


def builtin() -> Questionnaire:
    """The built-in questionnaire, published on first use; calling again changes nothing."""
    return publish(builtin_file(), by=SYSTEM)


def standard() -> Questionnaire:
    """What an assessment is opened with unless somebody says otherwise.

    The newest published version of the built-in questionnaire, or else the newest published one;
    the built-in one is published where there is none at all.
    """
    shipped = builtin_file()
    if not Questionnaire.objects.filter(key=shipped.key).exclude(status=_Status.DRAFT).exists():
        return builtin()
    rows = Questionnaire.objects.filter(status=_Status.PUBLISHED).defer("content")
    own = rows.filter(key=shipped.key).order_by("-published_at", "-pk").first()
    found = own or rows.order_by("-published_at", "-pk").first()
    if found is None:
        raise Refused(_("Every questionnaire is retired. Publish one first."))
    return found


@transaction.atomic
def publish(content: schema.Questionnaire, *, by: Principal) -> Questionnaire:
    """Publish a version of a questionnaire; the same content again gives the version there is.

    A published version never changes: other content under its number raises QuestionnaireChanged.
    """
    found, made = Questionnaire.objects.defer("content").get_or_create(
        key=content.key,
        version=content.version,
        defaults={
            "title": str(content.title)[:200],
            "status": _Status.PUBLISHED,
            "content": content.to_data(),
            "content_hash": content.content_hash,
            "published_at": clock.now(),
            "published_by_id": user_id(by),
        },
    )
    if found.content_hash != content.content_hash or found.is_draft:
        raise QuestionnaireChanged(
            _("“%(key)s” %(version)s is there with other content. Raise its version.")
            % {"version": content.version, "key": content.key}
        )
    if made:
        _record_publication(found, by)
    return found


def publish_draft(
    *,
    draft: Questionnaire,
    revision: int,
    reason: str,
    retire_earlier: bool = False,
    by: Principal,
) -> Questionnaire:
    """Freeze a draft and let it be used; `revision` is the one that was looked at.

    With `retire_earlier` the versions before it are not opened any more. Raises Invalid without a
    reason, HasProblems, NotADraft, OutOfDate.
    """
    require_everywhere(by, _MANAGE)
    why = reason.replace("\x00", "").strip()
    if not why:
        raise _invalid("reason", _("Say what is new, in a sentence."))
    if len(why) > LONGEST_REASON:
        raise _invalid("reason", _("Use at most %(most)d characters.") % {"most": LONGEST_REASON})
    with transaction.atomic():
        row = locked_draft(draft.pk, revision)
        found = check(row.content)
        errors = [one for one in found.problems if one.is_error]
        if errors or found.questionnaire is None:
            raise HasProblems(
                _("This draft cannot be published yet: see its problems."), problems=errors
            )
        content = found.questionnaire
        row.content, row.content_hash = content.to_data(), content.content_hash
        row.title = str(content.title)[:200]
        row.status, row.reason = _Status.PUBLISHED, why
        row.published_at, row.published_by_id = clock.now(), user_id(by)
        row.save(
            update_fields=[
                "content", "content_hash", "title", "status", "reason", "published_at",
                "published_by",
            ]
        )  # fmt: skip
        row.states.all().delete()
        _record_publication(row, by)
        if retire_earlier:
            earlier = Questionnaire.objects.filter(key=row.key, status=_Status.PUBLISHED)
            for one in earlier.exclude(pk=row.pk).order_by("pk"):
                retire(questionnaire=one, by=by)
    return row


@transaction.atomic
def retire(*, questionnaire: Questionnaire, by: Principal) -> Questionnaire:
    """Open no more assessments with a version. Those there are go on."""
    require_everywhere(by, _MANAGE)
    row = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
    if row.status != _Status.PUBLISHED:
        raise Refused(_("Only a published version can be retired."))
    row.status, row.retired_at, row.retired_by_id = _Status.RETIRED, clock.now(), user_id(by)
    row.save(update_fields=["status", "retired_at", "retired_by"])
    record(QuestionnaireRetired(aggregate_id=row.pk, key=row.key, version=row.version), by=by)
    return row


def locked_draft(pk: UUID, revision: int | None) -> Questionnaire:
    """The draft as it is now, locked for this transaction. Raises NotADraft, OutOfDate."""
    locked = Questionnaire.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if locked is None:
        raise NotADraft(_("Somebody else has deleted this draft."))
    if not locked.is_draft:
        raise NotADraft(_("This version was published. Copy it to change something."))
    if revision is not None and locked.revision != revision:
        raise OutOfDate(
            _("Somebody else has changed this draft since you opened it."), current=locked
        )
    return locked


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 over the RFC 8785 JSON of a draft's content, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def _record_publication(row: Questionnaire, by: Principal) -> None:
    record(
        QuestionnairePublished(
            aggregate_id=row.pk,
            key=row.key,
            version=row.version,
            content_hash=row.content_hash,
        ),
        by=by,
    )


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, errors={field: [message]})
