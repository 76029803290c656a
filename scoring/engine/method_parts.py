"""The parts of a methodology: groups of parameters, each with its own checks."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from scoring.engine.method_file import gettext_noop

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


def _a_number(value: object) -> object:
    """YAML reads `yes` as true, and people put quotes: neither is taken for a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong(gettext_noop("is not a number"))
    return value


def _in_quarters(value: float) -> float:
    # A quarter times whole days is exact in floating point, so that days are rounded as by hand.
    if not (value * 4).is_integer():
        raise wrong(gettext_noop("goes in steps of a quarter, like 0.25, 0.5 or 1"))
    return value


def _four_decimals(value: float) -> float:
    if round(value, 4) != value:
        raise wrong(gettext_noop("has more than four decimals"))
    return value


def wrong(message: str, place: str = "") -> PydanticCustomError:
    return PydanticCustomError("method", "{message}", {"message": message, "place": place})


IsNumber = BeforeValidator(_a_number)
Share = Annotated[float, Field(ge=0, le=1), IsNumber]
Points = Annotated[float, Field(ge=0, le=100), IsNumber]
Weight = Annotated[float, Field(ge=0, le=WEIGHT_MAX), IsNumber]
Days = Annotated[int, Field(ge=0, le=0xFFFF), IsNumber]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, allow_inf_nan=False, populate_by_name=False
    )


class Credit(Frozen):
    """What a level of evidence is worth: g in the score, b in the upper end of its interval."""

    credit: Share
    pessimistic: Share


class EvidenceCredits(Frozen):
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
                raise wrong(
                    gettext_noop("stronger evidence must not earn less than weaker evidence")
                )
        if any(level.pessimistic > level.credit for level in self.ranked):
            raise wrong(gettext_noop("the pessimistic credit must not exceed the credit"))
        return self


class CoverageThresholds(Frozen):
    """The share of the weight that must be covered for each status (formula 8)."""

    final: Share
    provisional: Share

    @model_validator(mode="after")
    def _final_needs_more(self) -> Self:
        if self.final < self.provisional:
            raise wrong(
                gettext_noop("a final score must not need less coverage than a provisional one")
            )
        return self


class DimensionWeights(Frozen):
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
            raise wrong(gettext_noop("a weight is 0 or at least one millionth"))
        if not any(self.ordered):
            raise wrong(gettext_noop("at least one dimension needs a weight above 0"))
        return self


class ValidDays(Frozen):
    """How many days an answer holds where its question does not say, by tier; 0: no end."""

    tier_1: Days = Field(alias="1")
    tier_2: Days = Field(alias="2")
    tier_3: Days = Field(alias="3")
    tier_4: Days = Field(alias="4")

    def for_tier(self, tier: int) -> int:
        return (self.tier_1, self.tier_2, self.tier_3, self.tier_4)[tier - 1]


class Decay(Frozen):
    """How proof fades once an answer no longer holds (formula 1).

    `periods`: over how many further periods of validity it falls to nothing; 0: at once.
    """

    periods: Annotated[float, Field(ge=0, le=10), AfterValidator(_in_quarters), IsNumber] = 1


class KnockOutRule(Frozen):
    """From risk `at` (0 to 1) the score is at least `floor` points; `block` is a separate flag."""

    at: Annotated[float, Field(gt=0, le=1), AfterValidator(_four_decimals), IsNumber]
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


class IndicatorRule(Frozen):
    """How an indicator counts: as a section of its own of a dimension, with this weight.

    `valid_days`: how long what it was taken from holds, and then fades; 0: it does not age.
    `replaces`: questions about the same matter. Where the indicator has a point value, they and
    what they open leave the sums: the fact counts, the answer is shown beside it.
    """

    dimension: Literal[
        "ip_law_compliance",
        "financial_stability",
        "liabilities",
        "contract_terms",
        "monitoring_enforcement",
        "technology_protection",
        "training_awareness",
    ]
    weight: Weight
    valid_days: Days = 0
    knock_out: KnockOutRule | None = None
    replaces: Annotated[tuple[Key, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if 0 < self.weight < WEIGHT_MIN:
            raise wrong(gettext_noop("a weight is 0 or at least one millionth"), "weight")
        return self


Indicator = Literal[
    "financial",
    "jurisdiction",
    "liability",
    "contract",
    "incidents",
    "screening",
    "training",
    "monitoring",
    "ip_schedule",
    "fourth_parties",
]
