"""The vendor worked by hand in docs/scoring-method.md, computed by the engine and the reference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assessments.sheet import EvidenceLevel, State
from scoring.engine.batch import resolve
from scoring.engine.contributions import PartKind, contributions
from scoring.engine.evaluate import evaluate
from scoring.engine.explain import explain
from scoring.engine.methodology import DIMENSIONS, FULL, MILLI
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, SectionSpec
from scoring.engine.tree import climb
from tests.oracle.case import Case, Cell
from tests.oracle.cases import STANDARD, batch_of, outcome, plan_of
from tests.oracle.reference import Reference

DOCUMENT = (Path(__file__).parents[2] / "docs/scoring-method.md").read_text(encoding="utf-8")
Row = dict[str, str]


def table(first: str, second: str) -> list[Row]:
    """The table of the document whose header begins with these two cells."""
    lines = DOCUMENT.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} | {second} |"))
    header, _, *body = lines[start:]
    rows = []
    for line in body:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(cells_of(header), cells_of(line), strict=True)))
    return rows


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def tenths_of_a_thousandth(text: str) -> int:
    return int(Decimal(text) * 10_000) if text else 0


def milli(text: str) -> int:
    return int(Decimal(text) * MILLI)


def cell(row: Row) -> Cell:
    risk = tenths_of_a_thousandth(row["r"])
    level = row["evidence"].upper() or "SELF_DECLARED"
    until = row["valid until"]
    return Cell(
        state=State[row["state"].upper()],
        lo=risk,
        risk=risk,
        hi=risk,
        evidence=EvidenceLevel[level],
        until=date.fromisoformat(until) if until else None,
    )


@pytest.fixture(scope="module")
def worked() -> Case:
    rows = table("item", "section")
    intake = table("intake", "weight")
    known = {row["intake"]: row["r"] for row in intake}
    return Case(
        method=STANDARD,
        sections=(
            SectionSpec("ownership", "contract_terms", 1),
            SectionSpec("access", "technology_protection", 1),
        ),
        items=tuple(
            ItemSpec(
                key=row["item"],
                section=row["section"],
                weight=float(row["weight"]),
                parent=row["under"] or None,
                valid_days=365 if row["valid until"] else 0,
                knock_out=KnockOut(7_500, 60_000) if row["item"] == "assignment" else None,
            )
            for row in rows
        ),
        cells={row["item"]: cell(row) for row in rows},
        as_of=date(2026, 3, 17),
        intake_specs=tuple(IntakeSpec(row["intake"], float(row["weight"])) for row in intake),
        intake={
            key: None if risk == "unknown" else tenths_of_a_thousandth(risk)
            for key, risk in known.items()
        },
    )


def test_the_document_names_the_parameters_that_are_used() -> None:
    earned = {
        row["evidence"].replace("-", "_"): (float(row["g"]), float(row["b"]))
        for row in table("evidence", "g")
    }
    levels = STANDARD.evidence.model_dump()
    assert earned == {key: (level["credit"], level["pessimistic"]) for key, level in levels.items()}
    omega = {row["dimension"]: float(row["ω"]) for row in table("dimension", "ω")}
    assert list(omega) == list(DIMENSIONS)
    assert tuple(omega.values()) == STANDARD.dimensions.ordered
    assert (STANDARD.kappa, STANDARD.p, STANDARD.inherent_min) == (0.9, 4, 0.01)
    assert STANDARD.band_cuts == (20, 40, 60, 80)
    assert STANDARD.tier_cuts == (0.25, 0.5, 0.75)
    assert (STANDARD.coverage.final, STANDARD.coverage.provisional) == (0.95, 0.6)


def test_every_item_has_the_values_worked_out_by_hand(worked: Case) -> None:
    plan = plan_of(worked)
    earned = climb(plan, resolve(plan, batch_of(worked))).earned
    for row in table("item", "section"):
        if not row["lo"]:
            continue
        at = plan.item_keys.index(row["item"])
        by_hand = [float(row[end]) for end in ("lo", "pt", "hi")]
        assert (1 - earned[at, :3, 0]).tolist() == pytest.approx(by_hand, abs=1e-9), row["item"]


def test_the_results_worked_out_by_hand_are_those_of_the_engine_and_of_the_reference(
    worked: Case,
) -> None:
    engine = outcome(worked)
    assert engine == Reference(worked).outcome()
    by_hand = {row["result"]: row["value"] for row in table("result", "value")}
    assert {
        "inherent risk": milli(by_hand["inherent risk"]),
        "control effectiveness": milli(by_hand["control effectiveness"]),
        "score": milli(by_hand["score"]),
        "lowest": milli(by_hand["lowest"]),
        "highest": milli(by_hand["highest"]),
        "band": by_hand["band"],
        "status": by_hand["status"],
        "coverage": milli(by_hand["coverage"]),
        "confidence": milli(by_hand["confidence"]),
        "weakest dimension": by_hand["weakest dimension"],
    } == {
        "inherent risk": engine["inherent"],
        "control effectiveness": engine["effectiveness"],
        "score": engine["points"],
        "lowest": engine["lo"],
        "highest": engine["hi"],
        "band": engine["band"],
        "status": engine["status"],
        "coverage": engine["coverage"],
        "confidence": engine["confidence"],
        "weakest dimension": engine["worst"],
    }
    assert engine["dimensions"] == {
        "contract_terms": (20_000, 27_000, 45_500),
        "technology_protection": (12_000, 34_400, 41_600),
    }
    assert abs(int(evaluate(plan_of(worked), batch_of(worked)).posture[0]) - 0.30833 * FULL) < 1


def test_the_contributions_worked_out_by_hand_sum_to_the_score(worked: Case) -> None:
    by_hand = [
        (row["part"], milli(row["points"]), milli(row["answer"]), milli(row["proof"]))
        for row in table("part", "points")
    ]
    parts = contributions(plan_of(worked), batch_of(worked))
    assert by_hand == [
        (part.key or PartKind.BASE.value, part.points, part.answer, part.proof) for part in parts
    ]
    score = {row["result"]: row["value"] for row in table("result", "value")}["score"]
    assert sum(points for _, points, _, _ in by_hand) == milli(score)


def test_the_sentences_in_the_document_are_those_of_the_program(worked: Case) -> None:
    found = explain(plan_of(worked), batch_of(worked))
    said = f"{found.headline.sentence} {found.headline.worst}"
    flowing = " ".join(DOCUMENT.split())
    assert f"*{said}*" in flowing
    change = found.improvements[0][0]
    assert (change.key, round(change.points, -2)) == ("exit_interviews", 3_800)


def test_a_knock_out_in_the_example_would_lift_the_score_to_its_floor(worked: Case) -> None:
    failed = Cell(State.ANSWERED, 7_500, 7_500, 7_500, EvidenceLevel.DOCUMENT)
    lifted = replace(worked, cells={**worked.cells, "assignment": failed})
    assert outcome(lifted)["points"] == 60_000


def test_the_method_is_never_called_a_probability() -> None:
    assert "probab" not in DOCUMENT.lower()
