"""Writing drafts of questionnaires: started, changed step by step, undone, deleted."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from assessments import drafting
from assessments.drafting import Content, Edit
from assessments.events.questionnaires import (
    QuestionnaireChanged,
    QuestionnaireDiscarded,
    QuestionnaireDrafted,
)
from assessments.models import DraftState, Questionnaire
from assessments.services.locking import user_id
from assessments.services.questionnaires import hash_of, locked_draft
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.record import record

_MANAGE = Permission.MANAGE_QUESTIONNAIRES
#: How many changes of a draft can be undone.
STATES: Final = 30
_KEY: Final = re.compile(r"[a-z][a-z0-9-]*")


class Gone(Refused):
    """What was to be changed has been deleted by somebody else."""

    status = 409
    code = "gone"


def start(
    *, key: str, title: str, languages: Sequence[str] = ("en",), version: str = "1", by: Principal
) -> Questionnaire:
    """An empty draft. Raises Invalid for a key or version that cannot be, or is taken."""
    require_everywhere(by, _MANAGE)
    content = drafting.empty(key=key, version=version, title=title, languages=languages)
    _check_name(key, version)
    if Questionnaire.objects.filter(key=key).exists():
        raise _invalid("key", _("There is a questionnaire with this key. Copy that, or change it."))
    return _made(content, source=None, by=by)


def copy(*, source: Questionnaire, by: Principal) -> Questionnaire:
    """A draft that says what `source` says, under the next version number."""
    require_everywhere(by, _MANAGE)
    version = next_version(source.key, source.version)
    return _made({**source.content, "version": version}, source=source, by=by)


def from_content(*, content: Mapping[str, Any], by: Principal) -> Questionnaire:
    """A draft from the data of a file, under the next version number where the file's is taken.

    It need not be whole, but sections and questions must have keys, each used once: Invalid.
    """
    require_everywhere(by, _MANAGE)
    given = [str(one.get("key") or "") for one in drafting.sections(content)]
    given += [str(one.node.get("key") or "") for one in drafting.places(content)]
    if not all(given) or len(set(given)) != len(given):
        raise _invalid("content", _("Each section and question needs a key of its own."))
    key, version = str(content.get("key") or ""), str(content.get("version") or "1")
    _check_name(key, version)
    if Questionnaire.objects.filter(key=key, version=version).exists():
        version = next_version(key, version)
    return _made({**content, "version": version}, source=None, by=by)


def edit(
    *,
    draft: Questionnaire,
    change: Edit,
    did: str,
    place: str = "",
    unchanged: Callable[[Content], bool] | None = None,
    by: Principal,
) -> Questionnaire:
    """The draft after one edit of `assessments.drafting`; nothing is written where nothing differs.

    `unchanged` looks at the draft as it is now: where it says no, somebody else has changed the
    same part, and OutOfDate is raised with the row in `extra["current"]`. Raises Gone where the
    part is not there any more, NotADraft.
    """
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = locked_draft(draft.pk, None)
        try:
            if unchanged is not None and not unchanged(locked.content):
                raise OutOfDate(
                    _("Somebody else has changed this part of the draft."), current=locked
                )
            after = change(locked.content)
        except drafting.NotThere as error:
            raise Gone(_("Somebody else has deleted this part of the draft.")) from error
        except drafting.NotPossible as error:
            raise Refused(_("A question cannot stand behind itself.")) from error
        return _write(locked, after, did, place, by)


def undo(*, draft: Questionnaire, revision: int, by: Principal) -> Questionnaire:
    """Take back the last change; `revision` is the one that was on the screen."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = locked_draft(draft.pk, revision)
        last = locked.states.order_by("-revision").first()
        if last is None:
            raise Refused(_("There is nothing to undo."))
        content = last.content
        last.delete()
        return _save(locked, content, "undone", last.place, by)


