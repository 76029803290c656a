"""The intake: what a buyer tells about an engagement before anybody asks the vendor.

Its answers give the inherent risk of the engagement and, with the kind of intellectual property and
of service, decide which questions an assessment asks. Pure: no Django, no clock. The questions are
data, in ``vendors/data/intake.yaml``.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from vendors.question_file import (
    Counts,
    Frozen,
    Key,
    Loc,
    Option,
    Problems,
    QuestionFileInvalid,
    ResolveRule,
    Text,
    option_problems,
    problems_of,
    read_translated,
    read_yaml,
    resolve_multiple,
    translatable,
    validate_multiple,
    validate_single,
)

INTAKE_FILE: Final = Path(__file__).parent / "data" / "intake.yaml"
#: The intake question whose answers are the kinds of intellectual property entrusted.
IP_QUESTION: Final = "ip_entrusted"

IntakeValue = str | list[str]


class IpKind(StrEnum):
    """Kinds of intellectual property, and of data, that may be entrusted to a vendor."""

    TRADE_SECRETS = "trade_secrets"
    SOURCE_CODE = "source_code"
    DESIGNS = "designs"
    INVENTIONS = "inventions"
    BRANDS = "brands"
    MOULDS_TOOLING = "moulds_tooling"
    COPYRIGHT_WORKS = "copyright_works"
    PERSONAL_DATA = "personal_data"


class Service(StrEnum):
    """Kinds of service an engagement may be for."""

    CONTRACT_MANUFACTURING = "contract_manufacturing"
    TOOLING = "tooling"
    SOFTWARE_DEVELOPMENT = "software_development"
    CLOUD_HOSTING = "cloud_hosting"
    DESIGN_SERVICES = "design_services"
    RESEARCH = "research"
    DISTRIBUTION = "distribution"
    PROFESSIONAL_SERVICES = "professional_services"
    OTHER = "other"


IP_KINDS: Final[Mapping[str, str]] = {
    IpKind.TRADE_SECRETS: translatable("Trade secrets and know-how"),
    IpKind.SOURCE_CODE: translatable("Source code and software"),
    IpKind.DESIGNS: translatable("Designs, drawings and CAD data"),
    IpKind.INVENTIONS: translatable("Inventions and patents"),
    IpKind.BRANDS: translatable("Brands and trade marks"),
    IpKind.MOULDS_TOOLING: translatable("Moulds, tools, masters and test equipment"),
    IpKind.COPYRIGHT_WORKS: translatable("Documents, images and other works"),
    IpKind.PERSONAL_DATA: translatable("Personal data of our customers or staff"),
}
SERVICES: Final[Mapping[str, str]] = {
    Service.CONTRACT_MANUFACTURING: translatable("Contract manufacturing"),
    Service.TOOLING: translatable("Tool and mould making"),
    Service.SOFTWARE_DEVELOPMENT: translatable("Software development"),
    Service.CLOUD_HOSTING: translatable("Hosting and cloud services"),
    Service.DESIGN_SERVICES: translatable("Design and engineering services"),
    Service.RESEARCH: translatable("Research and development"),
    Service.DISTRIBUTION: translatable("Distribution and licensed sales"),
    Service.PROFESSIONAL_SERVICES: translatable("Professional and administrative services"),
    Service.OTHER: translatable("Something else"),
}


class IntakeInvalid(ValueError):
    """Intake answers cannot be stored. ``errors`` maps the question's key to a sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{key}: {text}" for key, text in self.errors.items()))


class IntakeQuestion(Frozen):
    """One question about an engagement, answered by choosing one or several options."""

    key: Key
    kind: Literal["single", "multiple"]
    text: Text
    why: Text
    help: Text | None = None
    weight: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 1
    options: Annotated[tuple[Option, ...], Field(min_length=2)]
    resolve: ResolveRule | None = None
    counts: Counts = "chosen"

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        found = list(option_problems(self.options))
        if (self.kind == "multiple") != (self.resolve is not None):
            found.append((("resolve",), "is for multiple choices, and needed there"))
        if found:
            raise Problems(found)
        return self


