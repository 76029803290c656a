"""Questionnaires from files: read, looked at, and made a draft, or not at all."""

from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from assessments import schema
from assessments.events.files import QuestionnaireImported
from assessments.exchange import book, vsaq, workbook_in
from assessments.exchange.foreign import build, given, guessing, rows
from assessments.exchange.foreign.build import Built
from assessments.exchange.foreign.mapping import Mapping
from assessments.exchange.problems import Found, Problem
from assessments.models import FileStatus, Layout, Questionnaire, QuestionnaireFile
from assessments.selectors.assessments import schema_of_version
from assessments.selectors.files import latest
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record
from vendors.master_data import tidy

_MANAGE: Final = Permission.MANAGE_QUESTIONNAIRES
#: How many problems a report keeps.
SHOWN: Final = 500
#: Characters that the table of questionnaires has for a version.
MOST_VERSION: Final = 20


class NotReady(Refused):
    """The file was taken already, let go of, or cannot be taken as it is."""

    code = "not_ready"


def upload(*, file_name: str, content: bytes, by: Principal) -> QuestionnaireFile:
    """A file read and kept with what is in it; nothing becomes of it yet.

    YAML, JSON and workbooks of our layout are read at once; any other list or workbook waits for
    its mapping. Raises Invalid (field "file") for what cannot be read at all.
    """
    require_everywhere(by, _MANAGE)
    kind, found = _read(file_name, content)
    mapping: dict[str, Any] = {}
    if found is None:
        mapping = guessing.first(book.read(content), file_name=file_name).as_json()
    return QuestionnaireFile.objects.create(
        user_id=UUID(by.id) if by.kind == "user" else None,
        kind=kind,
        file_name=tidy(file_name)[-200:] or "file",
        content=content,
        mapping=mapping,
        report=report(found) if found else {},
        created_at=clock.now(),
    )


def take(*, file: QuestionnaireFile, by: Principal) -> Questionnaire:
    """The draft made from a file of our layout. Raises NotReady."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = waiting(file.pk)
        _kind, found = _read(locked.file_name, bytes(locked.content))
        if found is None or found.content is None:
            raise NotReady(_("Put the problems right and upload the file again."))
        draft = draft_of(found.content, locked.file_name, by)
        locked.report = report(found)
        finish(locked, FileStatus.DONE, draft)
    return draft


def built_of(content: bytes, mapping: Mapping) -> Built:
    """What a foreign workbook becomes by a mapping. Raises Invalid for what cannot be read."""
    try:
        found = book.read(content)
    except book.Unreadable as error:
        raise unusable(str(error)) from error
    return build.build(rows.read(found, mapping), mapping)


def remap(*, file: QuestionnaireFile, mapping: Mapping, by: Principal) -> QuestionnaireFile:
    """Keep another mapping of a foreign file, with what is then in it."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = waiting(file.pk)
        built = built_of(bytes(locked.content), mapping)
        locked.mapping, locked.report = mapping.as_json(), _foreign_report(built, mapping)
        locked.save(update_fields=["mapping", "report"])
    return locked


