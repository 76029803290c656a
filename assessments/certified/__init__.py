"""Which answers certificates support: one file of data for each questionnaire, read here.

Pure values in, values out; the file belongs to the questionnaire of the same key.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from vendors.certificates import Held, standards

_FOLDER: Final = Path(__file__).parent


class Source(BaseModel):
    """A standard that is enough; `level`: the least, `covers`: one of them is needed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standard: str
    level: str = ""
    covers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "Source":
        standard = standards().get(self.standard)
        if standard is None:
            raise ValueError(f"'{self.standard}' is no standard")
        if self.level and self.level not in standard.levels:
            raise ValueError(f"'{self.level}' is no level of {standard.title}")
        if not set(self.covers) <= set(standard.covers):
            raise ValueError(f"{standard.title} has not all of {self.covers}")
        return self

    def met_by(self, held: Held) -> bool:
        """Whether a certificate is of this standard and says enough."""
        return (
            held.standard == self.standard
            and standards()[self.standard].reaches(held.level, self.level)
            and (not self.covers or bool(held.covers & set(self.covers)))
        )


class Supported(BaseModel):
    """One answer that certificates support: a value, or a day of the certificate itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    question: str
    answer: str | list[str] | None = None
    date: Literal["issued_on", "expires_on"] | None = None
    sources: tuple[Source, ...] = Field(alias="from", min_length=1)

    @model_validator(mode="after")
    def _one(self) -> "Supported":
        if (self.answer is None) == (self.date is None):
            raise ValueError("needs an answer or a date")
        return self


@dataclass(frozen=True)
class Proposal:
    """An answer that a certificate supports, as a form or a client would send it."""

    question: str
    value: Any


@cache
def supported(questionnaire: str) -> tuple[Supported, ...]:
    """The answers of a questionnaire that certificates support; empty where no file says so."""
    path = _FOLDER / f"{questionnaire}.yaml"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8") as file:
        found = yaml.safe_load(file)
    return tuple(Supported.model_validate(one) for one in found["answers"])


def proposals(questionnaire: str, held: Held, asked: Collection[str]) -> Iterator[Proposal]:
    """The answers to questions that are `asked`, as far as the certificate supports them.

    Of several that a file has for one question, the first that the certificate is enough for.
    """
    done = set()
    for one in supported(questionnaire):
        if one.question not in asked or one.question in done:
            continue
        if not any(source.met_by(held) for source in one.sources):
            continue
        value: Any = one.answer
        if one.date is not None:
            day = held.expires_on if one.date == "expires_on" else held.issued_on
            if day is None:
                continue
            value = day.isoformat()
        done.add(one.question)
        yield Proposal(one.question, value)
