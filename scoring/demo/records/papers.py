"""Evidence in the demo: small files of our own making, and certificates with their scope."""

from __future__ import annotations

import io
from collections.abc import Iterator

from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from assessments.services import proof
from assessments.sheet import State
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.models import Evidence, Site, Vendor
from vendors.services import certificates, evidence


class Certified(Part):
    """What a certificate says. Without `sites` it covers all that the vendor has."""

    standard: str
    level: str = ""
    number: str = ""
    issuer: str
    scope: str
    covers: tuple[str, ...] = ()
    services: tuple[str, ...]
    sites: tuple[str, ...] = ()


class Paper(Part):
    """A document. `until`: weeks ago; negative: to come. `beside`: questions that it proves."""

    vendor: str
    weeks: Ago
    title: str
    kind: str
    lines: tuple[str, ...]
    text: bool = False
    confidentiality: str = "confidential"
    issued: Ago | None = None
    until: Ago | None = None
    certified: Certified | None = None
    newer: Ago | None = None
    withdrawn: Ago | None = None
    because: str = ""
    beside: tuple[str, ...] = ()


def stories(scene: Scene, told: tuple[Paper, ...]) -> Iterator[Story]:
    """One story per document."""
    for paper in told:
        if scene.has(paper.vendor):
            yield _paper(scene, paper)


def _paper(scene: Scene, paper: Paper) -> Story:
    yield scene.at(paper.weeks, paper.title)
    vendor = scene.vendor(paper.vendor)
    unit = scene.unit(vendor)
    by = scene.buyer(unit)
    made = evidence.add(
        vendor=vendor,
        unit=unit,
        file=_file(paper, 1),
        title=paper.title,
        kind=paper.kind,
        confidentiality=paper.confidentiality,
        issued_on=scene.day_or_none(paper.issued),
        expires_on=scene.day_or_none(paper.until),
        by=by,
    )
    if paper.certified is not None:
        said = paper.certified
        certificates.describe(
            evidence=made,
            version=made.version,
            values={**said.model_dump(), "sites": _sites(vendor, said.sites)},
            by=by,
        )
    for assessment in _open_ones(made):
        answers = answers_of(assessment)
        for key in paper.beside:
            if key in answers and answers[key].state == State.ANSWERED:
                who = scene.legal(unit) if assessment.status == "in_review" else by
                proof.attach(assessment=assessment, question_key=key, evidence=made, by=who)
    if paper.newer is not None:
        yield scene.at(paper.newer, paper.title)
        made.refresh_from_db()
        evidence.add_version(
            evidence=made,
            file=_file(paper, 2),
            issued_on=made.issued_on,
            expires_on=made.expires_on,
            by=by,
        )
    if paper.withdrawn is not None:
        yield scene.at(paper.withdrawn, paper.title)
        made.refresh_from_db()
        evidence.withdraw(evidence=made, version=made.version, reason=paper.because, by=by)
        proof.follow(evidence_id=made.pk)


def _sites(vendor: Vendor, names: tuple[str, ...]) -> list[Site]:
    rows = Site.objects.filter(vendor=vendor, closed_on=None)
    return list(rows.filter(name__in=names) if names else rows)


def _open_ones(document: Evidence) -> list[Assessment]:
    rows = Assessment.objects.filter(vendor=document.vendor, unit=document.unit)
    return list(rows.filter(status__in=("draft", "sent", "returned", "in_review")))


def _file(paper: Paper, number: int) -> io.BytesIO:
    lines = [paper.title, paper.vendor, f"Version {number}", "", *paper.lines]
    body = "\n".join(lines).encode() if paper.text else pdf(lines)
    file = io.BytesIO(body)
    ending = "txt" if paper.text else "pdf"
    file.name = f"{paper.title}.{ending}"  # a file on disk has one, too
    return file


def pdf(lines: list[str]) -> bytes:
    """A page of A4 with these lines, set in the Helvetica that every reader has."""
    escaped = [
        line.encode("cp1252", "replace").replace(b"\\", b"\\\\")
        .replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in lines
    ]  # fmt: skip
    text = b"BT /F1 11 Tf 14 TL 60 780 Td " + b" ".join(b"(" + x + b") '" for x in escaped) + b" ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources 6 0 R/Contents 5 0 R>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Font<</F1 4 0 R>>>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(made))
    return made + table + end
