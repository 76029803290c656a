"""A methodology: every parameter of the scoring method, read from a YAML file and checked.

All of them are expert judgement. A methodology that has been published is never edited, because
the scores made with it name it by hash.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

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
#: Weights are 0 or within these bounds: an endlessly small one would only carry rounding noise.
WEIGHT_MIN: Final = 1e-6
WEIGHT_MAX: Final = 1e6

SHIPPED: Final = Path(__file__).resolve().parent.parent / "methodologies"

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=WEIGHT_MAX, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=0xFFFF)]


class MethodologyError(ValueError):
    """A methodology file cannot be used; each problem names the place in the file."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


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
                raise ValueError("stronger evidence must not earn less than weaker evidence")
        if any(level.pessimistic > level.credit for level in self.ranked):
            raise ValueError("the pessimistic credit must not exceed the credit")
        return self


class CoverageThresholds(_Frozen):
    """The share of the weight that must be covered for each status (formula 8)."""

    final: Share
    provisional: Share

    @model_validator(mode="after")
    def _final_needs_more(self) -> Self:
        if self.final < self.provisional:
            raise ValueError("a final score must not need less coverage than a provisional one")
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
            raise ValueError(f"a weight is 0 or at least {WEIGHT_MIN}")
        if not any(self.ordered):
            raise ValueError("at least one dimension needs a weight above 0")
        return self


class ValidDays(_Frozen):
    """How many days an answer holds where its question does not say, by tier; 0: no end."""

    tier_1: Days = Field(alias="1")
    tier_2: Days = Field(alias="2")
    tier_3: Days = Field(alias="3")
    tier_4: Days = Field(alias="4")

    def for_tier(self, tier: int) -> int:
        return (self.tier_1, self.tier_2, self.tier_3, self.tier_4)[tier - 1]


class Methodology(_Frozen):
    """The parameters of the scoring method. Shares run from 0 to 1, band cuts are points."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=50)]
    version: Annotated[int, Field(ge=1)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    kappa: Share
    # The orders whose roots are square roots of square roots. IEEE 754 fixes the last bit of a
    # square root, but not of a general power: these give the same score on every machine.
    p: Literal[1, 2, 4, 8]
    inherent_min: Annotated[float, Field(gt=0, le=1)]
    dimensions: DimensionWeights
    evidence: EvidenceCredits
    tier_cuts: tuple[Share, Share, Share]
    band_cuts: tuple[
        Annotated[float, Field(ge=0, le=100)],
        Annotated[float, Field(ge=0, le=100)],
        Annotated[float, Field(ge=0, le=100)],
        Annotated[float, Field(ge=0, le=100)],
    ]
    coverage: CoverageThresholds
    valid_days: ValidDays

    @model_validator(mode="after")
    def _cuts_rise(self) -> Self:
        for name, cuts in (("tier_cuts", self.tier_cuts), ("band_cuts", self.band_cuts)):
            if any(a >= b for a, b in pairwise(cuts)):
                raise ValueError(f"{name}: each cut must lie above the one before it")
        return self

    @property
    def content(self) -> dict[str, Any]:
        """The parameters as plain values for JSON, in the form of the file."""
        return self.model_dump(mode="json", by_alias=True)

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


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key given twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise MethodologyError([f"line {line}: {', '.join(twice)} is given twice"])
        return super().construct_mapping(node, deep)


def load_methodology(text: str) -> Methodology:
    """Read a methodology from YAML. Raises MethodologyError, each problem led by its path."""
    try:
        # _StrictLoader is a SafeLoader: it builds plain values only.
        data = yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise MethodologyError([f"not readable as YAML: {error}"]) from error
    return parse_methodology(data)


def parse_methodology(data: object) -> Methodology:
    """Check parameters that were already read, as `Methodology.content` gives them."""
    if not isinstance(data, dict):
        raise MethodologyError(["the file must hold a mapping of parameters"])
    if isinstance(data.get("valid_days"), dict):
        days = {str(tier): days for tier, days in data["valid_days"].items()}
        data = {**data, "valid_days": days}
    try:
        return Methodology.model_validate(data)
    except ValidationError as error:
        raise MethodologyError(
            [
                f"{'.'.join(map(str, problem['loc'])) or 'methodology'}: {problem['msg']}"
                for problem in error.errors()
            ]
        ) from error


def shipped_methodology(name: str = "standard-1") -> Methodology:
    """Return a methodology that comes with this release, by file name without `.yaml`."""
    return load_methodology((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
