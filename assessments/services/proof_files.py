"""Files put beside an answer: each becomes a document of the vendor, or the one it is already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.principal import Principal
from assessments.models import AnswerEvidence, Assessment
from assessments.services import proof
from audit.errors import Invalid, Refused
from vendors.models import Contact, Evidence
from vendors.services import evidence
from vendors.services.evidence import SameFile


@dataclass(frozen=True)
class Put:
    """What came of it: documents added, documents that were on record already and are used again,
    and (name of the file, why not) of what was refused."""

    added: tuple[Evidence, ...]
    used_again: tuple[Evidence, ...]
    refused: tuple[tuple[str, str], ...]


def put(
    *,
    assessment: Assessment,
    question_key: str,
    files: Iterable[tuple[Any, str]],
    about: Mapping[str, Any],
    contact: Contact | None = None,
    by: Principal,
) -> Put:
    """Add files and put them beside the answer. Each by itself: what is fine stays.

    files: (upload, title or ""). about: kind, confidentiality, issued_on, expires_on, site, as
    `vendors.services.evidence.add` takes them. Raises Frozen, InvalidAnswers (nothing is stored),
    and Invalid for what is wrong with `about`.
    """
    proof.check(assessment=assessment, question_key=question_key, contact=contact, by=by)
    added: list[Evidence] = []
    used_again: list[Evidence] = []
    refused: list[tuple[str, str]] = []
    for file, title in files:
        try:
            made, is_new = _document(assessment, file, {"title": title, **about}, contact, by)
        except Invalid as error:
            if set(error.extra.get("errors", {})) - {"file"}:
                raise
            refused.append((str(file.name), error.message))
            continue
        except Refused as error:
            refused.append((str(file.name), error.message))
            continue
        (added if is_new else used_again).append(made)
        proof.attach(
            assessment=assessment, question_key=question_key, evidence=made, contact=contact, by=by
        )
    return Put(tuple(added), tuple(used_again), tuple(refused))


def put_one(
    *,
    assessment: Assessment,
    question_key: str,
    file: Any,
    title: str,
    about: Mapping[str, Any],
    by: Principal,
) -> tuple[AnswerEvidence, bool]:
    """Put one file beside an answer: the link, and whether its document is new.

    What is wrong with the file raises, as `vendors.services.evidence.add` says.
    """
    proof.check(assessment=assessment, question_key=question_key, by=by)
    made, is_new = _document(assessment, file, {"title": title, **about}, None, by)
    link = proof.attach(assessment=assessment, question_key=question_key, evidence=made, by=by)
    return link, is_new


def _document(
    assessment: Assessment,
    file: Any,
    about: Mapping[str, Any],
    contact: Contact | None,
    by: Principal,
) -> tuple[Evidence, bool]:
    """A document of these bytes, and whether it is new."""
    try:
        made = evidence.add(
            vendor=assessment.vendor,
            unit=assessment.unit,
            file=file,
            contact=contact,
            by=by,
            **about,
        )
    except SameFile as same:
        return Evidence.objects.get(pk=same.extra["evidence_id"]), False
    return made, True


def use(
    *,
    assessment: Assessment,
    question_key: str,
    documents: Iterable[Evidence],
    contact: Contact | None = None,
    by: Principal,
) -> int:
    """Put documents that are on record beside the answer; how many."""
    count = 0
    for one in documents:
        proof.attach(
            assessment=assessment, question_key=question_key, evidence=one, contact=contact, by=by
        )
        count += 1
    return count
