"""Files made to harm: bombs, entities, two types in one, names that mislead or lead away."""

import io
import os
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import BusinessUnit
from audit.texts import straight, straightened
from tests.factories.accounts import make_api_client, make_key
from tests.factories.evidence import pdf_bytes, upload
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.imports import table
from vendors.imports.packed import Unreadable
from vendors.models import Evidence, EvidenceFile, Vendor, VendorImport

RLO, PDI = "\u202e", "\u2069"


def _is_header(cells: object) -> int:
    return 1


def _workbook(*cells: tuple[int, int, str]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, column, said in cells:
            sheet.write_string(row, column, said)
    return stream.getvalue()


def _with(content: bytes, parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, inside in parts.items():
            new.writestr(name, inside)
    return made.getvalue()


def _sheet(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read("xl/worksheets/sheet1.xml")


def _lying(content: bytes, name: str, inside: bytes, *, right: bool = False) -> bytes:
    """The workbook with one more part, of which it says that it unpacks to 100 bytes; `right`: with
    a checksum that fits those."""
    whole = _with(content, {name: inside})
    whole = whole.replace(struct.pack("<I", len(inside)), struct.pack("<I", 100))
    if right:
        told, fits = (struct.pack("<I", zlib.crc32(one)) for one in (inside, inside[:100]))
        whole = whole.replace(told, fits)
    return whole


BOMBS = {
    "a workbook that unpacks to gigabytes": lambda: _with(
        _workbook((0, 0, "name")), {"xl/media/image1.bin": bytes(160_000_000)}
    ),
    "one that says it is small": lambda: _lying(
        _workbook((0, 0, "name")), "xl/media/image1.bin", bytes(160_000_000)
    ),
    "one that says so with a checksum that fits": lambda: _lying(
        _workbook((0, 0, "name")), "xl/media/image1.bin", bytes(160_000_000), right=True
    ),
    "one of thousands of parts": lambda: _with(
        _workbook((0, 0, "name")), {f"xl/media/{at}.bin": b"" for at in range(5_001)}
    ),
    "one with a cell in its last row and column": lambda: _workbook(
        (0, 0, "name"), (1, 0, "Acme"), (1_048_575, 16_383, "x")
    ),
    "one whose cells are only named far away": lambda: _with(
        _workbook((0, 0, "name"), (1, 0, "Acme")),
        {
            "xl/worksheets/sheet1.xml": _sheet(_workbook((0, 0, "name"), (1, 0, "Acme"))).replace(
                b'r="A2"', b'r="XFD1048576"'
            )
        },
    ),
    "one that declares entities": lambda: _with(
        _workbook((0, 0, "name")),
        {
            "xl/worksheets/sheet1.xml": _sheet(_workbook((0, 0, "name"))).replace(
                b"?>",
                b'?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>',
                1,
            )
        },
    ),
    "one in another kind of archive": lambda: _with(
        b"PK\x05\x06" + bytes(18), {"xl/workbook.bin": b"x", "xl/worksheets/sheet1.bin": b"x"}
    ),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_list_that_would_fill_the_memory_is_refused_with_a_sentence(what: str) -> None:
    content = BOMBS[what]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable) as refused:
        table.read(content, is_header=_is_header)
    assert str(refused.value).endswith(".")
    # In KB: nothing of its size was ever there.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000


def test_a_list_with_an_empty_look_far_down_is_still_read() -> None:
    """A workbook whose last used row is far down, as spreadsheets write them."""
    read = table.read(
        _workbook((0, 0, "name"), (1, 0, "Acme"), (60_000, 0, " ")), is_header=_is_header
    )
    assert [line.cells[0] for line in read.lines] == ["Acme"]


_NESTED = """
import resource, sys, io
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
import django
django.setup()
from assessments import schema
from scoring.engine import method_file
text = sys.stdin.read()
for read in (schema.load, method_file.read):
    try:
        read(text)
    except Exception as error:
        print(type(error).__name__)
    else:
        print("taken")
"""


def test_yaml_that_unfolds_for_ever_is_refused_within_bounds() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 10)]
    laughs = "\n".join([*levels, "title: *a9", "key: *a9", "sections: *a9"])
    assert yaml.safe_load(laughs)["a9"] is not None
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _NESTED],
        input=laughs,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.split()) == 2
    assert not {"taken", "MemoryError"} & set(ran.stdout.split())


