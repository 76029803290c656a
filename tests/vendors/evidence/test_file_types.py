"""What may be uploaded is told from the content, and from the ending of the name together."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.evidence import office_bytes, pdf_bytes
from vendors.file_types import NAME_LENGTH, WrongFile, clean_name, content_type_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 200
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 200
EXE = b"MZ\x90\0\x03\0\0\0" + b"\0" * 200


@pytest.mark.parametrize(
    ("name", "content", "is_a"),
    [
        ("a.pdf", pdf_bytes("x"), "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.txt", "Größe: 5 < 6 µm\n".encode(), "text/plain"),
        ("a.txt", "old code page: Größe".encode("cp1252"), "text/plain"),
        ("a.txt", "wide: Größe".encode("utf-16"), "text/plain"),
        ("a.csv", b"name;day\nHalden;2026-01-01\n", "text/csv"),
        (
            "a.docx",
            office_bytes(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "a.xlsx",
            office_bytes("spreadsheetml.sheet"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_a_file_whose_content_is_what_its_name_says_is_taken(
    name: str, content: bytes, is_a: str
) -> None:
    assert content_type_of(name, io.BytesIO(content)) == is_a


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html></html>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("tool.exe", EXE),
        ("run.sh", b"#!/bin/sh\n"),
        ("macros.docm", office_bytes()),
        ("many.zip", office_bytes()),
        ("none", pdf_bytes("x")),
        ("policy.pdf.html", pdf_bytes("x")),
    ],
)
def test_types_that_are_not_on_the_list_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(WrongFile, match="These can: PDF, Word"):
        content_type_of(name, io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("policy.pdf", EXE),
        ("policy.pdf", b"<html><script>alert(1)</script></html>"),
        ("policy.pdf", b"<html>\n" + pdf_bytes("x")),
        ("policy.pdf", b""),
        ("photo.png", JPEG),
        ("photo.jpg", JPEG + office_bytes()),
        ("photo.jpg", b"<svg onload='x'></svg>"),
        ("list.csv", b"a;b\n<script>alert(1)</script>\n"),
        ("list.csv", b"a" * 70_000 + b"<scr" + b"ipt>"),
        ("notes.txt", EXE),
        ("notes.txt", b"#!/bin/sh\nrm x\n"),
        ("notes.txt", b"<?php echo 1;"),
        ("notes.txt", "<html>".encode("utf-16")),
        ("notes.txt", pdf_bytes("x")),
        ("paper.docx", office_bytes("spreadsheetml.sheet")),
        ("paper.docx", b"PK\x03\x04 not really"),
        ("paper.docx", pdf_bytes("x")),
        ("paper.odt", office_bytes()),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(WrongFile, match="not what its name says"):
        content_type_of(name, io.BytesIO(content))


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/activeX/one.xml", "word/run.exe"])
def test_an_office_file_with_macros_or_programs_is_refused(part: str) -> None:
    with pytest.raises(WrongFile, match="macros or programs"):
        content_type_of("paper.docx", io.BytesIO(office_bytes(parts={part: b"x"})))


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("../../etc/policy.pdf", "policy.pdf"),
        ("C:\\Users\\me\\policy.PDF", "policy.pdf"),
        ("policy\u202efdp.exe.pdf", "policyfdp.exe.pdf"),
        ("  two   spaces .pdf", "two spaces.pdf"),
        ("a\0b\n.pdf", "ab.pdf"),
        (".pdf", "pdf"),
        ("..", ""),
        ("con.txt", "_con.txt"),
        ("50% <off>.txt", "50_ _off_.txt"),
        ("质量 体系.pdf", "质量 体系.pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, cleaned: str) -> None:
    assert clean_name(given_name) == cleaned


@given(st.text(max_size=300))
def test_a_clean_name_is_short_and_stays_as_it_is(name: str) -> None:
    once = clean_name(name)
    assert len(once) <= NAME_LENGTH
    assert not set(once) & set('/\\\0\n\r"<>')
    assert clean_name(once) == once


@given(st.binary(max_size=400), st.sampled_from(["pdf", "docx", "txt", "csv", "png", "heic"]))
def test_whatever_the_bytes_are_the_answer_is_a_type_or_a_sentence(
    content: bytes, ending: str
) -> None:
    with suppress(WrongFile):
        assert content_type_of(f"a.{ending}", io.BytesIO(content))
