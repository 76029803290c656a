"""A methodology: every parameter of the scoring method, read from a YAML file and checked.

All of them are expert judgement. A methodology that has been published is never edited, because
the scores made with it name it by hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from scoring.engine import method_file
from scoring.engine.method_file import MethodologyError, Problem, gettext_noop

#: The dimensions of the method, in the order in which they are summed and shown.
DIMENSIONS: Final = (
    "ip_law_compliance",
    "financial_stability",
    "liabilities",
    "contract_terms",
    "monitoring_enforcement",
    "technology_protection",
    "training_awareness",
)
#: The bands, best first.
BANDS: Final = ("low", "moderate", "elevated", "high", "critical")
#: The tiers, most exposed first: tier 1 is critical.
TIERS: Final = ("critical", "high", "moderate", "low")
#: A score is a whole number of milli-points, 0 (best) to 100,000 (worst).
MILLI: Final = 1_000
FULL: Final = 100_000
#: A risk is a whole number of 1/10,000.
RISK_STEPS: Final = 10_000
#: Weights are 0 or within these bounds: an endlessly small one would only carry rounding noise.
WEIGHT_MIN: Final = 1e-6
WEIGHT_MAX: Final = 1e6

SHIPPED: Final = Path(__file__).resolve().parent.parent / "methodologies"

__all__ = ["Methodology", "MethodologyError", "Problem", "load_methodology", "parse_methodology"]


def _a_number(value: object) -> object:
    """YAML reads `yes` as true, and people put quotes: neither is taken for a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(gettext_noop("is not a number"))
    return value


def _in_quarters(value: float) -> float:
    # A quarter times whole days is exact in floating point, so that days are rounded as by hand.
    if not (value * 4).is_integer():
        raise _wrong(gettext_noop("goes in steps of a quarter, like 0.25, 0.5 or 1"))
    return value


def _four_decimals(value: float) -> float:
    if round(value, 4) != value:
        raise _wrong(gettext_noop("has more than four decimals"))
    return value


def _wrong(message: str, place: str = "") -> PydanticCustomError:
    return PydanticCustomError("method", "{message}", {"message": message, "place": place})


_IsNumber = BeforeValidator(_a_number)
Share = Annotated[float, Field(ge=0, le=1), _IsNumber]
Points = Annotated[float, Field(ge=0, le=100), _IsNumber]
Weight = Annotated[float, Field(ge=0, le=WEIGHT_MAX), _IsNumber]
Days = Annotated[int, Field(ge=0, le=0xFFFF), _IsNumber]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
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
]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, allow_inf_nan=False, populate_by_name=False
    )


class Credit(_Frozen):
    """What a level of evidence is worth: g in the score, b in the upper end of its interval."""

    credit: Share
    pessimistic: Share


class EvidenceCredits(_Frozen):
    """The credits of the four levels of evidence, weakest first (formula 1)."""

    self_declared: Credit
    document: Credit
    reviewer_verified: Credit
    independent: Credit

    @property
    def ranked(self) -> tuple[Credit, Credit, Credit, Credit]:
        return (self.self_declared, self.document, self.reviewer_verified, self.independent)

    @model_validator(mode="after")
    def _better_evidence_earns_no_less(self) -> Self:
        for weaker, stronger in pairwise(self.ranked):
            if stronger.credit < weaker.credit or stronger.pessimistic < weaker.pessimistic:
                raise _wrong(
                    gettext_noop("stronger evidence must not earn less than weaker evidence")
                )
        if any(level.pessimistic > level.credit for level in self.ranked):
            raise _wrong(gettext_noop("the pessimistic credit must not exceed the credit"))
        return self


class CoverageThresholds(_Frozen):
    """The share of the weight that must be covered for each status (formula 8)."""

    final: Share
    provisional: Share

    @model_validator(mode="after")
    def _final_needs_more(self) -> Self:
        if self.final < self.provisional:
            raise _wrong(
                gettext_noop("a final score must not need less coverage than a provisional one")
            )
        return self


class DimensionWeights(_Frozen):
    """The weight of each dimension; only the proportions matter (formula 3)."""

    ip_law_compliance: Weight
    financial_stability: Weight
    liabilities: Weight
    contract_terms: Weight
    monitoring_enforcement: Weight
    technology_protection: Weight
    training_awareness: Weight

    @property
    def ordered(self) -> tuple[float, ...]:
        """The weights in the order of DIMENSIONS."""
        return tuple(float(getattr(self, key)) for key in DIMENSIONS)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if any(0 < weight < WEIGHT_MIN for weight in self.ordered):
            raise _wrong(gettext_noop("a weight is 0 or at least one millionth"))
        if not any(self.ordered):
            raise _wrong(gettext_noop("at least one dimension needs a weight above 0"))
        return self


class ValidDays(_Frozen):
    """How many days an answer holds where its question does not say, by tier; 0: no end."""

    tier_1: Days = Field(alias="1")
    tier_2: Days = Field(alias="2")
    tier_3: Days = Field(alias="3")
    tier_4: Days = Field(alias="4")

    def for_tier(self, tier: int) -> int:
        return (self.tier_1, self.tier_2, self.tier_3, self.tier_4)[tier - 1]


class Decay(_Frozen):
    """How proof fades once an answer no longer holds (formula 1).

    `periods`: over how many further periods of validity it falls to nothing; 0: at once.
    """

    periods: Annotated[float, Field(ge=0, le=10), AfterValidator(_in_quarters), _IsNumber] = 1


class KnockOutRule(_Frozen):
    """From risk `at` (0 to 1) the score is at least `floor` points; `block` is a separate flag."""

    at: Annotated[float, Field(gt=0, le=1), AfterValidator(_four_decimals), _IsNumber]
    floor: Points
    block: bool = False

    @property
    def at_steps(self) -> int:
        """The threshold in 1/10,000, as risks are stored."""
        return max(1, round(self.at * RISK_STEPS))

    @property
    def floor_milli(self) -> int:
        """The floor in milli-points."""
        return round(self.floor * MILLI)


class Methodology(_Frozen):
    """The parameters of the scoring method. Shares run from 0 to 1, band cuts are points."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=50)]
    version: Annotated[int, Field(ge=1, le=999_999), _IsNumber]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    kappa: Share
    # The orders whose roots are square roots of square roots. IEEE 754 fixes the last bit of a
    # square root, but not of a general power: these give the same score on every machine.
    p: Annotated[Literal[1, 2, 4, 8], _IsNumber]
    inherent_min: Annotated[float, Field(gt=0, le=1), _IsNumber]
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
    #: Why the values of a group are what they are. It explains, and changes no score.
    rationale: dict[Group, Annotated[str, Field(max_length=1_000)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _cuts_rise(self) -> Self:
        for name, cuts in (
            ("tier_cuts", self.tier_cuts_milli),
            ("band_cuts", self.band_cuts_milli),
        ):
            if any(a >= b for a, b in pairwise(cuts)):
                raise _wrong(gettext_noop("each cut must lie above the one before it"), name)
        return self

    @property
    def content(self) -> dict[str, Any]:
        """The parameters as plain values for JSON, in the form of the file."""
        content = self.model_dump(mode="json", by_alias=True)
        if self.decay == Decay():
            del content["decay"]
        for name in ("knock_outs", "rationale"):
            if not content[name]:
                del content[name]
        return content

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


def shipped_methodology(name: str = "standard-1") -> Methodology:
    """Return a methodology that comes with this release, by file name without `.yaml`."""
    return load_methodology((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
