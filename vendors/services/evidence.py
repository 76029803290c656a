"""Evidence: putting documents on record, newer versions of them, putting them right, withdrawing.

Bytes are stored before the row is written and thrown away again when it is not, so that there is no
row without a file, and no file that nothing names. A crash in between leaves bytes behind, which
`manage.py check_evidence` finds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import master_data
from vendors.events import evidence as events
from vendors.models import Contact, Evidence, EvidenceFile, Site, Vendor, VendorUnit
from vendors.selectors.evidence import evidence_of_contact, evidence_visible_to, same_file
from vendors.services import evidence_bytes
from vendors.services.evidence_bytes import Stored
from vendors.services.rows import check_version, differing, user_id

#: What `change` takes.
FIELDS: Final = ("title", "kind", "confidentiality", "issued_on", "expires_on", "site")
_LONGEST_REASON: Final = 2_000


class SameFile(Refused):
    """The same bytes are on record for this vendor already. `extra["evidence_id"]`: which."""

    code = "same_file"


class Withdrawn(Refused):
    """The document was withdrawn: it stays as it is."""

    code = "evidence_withdrawn"


@dataclass(frozen=True)
class Download:
    """A file that may be handed out: its row, and its bytes in pieces."""

    file: EvidenceFile
    pieces: Iterator[bytes]


def add(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    file: Any,
    title: str = "",
    kind: str = Evidence.Kind.OTHER,
    confidentiality: str = Evidence.Confidentiality.CONFIDENTIAL,
    issued_on: date | None = None,
    expires_on: date | None = None,
    site: Site | None = None,
    again: bool = False,
    contact: Contact | None = None,
    by: Principal,
) -> Evidence:
    """A document of `vendor` for `unit`, with its first file. Without a title it has the file's.

    file: an upload, or anything with `name`, `read` and `seek`. `again`: take it although the same
    bytes are on record. `contact`: who at the vendor gives it; `by` is then that person.

    Raises Invalid per field, SameFile, Infected, ScannerUnavailable, StorageUnavailable.
    """
    _may(vendor, unit, contact, by)
    seen = evidence_bytes.look_at(file)
    values = _clean(
        vendor,
        {
            "title": title or seen.name.rpartition(".")[0],
            "kind": kind,
            "confidentiality": confidentiality,
            "issued_on": issued_on,
            "expires_on": expires_on,
            "site": site,
        },
    )
    if not again:
        _refuse_same(vendor, unit, seen.sha256, contact, by)
    stored = evidence_bytes.store(file, seen)
    try:
        with transaction.atomic():
            evidence = Evidence.objects.create(vendor=vendor, unit=unit, **values)
            row = _file_row(evidence, 1, stored, contact=contact, by=by)
            record(
                events.EvidenceAdded(
                    aggregate_id=evidence.pk,
                    unit_id=unit.pk,
                    vendor_id=vendor.pk,
                    kind=evidence.kind,
                    confidentiality=evidence.confidentiality,
                    expires_on=_day(evidence.expires_on),
                    file_id=row.pk,
                    sha256=row.sha256,
                    size=row.size,
                    title=evidence.title,
                    name=row.name,
                ),
                by=by,
            )
    except BaseException:
        evidence_bytes.discard(stored.key)
        raise
    return evidence


def add_version(
    *,
    evidence: Evidence,
    file: Any,
    issued_on: date | None = None,
    expires_on: date | None = None,
    contact: Contact | None = None,
    by: Principal,
) -> EvidenceFile:
    """A newer file of the same document, with its own dates; older files stay on record.

    Raises Invalid, Withdrawn, SameFile for the bytes of the latest file, and what `add` raises.
    """
    _may(evidence.vendor, evidence.unit, contact, by)
    seen = evidence_bytes.look_at(file)
    values = _clean(evidence.vendor, {"issued_on": issued_on, "expires_on": expires_on})
    stored = evidence_bytes.store(file, seen)
    try:
        with transaction.atomic():
            locked = hold(evidence)
            latest = EvidenceFile.objects.filter(evidence=locked).order_by("-number").first()
            if latest is not None and latest.sha256 == seen.sha256:
                raise SameFile(
                    _("This is the file that is on record already."), evidence_id=locked.pk
                )
            number = latest.number + 1 if latest else 1
            row = _file_row(locked, number, stored, contact=contact, by=by)
            write(locked, values)
            record(
                events.EvidenceVersionAdded(
                    aggregate_id=locked.pk,
                    unit_id=locked.unit_id,
                    vendor_id=locked.vendor_id,
                    number=number,
                    expires_on=_day(locked.expires_on),
                    file_id=row.pk,
                    sha256=row.sha256,
                    size=row.size,
                    name=row.name,
                ),
                by=by,
            )
    except BaseException:
        evidence_bytes.discard(stored.key)
        raise
    return row


def change(
    *, evidence: Evidence, version: int, values: Mapping[str, Any], by: Principal
) -> Evidence:
    """What is recorded of a document, put right: any of `FIELDS`.

    Whatever answers it proves follow (`assessments.services.proof`). Raises Invalid per field,
    OutOfDate, Withdrawn.
    """
    require(by, Permission.EDIT_EVIDENCE, evidence.unit_id)
    with transaction.atomic():
        locked = hold(evidence, version)
        after = differing(locked, _clean(locked.vendor, values, there=locked))
        if not after:
            return locked
        before = {name: getattr(locked, name) for name in after}
        write(locked, after)
        changed(locked, before=before, after=after, by=by)
    return locked


def withdraw(*, evidence: Evidence, version: int, reason: str, by: Principal) -> Evidence:
    """It proves nothing any more, wherever it is used. The file stays on record.

    Raises Invalid without a reason, OutOfDate, Withdrawn.
    """
    require(by, Permission.EDIT_EVIDENCE, evidence.unit_id)
    reason = reason.strip()[:_LONGEST_REASON]
    if not reason:
        raise master_data.invalid({"reason": [_("Give a reason.")]})
    with transaction.atomic():
        locked = hold(evidence, version)
        write(locked, {"withdrawn_at": clock.now(), "withdrawn_because": reason})
        record(
            events.EvidenceWithdrawn(
                aggregate_id=locked.pk,
                unit_id=locked.unit_id,
                vendor_id=locked.vendor_id,
                reason=reason,
            ),
            by=by,
        )
    return locked


def deliver(*, file: EvidenceFile, by: Principal) -> Download:
    """Hand a file out to `by`, who may see it (`files_visible_to`); noted in the record.

    Raises FileGone, StorageUnavailable; then nothing is noted.
    """
    pieces = evidence_bytes.read(file)
    with transaction.atomic():
        record(
            events.EvidenceDownloaded(
                aggregate_id=file.evidence_id,
                unit_id=file.evidence.unit_id,
                vendor_id=file.evidence.vendor_id,
                file_id=file.pk,
                number=file.number,
                name=file.name,
            ),
            by=by,
        )
    return Download(file, pieces)


def changed(
    evidence: Evidence, *, before: Mapping[str, Any], after: Mapping[str, Any], by: Principal
) -> None:
    """Record that these fields of a document have other values now."""
    record(
        events.EvidenceChanged(
            aggregate_id=evidence.pk,
            unit_id=evidence.unit_id,
            vendor_id=evidence.vendor_id,
            fields=sorted(after),
            before={name: _plain(value) for name, value in before.items()},
            after={name: _plain(value) for name, value in after.items()},
        ),
        by=by,
    )


def _may(vendor: Vendor, unit: BusinessUnit, contact: Contact | None, by: Principal) -> None:
    """Raise NotAllowed unless `by` may give this unit evidence about this vendor.

    A contact gives evidence about their own vendor; which assessments are theirs, and so which
    unit it is for, is the portal's to know.
    """
    if contact is None:
        require(by, Permission.EDIT_EVIDENCE, unit.pk)
    elif by.kind != "contact" or by.id != str(contact.pk) or contact.vendor_id != vendor.pk:
        raise NotAllowed(_("You may not do this."), permission=Permission.EDIT_EVIDENCE.value)
    if not VendorUnit.objects.filter(vendor=vendor, unit=unit).exists():
        raise NotAllowed(
            _("This business unit does not work with this vendor."),
            permission=Permission.EDIT_EVIDENCE.value,
        )


def _refuse_same(
    vendor: Vendor, unit: BusinessUnit, sha256: str, contact: Contact | None, by: Principal
) -> None:
    """Only what the one who asks may see is named: others cannot find out what is on record."""
    rows = evidence_of_contact(contact, unit) if contact else evidence_visible_to(by)
    found = same_file(rows, vendor=vendor, unit=unit, sha256=sha256)
    if found is not None:
        raise SameFile(
            _("This file is on record already: “%(title)s”.") % {"title": found.title},
            evidence_id=found.pk,
        )


def _file_row(
    evidence: Evidence, number: int, stored: Stored, *, contact: Contact | None, by: Principal
) -> EvidenceFile:
    return EvidenceFile.objects.create(
        evidence=evidence,
        number=number,
        uploaded_at=clock.now(),
        uploaded_by_id=user_id(by),
        uploaded_by_contact=contact,
        **stored.as_columns(),
    )


def _clean(
    vendor: Vendor, values: Mapping[str, Any], there: Evidence | None = None
) -> dict[str, Any]:
    """The values as they are stored; `there` has those that are not given. Raises Invalid."""
    cleaned = dict(values)
    errors: dict[str, list[str]] = {}
    if "title" in cleaned:
        cleaned["title"] = master_data.tidy(str(cleaned["title"]))[:200]
        if not cleaned["title"]:
            errors["title"] = [_("Give the document a title.")]
    if cleaned.get("kind", Evidence.Kind.OTHER) not in Evidence.Kind.values:
        errors["kind"] = [_("Choose what it is.")]
    levels = Evidence.Confidentiality
    if cleaned.get("confidentiality", levels.STRICT) not in levels.values:
        errors["confidentiality"] = [_("Choose how confidential it is.")]
    site = cleaned.get("site")
    if site is not None and site.vendor_id != vendor.pk:
        errors["site"] = [_("Choose a site of this vendor.")]
    begins = cleaned.get("issued_on", there.issued_on if there else None)
    ends = cleaned.get("expires_on", there.expires_on if there else None)
    if "issued_on" in cleaned and begins and begins > clock.today():
        errors["issued_on"] = [_("That day has not come yet.")]
    if begins and ends and ends < begins:
        errors["expires_on"] = [_("It cannot end before it was issued.")]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def hold(evidence: Evidence, version: int | None = None) -> Evidence:
    """The document, locked. Raises OutOfDate, Withdrawn."""
    row = Evidence.objects.select_for_update(of=("self",)).select_related("vendor", "site")
    locked = row.get(pk=evidence.pk)
    if version is not None:
        check_version(locked, version, FIELDS)
    if locked.withdrawn_at is not None:
        raise Withdrawn(_("This document was withdrawn, so it stays as it is."))
    return locked


def write(evidence: Evidence, values: Mapping[str, Any]) -> None:
    """Save these fields of a document that is held; its version rises."""
    for name, value in values.items():
        setattr(evidence, name, value)
    evidence.version += 1
    evidence.save(update_fields=[*values, "version"])


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | list):
        return value
    return value.isoformat() if isinstance(value, date) else str(getattr(value, "pk", value))
