"""A methodology: every parameter of the scoring method, read from a YAML file and checked.

All of them are expert judgement. A methodology that has been published is never edited, because
the scores made with it name it by hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from scoring.engine import method_file
from scoring.engine.method_file import MethodologyError, Problem, gettext_noop
from scoring.engine.method_parts import (
    BANDS,
    DIMENSIONS,
    FULL,
    MILLI,
    RISK_STEPS,
    TIERS,
    WEIGHT_MAX,
    WEIGHT_MIN,
    CoverageThresholds,
    Decay,
    DimensionWeights,
    EvidenceCredits,
    Frozen,
    Indicator,
    IndicatorRule,
    IsNumber,
    Key,
    KnockOutRule,
    Points,
    Share,
    ValidDays,
    wrong,
)

SHIPPED: Final = Path(__file__).resolve().parent.parent / "methodologies"

__all__ = [
    "BANDS",
    "DIMENSIONS",
    "FULL",
    "MILLI",
    "RISK_STEPS",
    "TIERS",
    "WEIGHT_MAX",
    "WEIGHT_MIN",
    "Indicator",
    "KnockOutRule",
    "Methodology",
    "MethodologyError",
    "Problem",
    "load_methodology",
    "parse_methodology",
]


Group = Literal[
    "kappa",
    "p",
    "inherent_min",
    "dimensions",
    "evidence",
    "tier_cuts",
    "band_cuts",
    "coverage",
    "valid_days",
    "decay",
    "knock_outs",
    "indicators",
]


class Methodology(Frozen):
    """The parameters of the scoring method. Shares run from 0 to 1, band cuts are points."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=50)]
    version: Annotated[int, Field(ge=1, le=999_999), IsNumber]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    kappa: Share
    # The orders whose roots are square roots of square roots. IEEE 754 fixes the last bit of a
    # square root, but not of a general power: these give the same score on every machine.
    p: Annotated[Literal[1, 2, 4, 8], IsNumber]
    inherent_min: Annotated[float, Field(gt=0, le=1), IsNumber]
    dimensions: DimensionWeights
    evidence: EvidenceCredits
    tier_cuts: tuple[Share, Share, Share]
    band_cuts: tuple[Points, Points, Points, Points]
    coverage: CoverageThresholds
    valid_days: ValidDays
    # What follows was added later. Left out, it changes nothing; so `content` leaves out what
    # says nothing, and a methodology keeps the hashes it had.
    decay: Decay = Decay()
    #: Question key -> a rule beside or instead of the questionnaire's; None switches it off.
    knock_outs: dict[Key, KnockOutRule | None] = Field(default_factory=dict, max_length=500)
    #: Which indicators count, and how; one that is left out does not.
    indicators: dict[Indicator, IndicatorRule] = Field(default_factory=dict)
    #: Why the values of a group are what they are. It explains, and changes no score.
    rationale: dict[Group, Annotated[str, Field(max_length=1_000)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _cuts_rise(self) -> Self:
        for name, cuts in (
            ("tier_cuts", self.tier_cuts_milli),
            ("band_cuts", self.band_cuts_milli),
        ):
            if any(a >= b for a, b in pairwise(cuts)):
                raise wrong(gettext_noop("each cut must lie above the one before it"), name)
        return self

    @property
    def content(self) -> dict[str, Any]:
        """The parameters as plain values for JSON, in the form of the file."""
        content = self.model_dump(mode="json", by_alias=True)
        if self.decay == Decay():
            del content["decay"]
        for name in ("knock_outs", "indicators", "rationale"):
            if not content[name]:
                del content[name]
        return content

    @property
    def counted(self) -> tuple[Indicator, ...]:
        """The indicators that count, in the order in which packed facts hold them."""
        return tuple(key for key in get_args(Indicator) if key in self.indicators)

    @property
    def deciding(self) -> dict[str, Any]:
        """The content without what explains it, and without what the items of a plan hold."""
        explains = {"title", "rationale", "knock_outs"}
        return {name: value for name, value in self.content.items() if name not in explains}

    def fade_days(self, valid_days: int) -> int:
        """Over how many days proof fades that held for so many (formula 1)."""
        return round(valid_days * self.decay.periods)

    @property
    def band_cuts_milli(self) -> tuple[int, ...]:
        """The band cuts in milli-points."""
        return tuple(round(cut * MILLI) for cut in self.band_cuts)

    @property
    def tier_cuts_milli(self) -> tuple[int, ...]:
        """The tier cuts on inherent risk as stored, 0 to 100,000."""
        return tuple(round(cut * FULL) for cut in self.tier_cuts)

    def band(self, points: int) -> str:
        """Return the band of a stored score in milli-points (formula 10)."""
        return BANDS[sum(points >= cut for cut in self.band_cuts_milli)]

    def tier(self, inherent: int) -> int:
        """Return the tier, 1 (most exposed) to 4, of an inherent risk 0..100,000 (formula 4)."""
        return 4 - sum(inherent >= cut for cut in self.tier_cuts_milli)


def load_methodology(text: str) -> Methodology:
    """Read a methodology from YAML. Raises MethodologyError with paths and lines."""
    document = method_file.read(text)
    try:
        return parse_methodology(document.data)
    except MethodologyError as error:
        problems = [document.located(problem) for problem in error.problems]
        raise MethodologyError(sorted(problems, key=lambda one: one.line or 0)) from error


def parse_methodology(data: object) -> Methodology:
    """Check parameters that were already read, as `Methodology.content` gives them."""
    if not isinstance(data, Mapping):
        message = gettext_noop("the file must hold a mapping of parameters")
        raise MethodologyError([Problem((), message)])
    try:
        return Methodology.model_validate(_with_text_keys(data))
    except ValidationError as error:
        raise MethodologyError([_problem(one) for one in error.errors()]) from error


def _with_text_keys(data: Mapping[Any, Any]) -> dict[str, Any]:
    """The numbers of tiers are keys, which YAML reads as numbers and JSON as text."""
    return {
        str(key): _with_text_keys(value) if isinstance(value, Mapping) else value
        for key, value in data.items()
    }


#: What pydantic calls an error -> how we say it. `%(…)s` are values of its context.
_MESSAGES: Final[Mapping[str, str]] = {
    "missing": gettext_noop("is missing"),
    "extra_forbidden": gettext_noop("is not known here"),
    "finite_number": gettext_noop("is not a finite number"),
    "greater_than": gettext_noop("must be above %(gt)s"),
    "greater_than_equal": gettext_noop("must be at least %(ge)s"),
    "less_than_equal": gettext_noop("must be at most %(le)s"),
    "int_from_float": gettext_noop("must be a whole number"),
    "bool_type": gettext_noop("must be true or false"),
    "bool_parsing": gettext_noop("must be true or false"),
    "literal_error": gettext_noop("must be one of %(expected)s"),
    "string_type": gettext_noop("must be text"),
    "string_too_short": gettext_noop("must not be empty"),
    "string_too_long": gettext_noop("has more than %(max_length)s characters"),
    "model_type": gettext_noop("must hold values by name"),
    "dict_type": gettext_noop("must hold values by name"),
    "tuple_type": gettext_noop("must be a list"),
    "too_long": gettext_noop("has more than %(max_length)s values"),
}
_PATTERN: Final = gettext_noop("begins with a small letter and has only a to z, 0 to 9, - and _")


def _problem(error: ErrorDetails) -> Problem:
    path = tuple(str(part) for part in error["loc"] if part != "[key]")
    context = {name: _shown(value) for name, value in error.get("ctx", {}).items()}
    kind = error["type"]
    if kind == "method":
        return Problem(path or tuple(filter(None, [context["place"]])), context["message"])
    if kind == "string_pattern_mismatch":
        return Problem(path, _MESSAGES["string_too_short"] if path == ("title",) else _PATTERN)
    if kind in _MESSAGES:
        return Problem(path, _MESSAGES[kind], context)
    return Problem(path, "%(said)s", {"said": error["msg"]})


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


#: The newest methodology that comes with this release.
NEWEST: Final = "standard-2"


def shipped_methodology(name: str = NEWEST) -> Methodology:
    """Return a methodology that comes with this release, by file name without `.yaml`."""
    return load_methodology((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
