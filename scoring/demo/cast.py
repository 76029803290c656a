"""Who and what appears in the demo, as written in `data/*.yaml`."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field

from assessments.schema import Dimension
from vendors.intake import IpKind, Service

DATA: Final = Path(__file__).parent / "data"

Share = Annotated[float, Field(ge=0, le=1)]
Level = Literal["document", "verified", "independent"]
#: How far an assessment gets; whatever would lie in the future has not happened yet.
Ending = Literal[
    "opened", "draft", "cancelled", "submitted", "in_review", "returned", "signed_off", "reopened"
]


class Part(BaseModel):
    """A piece of the data: what is not known is a mistake in writing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(Part):
    """A business unit."""

    code: str
    name: str


class Person(Part):
    """Somebody with an account; `units` empty means all of them."""

    name: str
    email: str
    role: Literal["administrator", "procurement", "legal", "auditor"]
    units: tuple[str, ...] = ()
    time_zone: str = "Europe/Berlin"
    signs_in: bool = True
    """Whether the account is one to try the demo with."""
    left: bool = False
    """Whether the account has been switched off since."""


class Client(Part):
    """A system that reads over the API."""

    name: str
    key_label: str
    scopes: tuple[str, ...]


class Organisation(Part):
    """The company whose vendors these are."""

    name: str
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    client: Client
    import_unit: str


class Persona(Part):
    """How a vendor, and our own work with it, comes out in answers.

    quality: 0 (worst) to 1 (best), per dimension where it differs. blank, unsure: shares of the
    questions left empty, or answered "don't know" or "declined". proofs: how many answers the
    reviewer finds proved, and how well, in turn.
    """

    quality: Share
    dimensions: dict[Dimension, Share] = {}
    blank: Share = 0
    unsure: Share = 0
    proofs: int = 8
    levels: tuple[Level, ...] = ("document", "verified")
    answers: dict[str, str | int | list[str]] = {}


class Round(Part):
    """One assessment of an engagement, opened so many weeks before the demo is loaded."""

    weeks: float
    persona: str
    ends: Ending = "signed_off"
    answers: dict[str, str | int | list[str]] = {}
    """What is answered whatever the persona would say."""
    not_applicable: dict[str, Literal["agreed", "refused", "pending"]] = {}
    expired: tuple[str, ...] = ()
    """Answers whose proof ran out some weeks ago."""
    proofs: int | None = None
    """How many answers are found proved, where it is not as many as the persona says."""
    returned: bool = False
    """Whether the reviewer sent it back once on the way."""
    queried: tuple[str, ...] = ()
    """What the reviewer asks about when sending it back; empty for the weakest answers."""
    due_days: int = 42
    note: str = ""
    """The reason given with sending back, cancelling or reopening, or beside the sign-off."""


class Deal(Part):
    """An engagement."""

    unit: str
    title: str
    description: str = ""
    service: Service
    exposure: Literal["low", "moderate", "high", "critical"]
    intake: dict[str, str] = {}
    """Answers that differ from the usual ones for this exposure."""
    ip: tuple[IpKind, ...]
    made_in: tuple[str, ...] = ()
    spend: Decimal
    currency: str = "EUR"
    group: str
    """Material group in the ERP."""
    status: Literal["planned", "active"] = "active"
    weeks: float
    """Weeks before the demo is loaded when it was recorded."""
    rounds: tuple[Round, ...] = ()


class Company(Part):
    """A vendor."""

    name: str
    country: str
    city: str
    registration: str = ""
    lei: str = ""
    website: str = ""
    currency: str = "EUR"
    sap: str = ""
    category: str
    deals: tuple[Deal, ...] = ()
    unit: str = ""
    """The unit that added it, where that does not follow from the engagements."""
    weeks: float = 0
    """Weeks before the demo is loaded when it was added; 0: with its first engagement."""
    archived: float = 0
    """Weeks before the demo is loaded when it was put away."""
    id: UUID | None = None
    """That of the vendor, where it is looked for later; else a new one."""


class Texts(Part):
    """Sentences that people in the demo write."""

    sites: dict[Service, str]
    details: dict[str, str]
    remarks: dict[str, dict[str, str]]
    """question key -> option key -> remark beside the answer"""
    not_applicable: dict[str, str]
    not_applicable_refused: str
    review: dict[Level, tuple[str, ...]]
    queries: dict[str, str]
    """question key -> what the reviewer asks; about any other, the reason of sending back"""


class Cast(Part):
    """All of it."""

    organisation: Organisation
    personas: dict[str, Persona]
    texts: Texts
    companies: tuple[Company, ...]
    imported: bytes
    """The list that is imported, as the file was."""


IMPORT_FILE: Final = "vendor-list-consumer.csv"


@cache
def cast() -> Cast:
    """Everything the files say; pydantic's error names the place of a mistake."""
    files = sorted(file.name for file in DATA.glob("vendors-*.yaml"))
    return Cast.model_validate(
        {
            "organisation": read("organisation.yaml"),
            "personas": read("personas.yaml"),
            "texts": read("texts.yaml"),
            "companies": [company for name in files for company in read(name)],
            "imported": (DATA / IMPORT_FILE).read_bytes(),
        }
    )


def read(name: str) -> Any:
    """What a file of `data/` says."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
