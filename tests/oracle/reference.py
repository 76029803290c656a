"""A slow reference scorer, written from the formulas with exact fractions and no arrays.

It shares no code with the engine but the input types. Everything is a recursion on x, while the
engine works on 1 - x in one pass: an error would have to be made twice in different ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from math import prod

from assessments.sheet import EvidenceLevel, State
from scoring.engine.methodology import BANDS, DIMENSIONS
from scoring.engine.plan import ItemSpec, SectionSpec
from tests.oracle.case import Case, Cell

LO, PT, HI = "lo", "pt", "hi"
VECTORS = (LO, PT, HI)


def exact(number: float) -> Fraction:
    return Fraction(str(number))


def decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def milli(points: Decimal) -> int:
    """A number of milli-points, first to the sixth decimal, then whole, halves to even."""
    settled = points.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
    return int(settled.quantize(Decimal(1), ROUND_HALF_EVEN))


def share(value: Fraction) -> int:
    return milli(decimal(value) * 100_000)


def mean(weighted: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    pairs = list(weighted)
    total = sum((weight for weight, _ in pairs), Fraction(0))
    return sum((weight * value for weight, value in pairs), Fraction(0)) / total


class Reference:
    """Scores one case; each method is one formula."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.items = {item.key: item for item in case.items}

    # Which items are in

    def cell(self, item: ItemSpec) -> Cell:
        return self.case.cells[item.key]

    def children(self, item: ItemSpec) -> list[ItemSpec]:
        return [other for other in self.case.items if other.parent == item.key]

    def answered(self, item: ItemSpec) -> bool:
        return self.cell(item).state == State.ANSWERED

    def live(self, item: ItemSpec) -> bool:
        if self.cell(item).state in (State.NA_APPROVED, State.HIDDEN):
            return False
        if item.parent is None:
            return True
        gate = self.items[item.parent]
        return self.live(gate) and self.answered(gate)

    def may_come(self, item: ItemSpec) -> bool:
        if self.live(item) and not self.answered(item):
            return True
        if item.parent is None or self.cell(item).state == State.NA_APPROVED:
            return False
        return self.may_come(self.items[item.parent])

    def counted(self, children: list[ItemSpec]) -> list[tuple[Fraction, ItemSpec]]:
        return [
            (exact(item.weight), item) for item in children if self.live(item) and item.weight > 0
        ]

    def opened(self, item: ItemSpec) -> bool:
        return self.live(item) and self.answered(item) and bool(self.counted(self.children(item)))

    # Formula 1

    def expires(self, item: ItemSpec) -> bool:
        cell = self.cell(item)
        return (
            cell.until is not None
            and cell.evidence > EvidenceLevel.SELF_DECLARED
            and (cell.dated or item.valid_days == 0)
        )

    def lapsed(self, item: ItemSpec) -> bool:
        until = self.cell(item).until
        return until is not None and self.expires(item) and self.case.as_of > until

    def fade(self, item: ItemSpec) -> Fraction:
        until = self.cell(item).until
        first = self.case.as_of.replace(day=1)
        if until is None or item.valid_days == 0 or first <= until:
            return Fraction(1)
        span = round(item.valid_days * exact(self.case.method.decay.periods))
        if span == 0:
            return Fraction(0)
        left = Fraction(span - (first - until).days, span)
        return Fraction(round(max(left, Fraction(0)) * 10_000), 10_000)

    def credits(self, item: ItemSpec) -> tuple[Fraction, Fraction]:
        levels = self.case.method.evidence.ranked
        level = levels[0 if self.lapsed(item) else self.cell(item).evidence]
        least = exact(levels[0].credit)
        f = self.fade(item)
        return least + (exact(level.credit) - least) * f, exact(level.pessimistic) * f

    def risk(self, item: ItemSpec, vector: str) -> Fraction:
        cell = self.cell(item)
        if not self.answered(item):
            return Fraction(0 if vector == LO else 1)
        if vector == PT:
            point = cell.risk if cell.known else cell.hi
            return Fraction(point, 10_000)
        return Fraction(cell.lo if vector == LO else cell.hi, 10_000)

    def answer(self, item: ItemSpec, vector: str) -> Fraction:
        r = self.risk(item, vector)
        if vector == LO or not self.answered(item):
            return r
        g, b = self.credits(item)
        cautious = vector == HI or not self.cell(item).known
        return 1 - (b if cautious else g) * (1 - r)

    # Formulas 2 and 3

    def x(self, item: ItemSpec, vector: str) -> Fraction:
        if not self.opened(item):
            return self.answer(item, vector)
        r = self.risk(item, vector)
        counted = self.counted(self.children(item))
        return r + (1 - r) * mean((w, self.x(child, vector)) for w, child in counted)

    def tops(self, section: SectionSpec) -> list[tuple[Fraction, ItemSpec]]:
        return self.counted(
            [item for item in self.case.items if item.section == section.key and not item.parent]
        )

    def section(self, section: SectionSpec, vector: str) -> Fraction:
        tops = self.tops(section)
        return mean((w, self.x(item, vector)) for w, item in tops)

    def dimension_sections(self, key: str) -> list[tuple[Fraction, SectionSpec]]:
        return [
            (exact(section.weight), section)
            for section in self.case.sections
            if section.dimension == key and section.weight > 0 and self.tops(section)
        ]

    def dimension(self, key: str, vector: str) -> Fraction | None:
        sections = self.dimension_sections(key)
        if not sections:
            return None
        return mean((v, self.section(section, vector)) for v, section in sections)

    def omega(self) -> dict[str, Fraction]:
        weights = zip(DIMENSIONS, self.case.method.dimensions.ordered, strict=True)
        return {
            key: exact(weight)
            for key, weight in weights
            if weight > 0 and self.dimension_sections(key)
        }

    def posture(self, vector: str) -> Decimal:
        omega = self.omega()
        if not omega:
            return Decimal(0 if vector == LO else 1)
        p = self.case.method.p
        total = Fraction(0)
        for key, weight in omega.items():
            value = self.dimension(key, vector)
            assert value is not None
            total += weight * value**p
        root = decimal(total / sum(omega.values()))
        for _ in range({1: 0, 2: 1, 4: 2, 8: 3}[p]):
            root = root.sqrt()
        return root

    # Formulas 4 to 6

    def inherent(self) -> Fraction:
        total = sum((exact(spec.weight) for spec in self.case.intake_specs), Fraction(0))
        if not total:
            return Fraction(1)
        worst = Fraction(0)
        for spec in self.case.intake_specs:
            risk = self.case.intake[spec.key]
            worst += exact(spec.weight) * (1 if risk is None else Fraction(risk, 10_000))
        return max(worst / total, exact(self.case.method.inherent_min))

    def residual(self, vector: str) -> Decimal:
        kappa = decimal(exact(self.case.method.kappa))
        inherent = decimal(self.inherent())
        return 100_000 * inherent * ((1 - kappa) + kappa * self.posture(vector))

    def triggers(self, item: ItemSpec, vector: str) -> bool:
        if item.knock_out is None:
            return False
        cell = self.cell(item)
        if vector == HI and self.may_come(item):
            return not self.answered(item) or cell.hi >= item.knock_out.at
        if not self.live(item) or not self.answered(item):
            return False
        point = cell.risk if cell.known else cell.lo
        return {LO: cell.lo, PT: point, HI: cell.hi}[vector] >= item.knock_out.at

    def score(self, vector: str) -> int:
        floors = [
            item.knock_out.floor
            for item in self.case.items
            if item.knock_out is not None and self.triggers(item, vector)
        ]
        return max([milli(self.residual(vector)), *floors])

    # Formula 8

    def top_shares(self) -> Iterator[tuple[str, ItemSpec, Fraction]]:
        """The items at the top of the sections, each with its dimension and share of the whole."""
        omega = self.omega()
        for key, weight in omega.items():
            sections = self.dimension_sections(key)
            for v, section in sections:
                tops = self.tops(section)
                of_section = v / sum(each for each, _ in sections)
                for w, item in tops:
                    of_item = w / sum(each for each, _ in tops)
                    yield key, item, weight / sum(omega.values()) * of_section * of_item

    def nominal(self) -> dict[str, Fraction]:
        """The share of the whole that each item carries; an open gate's goes to its children."""
        shares: dict[str, Fraction] = {}

        def give(item: ItemSpec, amount: Fraction) -> None:
            if not self.opened(item):
                shares[item.key] = amount
                return
            counted = self.counted(self.children(item))
            for w, child in counted:
                give(child, amount * w / sum(each for each, _ in counted))

        for _, item, part in self.top_shares():
            give(item, part)
        return shares

    def covered(self, item: ItemSpec) -> bool:
        return self.answered(item) and self.cell(item).known and self.fade(item) > 0

    def coverage(self) -> Fraction:
        return sum(
            (part for key, part in self.nominal().items() if self.covered(self.items[key])),
            Fraction(0),
        )

    def confidence(self) -> Fraction:
        return sum(
            (
                part * self.credits(self.items[key])[1]
                for key, part in self.nominal().items()
                if self.covered(self.items[key])
            ),
            Fraction(0),
        )

    def required_open(self) -> int:
        return sum(
            self.may_come(item)
            or (self.live(item) and not self.covered(item) and not self.opened(item))
            for item in self.case.items
            if item.mandatory or item.knock_out is not None
        )

    def status(self) -> str:
        needed = self.case.method.coverage
        coverage = share(self.coverage())
        if (
            coverage >= exact(needed.final) * 100_000
            and not self.required_open()
            and self.case.signed_off
        ):
            return "final"
        return "provisional" if coverage >= exact(needed.provisional) * 100_000 else "not_rated"

    # Formula 9

    def derivatives(self) -> dict[str, Decimal]:
        """How much of V each live item's x stands for, gates and children sharing one weight."""
        found = {item.key: Decimal(0) for item in self.case.items if self.live(item)}
        posture = self.posture(PT)

        def give(item: ItemSpec, amount: Decimal) -> None:
            found[item.key] = amount
            if self.opened(item):
                counted = self.counted(self.children(item))
                passed = amount * decimal(1 - self.risk(item, PT))
                for w, child in counted:
                    give(child, passed * decimal(w / sum(each for each, _ in counted)))

        for key, item, part in self.top_shares():
            value = decimal(self.dimension(key, PT) or Fraction(0))
            # By repeated multiplication: Decimal has no 0 ** 0, which is 1 here.
            steep = prod([value / posture] * (self.case.method.p - 1)) if posture else 0
            give(item, decimal(part) * steep)
        return found

    def contributions(self) -> dict[str, int]:
        """Whole milli-points by item key, with `:base`, `:unrated` and `:knock_out`."""
        kappa = decimal(exact(self.case.method.kappa))
        inherent = decimal(self.inherent())
        parts: dict[str, Decimal] = {}
        for key, part in sorted(self.derivatives().items()):
            item = self.items[key]
            x = self.risk(item, PT) if self.opened(item) else self.answer(item, PT)
            parts[key] = 100_000 * inherent * kappa * part * decimal(x)
        parts[":base"] = 100_000 * inherent * (1 - kappa)
        parts[":unrated"] = Decimal(0) if self.omega() else 100_000 * inherent * kappa
        total = self.score(PT)
        residual = self.residual(PT)
        parts[":knock_out"] = total - residual if total > milli(residual) else Decimal(0)
        parts = {key: part.quantize(Decimal("0.000001")) for key, part in parts.items()}
        whole = {key: int(part) for key, part in parts.items()}
        missing = total - sum(whole.values())
        order = sorted(parts, key=lambda key: whole[key] - parts[key])
        for key in order[:missing]:
            whole[key] += 1
        return whole

    # Formula 10 and the rest of what is shown

    def outcome(self) -> dict[str, object]:
        with localcontext() as context:
            context.prec = 60
            return self._outcome()

    def _outcome(self) -> dict[str, object]:
        status = self.status()
        points = self.score(PT)
        rated = status != "not_rated"
        cuts = [exact(cut) * 1000 for cut in self.case.method.band_cuts]
        tiers = [exact(cut) * 100_000 for cut in self.case.method.tier_cuts]
        inherent = share(self.inherent())
        dimensions = {key: self.dimension(key, PT) for key in DIMENSIONS}
        omega = self.omega()
        ranked = [key for key in DIMENSIONS if key in omega]
        worst = max(ranked, key=lambda key: share(dimensions[key] or Fraction(0)), default=None)
        return {
            "status": status,
            "points": points if rated else None,
            "computed": points,
            "lo": self.score(LO),
            "hi": self.score(HI),
            "residual": milli(self.residual(PT)),
            "inherent": inherent,
            "tier": 4 - sum(inherent >= cut for cut in tiers),
            "posture": milli(self.posture(PT) * 100_000),
            "effectiveness": milli(
                decimal(exact(self.case.method.kappa)) * (1 - self.posture(PT)) * 100_000
            ),
            "dimensions": {
                key: tuple(share(self.dimension(key, vector) or Fraction(0)) for vector in VECTORS)
                for key in DIMENSIONS
                if dimensions[key] is not None
            },
            "worst": worst,
            "coverage": share(self.coverage()),
            "confidence": share(self.confidence()),
            "band": BANDS[sum(points >= cut for cut in cuts)] if rated else None,
            "triggered": {item.key for item in self.case.items if self.triggers(item, PT)},
            "blocked": any(
                self.triggers(item, PT) and item.knock_out is not None and item.knock_out.block
                for item in self.case.items
            ),
            "required_open": self.required_open(),
            "unanswered": sum(
                self.live(item) and not self.answered(item) for item in self.case.items
            ),
            "proof_outstanding": sum(
                self.live(item)
                and self.answered(item)
                and not self.opened(item)
                and item.weight > 0
                and self.answer(item, PT) > self.risk(item, PT)
                for item in self.case.items
            ),
            "contributions": self.contributions(),
        }