def take_foreign(*, file: QuestionnaireFile, by: Principal) -> Questionnaire:
    """The draft made from a foreign file by its mapping. Raises NotReady."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = waiting(file.pk)
        mapping = Mapping.from_json(locked.mapping)
        built = built_of(bytes(locked.content), mapping)
        found = _storable(Found(built.content, tuple(built.problems)))
        if found.content is None:
            raise NotReady(_("Put the problems right first."))
        draft = draft_of(found.content, locked.file_name, by)
        locked.report = _foreign_report(built, mapping)
        finish(locked, FileStatus.DONE, draft)
    return draft


def save_layout(*, name: str, mapping: Mapping, by: Principal) -> Layout:
    """Keep a mapping under a name; the same name again replaces it."""
    require_everywhere(by, _MANAGE)
    name = tidy(name)
    if not name:
        raise Invalid(_("Give the layout a name."), errors={"name": [_("Enter a name.")]})
    made, _new = Layout.objects.update_or_create(
        name=name[:80],
        defaults={
            "mapping": mapping.for_reuse(),
            "changed_at": clock.now(),
            "changed_by_id": UUID(by.id) if by.kind == "user" else None,
        },
    )
    return made


def draft_of(content: schema.Questionnaire, file_name: str, by: Principal) -> Questionnaire:
    """A draft with this content, under the next version that is free."""
    version = free_version(content.key, content.version)
    data = content.to_data() | {"version": version}
    again = schema.parse(data)
    draft = Questionnaire.objects.create(
        key=again.key,
        version=version,
        title=str(again.title)[:200],
        status=Questionnaire.Status.DRAFT,
        content=data,
        content_hash=again.content_hash,
    )
    record(
        QuestionnaireImported(
            aggregate_id=draft.pk,
            key=draft.key,
            version=draft.version,
            questions=len(again.items),
            file_name=file_name,
        ),
        by=by,
    )
    return draft


def free_version(key: str, wanted: str) -> str:
    """The version itself, or the next one that no questionnaire of this key has."""
    taken = set(Questionnaire.objects.filter(key=key).values_list("version", flat=True))
    version, number = wanted, 2
    while version in taken:
        version, number = f"{wanted[: MOST_VERSION - 4]}-{number}", number + 1
    return version


def _foreign_report(built: Built, mapping: Mapping) -> dict[str, Any]:
    said = report(_storable(Found(built.content, tuple(built.problems), tuple(built.notes))))
    answered = list(given.given(built, mapping)) if built.data else []
    said["answers"] = len(answered)
    said["answers_refused"] = sum(bool(one.reason) for one in answered)
    said["scored"] = len(built.scored)
    score = given.own_score(built, mapping) if answered and not built.problems else None
    if score is not None:
        said["own_rule"] = score.as_json()
    return said


def discard(*, file: QuestionnaireFile, by: Principal) -> None:
    """Let go of a file that nothing was made of. Raises NotReady once something was."""
    require_everywhere(by, _MANAGE)
    with transaction.atomic():
        locked = QuestionnaireFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if locked.status == FileStatus.PREVIEW:
            finish(locked, FileStatus.DISCARDED, None)
        elif locked.status == FileStatus.DONE:
            raise NotReady(_("It is imported already."))


def waiting(pk: UUID) -> QuestionnaireFile:
    """The file, locked. Raises NotReady where it is not waiting any more."""
    locked = QuestionnaireFile.objects.select_for_update(of=("self",)).get(pk=pk)
    if locked.status != FileStatus.PREVIEW:
        raise NotReady(_("This file was imported or discarded already. Upload it again."))
    return locked


def finish(
    file: QuestionnaireFile,
    status: FileStatus,
    draft: Questionnaire | None,
) -> None:
    """Close an upload. The bytes have served their purpose; how they were read is kept."""
    file.status, file.questionnaire, file.finished_at = status, draft, clock.now()
    file.content = b""
    file.save(
        update_fields=["status", "questionnaire", "finished_at", "content", "report", "mapping"]
    )


def report(found: Found) -> dict[str, Any]:
    """What the page shows, as JSON values."""
    content = found.content
    return {
        "problems": [one.as_json() for one in found.problems[:SHOWN]],
        "more_problems": max(len(found.problems) - SHOWN, 0),
        "notes": [one.as_json() for one in found.notes[:SHOWN]],
        "about": about(content) if content else {},
        "difference": difference(content) if content else {},
    }


def difference(content: schema.Questionnaire) -> dict[str, Any]:
    """What differs from the newest version of the same key in force; empty where there is none."""
    before = latest(content.key)
    if before is None:
        return {}
    old = schema_of_version(before)
    new_keys, old_keys = list(content.by_key), list(old.by_key)
    changed = [
        key for key in new_keys if key in old.by_key and _says(content, key) != _says(old, key)
    ]
    return {
        "version": before.version,
        "same": content.content_hash == old.content_hash,
        "added": [_named(content, key) for key in new_keys if key not in old.by_key][:SHOWN],
        "removed": [_named(old, key) for key in old_keys if key not in content.by_key][:SHOWN],
        "changed": [_named(content, key) for key in changed][:SHOWN],
    }


def _says(content: schema.Questionnaire, key: str) -> dict[str, Any]:
    item = content.by_key[key]
    said = item.question.model_dump(mode="json", exclude={"gate": {"children"}, "comment": True})
    return said | {"section": item.section, "parents": item.parents}


def _named(content: schema.Questionnaire, key: str) -> dict[str, str]:
    return {"key": key, "text": str(content.by_key[key].question.text)[:200]}


def about(content: schema.Questionnaire) -> dict[str, Any]:
    """What a questionnaire contains, in figures."""
    questions = [item.question for item in content.items]
    return {
        "key": content.key,
        "version": content.version,
        "title": str(content.title),
        "languages": list(content.languages),
        "sections": len(content.sections),
        "questions": len(questions),
        "gates": sum(question.gate is not None for question in questions),
        "knock_outs": sum(question.knock_out is not None for question in questions),
        "hash": content.content_hash,
        "titles": {section.key: str(section.title) for section in content.sections},
        "outline": [
            {
                "title": str(section.title),
                "dimension": section.dimension.value,
                "weight": section.weight,
                "questions": sum(item.section == section.key for item in content.items),
            }
            for section in content.sections
        ],
    }


def _read(file_name: str, content: bytes) -> tuple[str, Found | None]:
    """(kind, what is in it); None where a mapping is needed first."""
    if not content.strip():
        raise unusable(_("The file is empty."))
    if file_name.lower().endswith((".yaml", ".yml", ".json")):
        data = vsaq.parsed(content) if file_name.lower().endswith(".json") else None
        if vsaq.is_vsaq(data):
            found = vsaq.read(data, file_name=file_name)
            return QuestionnaireFile.Kind.OWN, _storable(found)
        return QuestionnaireFile.Kind.OWN, _read_text(content)
    try:
        workbook = book.read(content)
    except book.Unreadable as error:
        raise unusable(str(error)) from error
    if workbook_in.is_ours(workbook):
        return QuestionnaireFile.Kind.OWN, _storable(workbook_in.read(workbook))
    return QuestionnaireFile.Kind.FOREIGN, None


def _read_text(content: bytes) -> Found:
    notes = []
    lines = content.decode("utf-8", "replace").splitlines()
    remarks = [at for at, line in enumerate(lines, 1) if line.lstrip().startswith("#")]
    if remarks:
        notes.append(
            Problem(
                _("Notes after # are not kept, such as that in line %(line)d. Use “comment”.")
                % {"line": remarks[0]},
                row=remarks[0],
            )
        )
    try:
        return _storable(Found(schema.load(content), notes=tuple(notes)))
    except schema.QuestionFileInvalid as error:
        return Found(
            None, tuple(Problem(text, column=path) for path, text in error.errors), tuple(notes)
        )


def _storable(found: Found) -> Found:
    """The same, or the problem that keeps it out of the table of questionnaires."""
    content = found.content
    if content is None:
        return found
    if len(content.version) > MOST_VERSION:
        reason = _("Shorten the version to %(most)d characters.") % {"most": MOST_VERSION}
        return Found(None, (Problem(reason, column="version"),), found.notes)
    return found


def unusable(message: str) -> Invalid:
    """A file that is refused as a whole."""
    return Invalid(message, errors={"file": [message]})
