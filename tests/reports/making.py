"""Reports that tests have made, and what their files say."""

import io
from collections.abc import Iterator
from typing import Any, cast
from zipfile import ZipFile

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from accounts.models import BusinessUnit
from reports.models import Report
from reports.services import making, reports
from tests.personas import Person
from vendors.models import Vendor


def report_on(
    vendor: Vendor | None, by: Person, unit: BusinessUnit | None = None, **asked: Any
) -> Report:
    """A report that a worker has made."""
    asked_for = reports.ask(vendor=vendor, unit=unit, by=by.principal, **asked)
    making.make(report_id=asked_for.pk)
    return Report.objects.get(pk=asked_for.pk)


def content(report: Report, by: Person, file_format: str = "pdf") -> bytes:
    """What somebody is handed out."""
    return b"".join(reports.deliver(report=report, file_format=file_format, by=by.principal).pieces)


def paper(content: bytes) -> PdfReader:
    """A PDF, opened."""
    return PdfReader(io.BytesIO(content))


def elements(paper: PdfReader) -> list[tuple[str, str]]:
    """(kind, text that stands for it) of everything in the structure of a PDF."""
    return list(_elements(cast("Any", paper.trailer)["/Root"]["/StructTreeRoot"]))


def _elements(node: Any) -> Iterator[tuple[str, str]]:
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for one in found:
            yield from _elements(one)
    elif isinstance(found, dict):
        if "/S" in found:
            yield str(found["/S"]), str(found.get("/Alt", ""))
        if "/K" in found and found.get("/Type") != "/OBJR":
            yield from _elements(found["/K"])


def text_of(content: bytes) -> str:
    """The words of all pages of a PDF, one space between any two."""
    return " ".join(" ".join(page.extract_text().split()) for page in paper(content).pages)


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    """Sheet -> rows of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def tables_in(content: bytes) -> int:
    """How many live tables a workbook has."""
    with ZipFile(io.BytesIO(content)) as book:
        return sum(name.startswith("xl/tables/") for name in book.namelist())