def _pages(browser: Person, path: str, file: SimpleUploadedFile, **form: str) -> str:
    answer = browser.browser.post(path, {"file": file, **form}, follow=True)
    assert answer.status_code < 500
    return str(answer.content.decode())


@pytest.mark.django_db
def test_a_page_in_the_clothes_of_a_document_is_neither_kept_nor_shown(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    path = reverse("vendors:evidence_add", args=[vendor.pk])
    for name, content in (
        ("policy.pdf", b"<html><script>alert(1)</script></html>"),
        ("policy.pdf", b"GIF89a/*" + pdf_bytes("x")),
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"PK\x03\x04" + bytes(200)),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("page.pdf.html", pdf_bytes("x")),
    ):
        _pages(procurement, path, SimpleUploadedFile(name, content), kind="other", title="x")
        assert not Evidence.objects.filter(vendor=vendor).exists(), name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.pdf", "..\\..\\x.pdf", "/etc/passwd.pdf", "C:\\x.pdf", "a\0b.pdf",
     "a\r\nSet-Cookie: x=1.pdf", 'a";filename="evil.exe.pdf', "\u202efdp.exe.pdf",
     "x" * 5000 + ".pdf"],
)  # fmt: skip
def test_a_name_leads_nowhere_and_adds_nothing_to_an_answer(
    name: str, unit: BusinessUnit, procurement: Person
) -> None:
    from tests.factories.evidence import make_evidence

    document = make_evidence(make_vendor(unit), unit, file=upload(name))
    [file] = EvidenceFile.objects.filter(evidence=document)
    assert ".." not in file.key
    assert not Path(file.key).is_absolute()
    assert not set(file.name) & set('/\\\0\r\n"<>\u202e')
    answer = procurement.browser.get(reverse("vendors:evidence_file", args=[file.pk]))
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment")
    assert "\n" not in said
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_marks_of_direction_are_taken_off_names_by_every_door(
    unit: BusinessUnit, procurement: Person
) -> None:
    given = f"Halden{RLO}sloot{PDI} Tools"
    procurement.browser.post(
        reverse("vendors:add"), {"name": given, "unit": str(unit.pk), "confirm": "1"}
    )
    client = make_api_client(unit, scopes=["vendors:read", "vendors:write"])
    procurement.browser.put(
        reverse("api:vendor-by-external-id", args=["sap-prd-100", "42"]),
        {"name": f"Umber{RLO} Works", "units": [unit.code]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_key(client)}"},
    )
    listed = SimpleUploadedFile(f"list{RLO}vsc.csv", f"name\nQuill{RLO} Mills\n".encode())
    answer = procurement.browser.post(
        reverse("vendors:import_new"), {"file": listed, "unit": str(unit.pk)}
    )
    procurement.browser.post(answer.headers["Location"], {"run": "1"})
    names = set(Vendor.objects.values_list("name", flat=True))
    assert {"Haldensloot Tools", "Umber Works"} <= names
    [made] = VendorImport.objects.all()
    assert RLO not in made.file_name
    assert not [name for name in names if set(name) & {RLO, PDI}]


@given(st.text())
def test_nothing_but_orders_of_direction_is_taken_off(text: str) -> None:
    orders = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
    assert straight(text) == "".join(char for char in text if char not in orders)
    assert straightened({"a": [text, 1, None]}) == {"a": [straight(text), 1, None]}


def test_scripts_that_run_from_the_right_stay_as_they_are() -> None:
    for name in ("شركة الخليج", "חברת תעשיות", "\u200fABC\u200e", "می\u200cخ"):
        assert straight(name) == name


def test_a_compressed_body_is_not_unpacked(db: None, unit: BusinessUnit) -> None:
    key = make_key(make_api_client(unit))
    answer = Client().post(
        "/api/v1/scores/lookup", zlib.compress(bytes(50_000_000)), content_type="application/json",
        headers={"Authorization": f"Bearer {key}", "Content-Encoding": "deflate"},
    )  # fmt: skip
    assert answer.status_code == 400
