"""Files and evidence for tests, made through the services."""

import io
import zipfile
from collections.abc import Mapping
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM, Principal
from vendors.models import Contact, Evidence, Vendor
from vendors.services import evidence

_number = count(1)
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = "application/vnd.openxmlformats-officedocument"


def pdf_bytes(words: str = "") -> bytes:
    """A PDF of one empty page, with words nobody else has in a comment."""
    return (
        b"%PDF-1.4\n%" + (words or f"number {next(_number)}").encode() + b"\n"
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def office_bytes(
    part: str = "wordprocessingml.document", *, parts: Mapping[str, bytes] | None = None
) -> bytes:
    """An Office file whose main document is of this kind, with more `parts` inside."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Override PartName="/main.xml" '
            f'ContentType="{_MAIN}.{part}.main+xml"/></Types>',
        )
        packed.writestr("main.xml", "<main/>")
        for name, content in (parts or {}).items():
            packed.writestr(name, content)
    return made.getvalue()


def upload(name: str = "", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a page receives it; a PDF of its own, unless given."""
    return SimpleUploadedFile(
        name or f"document-{next(_number)}.pdf", pdf_bytes() if content is None else content
    )


def make_evidence(
    vendor: Vendor,
    unit: BusinessUnit,
    *,
    file: Any = None,
    contact: Contact | None = None,
    by: Principal = SYSTEM,
    **values: Any,
) -> Evidence:
    """A document of `vendor` for `unit`; with `contact`, given by one of the vendor's people."""
    if contact is not None:
        by = as_contact(contact)
    values.setdefault("title", f"Document {next(_number)}")
    return evidence.add(
        vendor=vendor, unit=unit, file=file or upload(), contact=contact, by=by, **values
    )


def make_contact(vendor: Vendor, **values: Any) -> Contact:
    """Somebody at `vendor`."""
    number = next(_number)
    values.setdefault("name", f"Contact {number}")
    values.setdefault("email", f"contact-{number}@example.com")
    return Contact.objects.create(vendor=vendor, **values)


def as_contact(contact: Contact) -> Principal:
    """A vendor's person as the one who asks."""
    return Principal("contact", str(contact.pk), contact.name)