class Intake(Frozen):
    """The intake file: its questions in order."""

    model_config = ConfigDict(ignored_types=(cached_property,))

    key: Key
    version: Annotated[str, Field(min_length=1, max_length=30)]
    title: Text
    questions: Annotated[tuple[IntakeQuestion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        found = [*_intake_problems(self)]
        if found:
            raise Problems(found)
        return self

    @cached_property
    def by_key(self) -> Mapping[str, IntakeQuestion]:
        """Return the questions by key."""
        return {question.key: question for question in self.questions}

    @property
    def weights(self) -> dict[str, float]:
        """Return the weight of each question, in order."""
        return {question.key: question.weight for question in self.questions}


def _intake_problems(intake: Intake) -> Iterator[tuple[Loc, str]]:
    keys = [question.key for question in intake.questions]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield ("questions", index, "key"), f"'{key}' is used twice"
    entrusted = next((q for q in intake.questions if q.key == IP_QUESTION), None)
    if entrusted is None:
        yield ("questions",), f"'{IP_QUESTION}' is missing"
    elif {option.key for option in entrusted.options if not option.exclusive} != set(IP_KINDS):
        yield (
            ("questions", keys.index(IP_QUESTION), "options"),
            "must be the kinds of IP, no more and no fewer",
        )


def parse_intake(source: str | bytes) -> Intake:
    """Return the intake written in ``source``. Raises QuestionFileInvalid with paths."""
    return _intake_of(read_yaml(source))


def _intake_of(data: Any) -> Intake:
    try:
        return Intake.model_validate(data)
    except ValidationError as error:
        raise QuestionFileInvalid(problems_of(error)) from error


@cache
def intake() -> Intake:
    """Return the built-in intake, read once."""
    return _intake_of(read_translated(INTAKE_FILE))


def validate_intake_value(question: IntakeQuestion, value: object) -> IntakeValue:
    """Return ``value`` as it is stored: an option key, or a list of them.

    Raises ValueError with a sentence for the reader.
    """
    if question.kind == "single":
        return validate_single(question.options, value)
    return validate_multiple(question.options, value)


def validate_intake(values: Mapping[str, object]) -> dict[str, IntakeValue]:
    """Return the answers as they are stored; questions left empty (None, "", []) are left out.

    Raises IntakeInvalid with a sentence for each answer that cannot be stored.
    """
    known = intake().by_key
    errors = {key: "There is no such question." for key in values if key not in known}
    stored: dict[str, IntakeValue] = {}
    for key, question in known.items():
        value = values.get(key)
        if value is None or value in ("", [], ()):
            continue
        try:
            stored[key] = validate_intake_value(question, value)
        except ValueError as error:
            errors[key] = str(error)
    if errors:
        raise IntakeInvalid(errors)
    return stored


def intake_risk(question: IntakeQuestion, value: object) -> int | None:
    """Return the risk of a stored answer in 1/10,000, or None when it is not answered."""
    if value is None or value in ("", [], ()):
        return None
    stored = validate_intake_value(question, value)
    if isinstance(stored, list):
        return resolve_multiple(
            question.options, stored, question.resolve or "max", question.counts
        )
    return next(option.risk for option in question.options if option.key == stored)


def intake_risks(values: Mapping[str, object]) -> list[tuple[str, int | None]]:
    """Return (key, risk in 1/10,000) of every intake question in order; None where unknown.

    Raises ValueError for a value that does not belong to its question.
    """
    return [
        (question.key, intake_risk(question, values.get(question.key)))
        for question in intake().questions
    ]


#: Stands for "not known" among packed risks.
UNKNOWN_RISK: Final = 0xFFFF


@cache
def packed_layout() -> bytes:
    """Return the 8 bytes at the head of packed intakes; they change with the intake file."""
    return hashlib.sha256(INTAKE_FILE.read_bytes()).digest()[:8]


def pack_intake(values: Mapping[str, object]) -> bytes:
    """Return stored answers as the numbers that count: `packed_layout`, then per question in order
    its risk as u16 (little-endian, 1/10,000), `UNKNOWN_RISK` where it is not answered.

    Kept with the engagement so that scoring thousands of them need not read their answers again.
    Raises ValueError for a value that does not belong to its question.
    """
    risks = [UNKNOWN_RISK if risk is None else risk for _, risk in intake_risks(values)]
    return packed_layout() + struct.pack(f"<{len(risks)}H", *risks)


def ip_kinds(values: Mapping[str, object]) -> tuple[IpKind, ...]:
    """Return the kinds of IP entrusted; empty when that is unknown or there is none."""
    chosen = values.get(IP_QUESTION)
    keys = chosen if isinstance(chosen, list | tuple) else ()
    return tuple(kind for kind in IpKind if kind in keys)