def restore(*, draft: Questionnaire, state: DraftState, by: Principal) -> Questionnaire:
    """Go back to how the draft was before one of its changes; that can be undone, too."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = locked_draft(draft.pk, None)
        return _write(locked, state.content, "restored", str(state.revision), by)


def discard(*, draft: Questionnaire, by: Principal) -> None:
    """Delete a draft for good."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = locked_draft(draft.pk, None)
        record(
            QuestionnaireDiscarded(aggregate_id=locked.pk, key=locked.key, version=locked.version),
            by=by,
        )
        locked.delete()


def rename(*, draft: Questionnaire, key: str, version: str, by: Principal) -> None:
    """Check that a draft may have this key and version. Raises Invalid."""
    require_everywhere(by, _MANAGE)
    _check_name(key, version)
    taken = Questionnaire.objects.filter(key=key, version=version).exclude(pk=draft.pk)
    if taken.exists():
        raise _invalid("version", _("There is such a version of this questionnaire already."))


def next_version(key: str, base: str) -> str:
    """The version number after `base` that no version with this key has: 1.0 -> 1.1, 3 -> 4."""
    taken = set(Questionnaire.objects.filter(key=key).values_list("version", flat=True))
    head, dot, last = base.rpartition(".")
    if not last.isdecimal():
        head, dot, last = base[:16], "-", "1"
    number = int(last) + 1
    while f"{head}{dot}{number}" in taken:
        number += 1
    return f"{head}{dot}{number}"


def _write(
    locked: Questionnaire, after: Mapping[str, Any], did: str, place: str, by: Principal
) -> Questionnaire:
    if after == locked.content:
        return locked
    locked.states.create(
        revision=locked.revision,
        content=locked.content,
        did=did,
        place=place[:200],
        changed_at=clock.now(),
        changed_by_id=user_id(by),
    )
    kept = locked.states.order_by("-revision").values_list("pk", flat=True)[:STATES]
    locked.states.exclude(pk__in=list(kept)).delete()
    return _save(locked, after, did, place, by)


def _save(
    locked: Questionnaire, after: Mapping[str, Any], did: str, place: str, by: Principal
) -> Questionnaire:
    locked.content = dict(after)
    locked.key, locked.version = str(after["key"]), str(after["version"])
    locked.title = drafting.said(after.get("title"))[:200]
    locked.content_hash = hash_of(after)
    locked.revision += 1
    locked.changed_at, locked.changed_by_id = clock.now(), user_id(by)
    try:
        with transaction.atomic():
            locked.save(
                update_fields=[
                    "content", "key", "version", "title", "content_hash", "revision",
                    "changed_at", "changed_by",
                ]
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("There is such a version of this questionnaire already.")) from error
    record(
        QuestionnaireChanged(
            aggregate_id=locked.pk,
            key=locked.key,
            version=locked.version,
            did=did,
            place=place,
            revision=locked.revision,
            content_hash=locked.content_hash,
        ),
        by=by,
    )
    return locked


@transaction.atomic
def _made(
    content: Mapping[str, Any], *, source: Questionnaire | None, by: Principal
) -> Questionnaire:
    try:
        with transaction.atomic():
            row = Questionnaire.objects.create(
                key=content["key"],
                version=content["version"],
                title=drafting.said(content.get("title"))[:200],
                content=dict(content),
                content_hash=hash_of(content),
                source=source,
                created_at=clock.now(),
                created_by_id=user_id(by),
            )
    except IntegrityError as error:
        raise Refused(_("Somebody else has just made this version. Try again.")) from error
    record(
        QuestionnaireDrafted(
            aggregate_id=row.pk,
            key=row.key,
            version=row.version,
            source=f"{source.key} {source.version}" if source else "",
            content_hash=row.content_hash,
        ),
        by=by,
    )
    return row


def _check_name(key: str, version: str) -> None:
    if not _KEY.fullmatch(key) or len(key) > 60:
        raise _invalid("key", _("Use small letters, digits and hyphens, a letter first."))
    if not version.strip() or len(version) > 20:
        raise _invalid("version", _("Give a version of at most 20 characters, such as 1.0."))


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, errors={field: [message]})
