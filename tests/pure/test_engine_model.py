"""Methodology files, plans, provenance and vendor ratings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from assessments.sheet import EvidenceLevel, State
from scoring.engine import provenance
from scoring.engine.evaluate import Status
from scoring.engine.methodology import (
    SHIPPED,
    MethodologyError,
    load_methodology,
    parse_methodology,
)
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, Plan, PlanError, SectionSpec
from scoring.engine.rating import AssessmentResult, VendorRating, vendor_rating
from tests.pure.engine_samples import STANDARD, TODAY, batch, item, plan

TEXT = (SHIPPED / "standard-1.yaml").read_text(encoding="utf-8")


def test_every_shipped_methodology_loads_and_bears_its_file_name() -> None:
    files = sorted(SHIPPED.glob("*.yaml"))
    assert files
    for file in files:
        method = load_methodology(file.read_text(encoding="utf-8"))
        assert f"{method.key}-{method.version}" == file.stem


def test_a_methodology_survives_the_way_through_json() -> None:
    assert parse_methodology(STANDARD.content) == STANDARD


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kappa: 0.9", "kappa: 1.9", "kappa: "),
        ("p: 4", "p: 3", "p: "),
        ("document:          { credit: 0.90", "document:          { credit: 0.70", "evidence: "),
        (
            "independent:       { credit: 1.00",
            "independent: { pessimism: 1",
            "evidence.independent.",
        ),
        ("  liabilities: 10", "  liabilities: -1", "dimensions.liabilities: "),
        ("  liabilities: 10\n", "", "dimensions.liabilities: is missing (line 23)"),
        ("  liabilities: 10", "  liabilities: 10\n  luck: 5", "dimensions.luck: "),
        ("  liabilities: 10", "  liabilities: 10\n  liabilities: 11", "liabilities is given twice"),
        ("[20, 40, 60, 80]", "[20, 40, 40, 80]", "band_cuts: each cut"),
        ("final: 0.95", "final: 0.5", "coverage: "),
        ("  2: 730", "  2: never", "valid_days.2: "),
        ("kappa: 0.9", "kappa: [", "not readable as YAML"),
    ],
)
def test_a_wrong_methodology_is_refused_with_the_place_named(
    old: str, new: str, message: str
) -> None:
    assert old in TEXT
    with pytest.raises(MethodologyError) as refused:
        load_methodology(TEXT.replace(old, new, 1))
    assert message in str(refused.value)


def test_a_file_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(MethodologyError, match="a mapping"):
        load_methodology("- 1")


S = SectionSpec("s", "contract_terms", 1)


@pytest.mark.parametrize(
    ("items", "sections", "message"),
    [
        ([item("a"), item("a")], [S], "item 'a' is listed twice"),
        ([item("a")], [S, S], "section 's' is listed twice"),
        ([item("")], [S], "item without a key"),
        ([item("a", section="t")], [S], "item 'a': there is no section 't'"),
        ([item("a")], [replace(S, dimension="luck")], "there is no dimension 'luck'"),
        ([item("a", weight=-1)], [S], "item 'a': weight -1"),
        ([item("a", weight=float("nan"))], [S], "item 'a': weight nan"),
        ([item("a", weight=1e-9)], [S], "item 'a': weight 1e-09"),
        ([item("a", parent="b")], [S], "item 'a': there is no gate 'b'"),
        ([item("a", parent="b"), item("b", parent="a")], [S], "its gates form a circle"),
        ([item("a", parent="b"), item("b", kind="indicator")], [S], "is an indicator"),
        (
            [item("a", parent="b"), item("b", section="t")],
            [S, SectionSpec("t", "liabilities", 1)],
            "in another section",
        ),
        ([item("a", valid_days=-1)], [S], "item 'a': valid_days -1"),
        ([item("a", kind="guess")], [S], "item 'a': kind 'guess'"),
        ([item("a", knock_out=KnockOut(0, 5))], [S], "item 'a': a knock-out at 0"),
        ([item("a", knock_out=KnockOut(1, 100_001))], [S], "item 'a': a knock-out floor"),
    ],
)
def test_a_structure_that_cannot_be_scored_is_refused_by_name(
    items: list[ItemSpec], sections: list[SectionSpec], message: str
) -> None:
    with pytest.raises(PlanError) as refused:
        Plan.compile(items, sections, STANDARD)
    assert any(message in problem for problem in refused.value.problems)


def test_all_problems_of_a_structure_are_told_at_once() -> None:
    with pytest.raises(PlanError) as refused:
        Plan.compile([item("a", weight=-1), item("b", section="t")], [S], STANDARD)
    assert len(refused.value.problems) == 2


def test_the_model_hash_depends_on_every_number_and_not_on_the_title() -> None:
    one = plan(item("a"), intake=[IntakeSpec("i", 1)])
    first = provenance.model_hash(one)
    assert len(first) == 32
    retitled = STANDARD.model_copy(update={"title": "Another title"})
    assert provenance.model_hash(replace_method(one, retitled)) == first
    others = [
        replace_method(one, STANDARD.model_copy(update={"kappa": 0.8})),
        plan(item("a", weight=2), intake=[IntakeSpec("i", 1)]),
        plan(item("a", valid_days=1), intake=[IntakeSpec("i", 1)]),
        plan(item("a", mandatory=True), intake=[IntakeSpec("i", 1)]),
        plan(item("a", knock_out=KnockOut(1, 1)), intake=[IntakeSpec("i", 1)]),
        plan(item("a"), intake=[IntakeSpec("i", 2)]),
        plan(item("a"), intake=[IntakeSpec("i", 1)], sections=[replace(S, weight=2)]),
    ]
    assert len({first, *map(provenance.model_hash, others)}) == 8


def replace_method(one: Plan, method: Any) -> Plan:
    return Plan.compile(one.items, one.sections, method, one.intake)


def test_a_day_on_which_nothing_changes_keeps_the_input_hash() -> None:
    one = plan(item("a", valid_days=365))
    given = {"a": (State.ANSWERED, 0, EvidenceLevel.DOCUMENT, date(2026, 1, 31))}

    def on(day: date) -> bytes:
        return provenance.packed_inputs(one, batch(one, given, as_of=day))[0]

    assert on(date(2026, 3, 2)) == on(date(2026, 3, 31))
    assert on(date(2026, 3, 31)) != on(date(2026, 4, 1))
    assert on(date(2025, 6, 1)) == on(date(2026, 1, 31))


def test_what_lies_under_a_blank_does_not_reach_the_input_hash() -> None:
    one = plan(item("a"))
    clean = batch(one, {"a": (State.BLANK, 0, EvidenceLevel.SELF_DECLARED)})
    left = batch(one, {"a": (State.BLANK, 777, EvidenceLevel.DOCUMENT, TODAY)})
    assert provenance.packed_inputs(one, clean) == provenance.packed_inputs(one, left)


def test_sign_off_and_the_reason_for_no_answer_are_inputs() -> None:
    one = plan(item("a"))
    rows = [
        batch(one, {"a": (state, 0, EvidenceLevel.SELF_DECLARED)}, signed_off=signed_off)
        for state in (State.BLANK, State.DONT_KNOW)
        for signed_off in (True, False)
    ]
    packed = {provenance.packed_inputs(one, row)[0] for row in rows}
    assert len(packed) == 4


def test_the_digest_names_model_inputs_and_engine() -> None:
    model, inputs = bytes(32), bytes([1]) * 32
    names = {
        provenance.digest(model, inputs),
        provenance.digest(inputs, model),
        provenance.digest(model, inputs, "another engine"),
    }
    assert len(names) == 3


def rated(key: str, points: int | None, status: Status, **rest: bool) -> AssessmentResult:
    return AssessmentResult(key, status, points, **rest)


def test_a_vendor_stands_as_its_worst_rated_assessment_stands() -> None:
    rating = vendor_rating(
        STANDARD,
        [
            rated("a", 30_000, Status.FINAL, mandatory=True),
            rated("b", 61_000, Status.FINAL, blocked=True),
            rated("c", None, Status.NOT_RATED),
        ],
    )
    assert rating == VendorRating(Status.FINAL, 61_000, "high", "b", 2, 1, True)


@pytest.mark.parametrize(
    "other",
    [
        rated("b", None, Status.NOT_RATED, mandatory=True),
        rated("b", 10_000, Status.PROVISIONAL, mandatory=True),
        rated("b", 50_000, Status.PROVISIONAL),
    ],
)
def test_a_vendor_is_provisional_while_a_mandatory_or_the_deciding_assessment_is_not_final(
    other: AssessmentResult,
) -> None:
    rating = vendor_rating(STANDARD, [rated("a", 30_000, Status.FINAL, mandatory=True), other])
    assert rating.status is Status.PROVISIONAL


def test_a_mild_provisional_assessment_that_is_not_mandatory_leaves_the_rating_final() -> None:
    rating = vendor_rating(
        STANDARD, [rated("a", 30_000, Status.FINAL), rated("b", 10_000, Status.PROVISIONAL)]
    )
    assert rating.status is Status.FINAL


def test_a_vendor_without_a_rated_assessment_is_not_rated() -> None:
    rating = vendor_rating(STANDARD, [rated("a", None, Status.NOT_RATED)])
    assert (rating.status, rating.points, rating.band) == (Status.NOT_RATED, None, None)
    assert vendor_rating(STANDARD, []).status is Status.NOT_RATED


def test_points_without_a_rating_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly if not rated"):
        rated("a", 0, Status.NOT_RATED)


def test_rows_of_a_batch_keep_a_common_date() -> None:
    one = plan(item("a"))
    many = batch(one, {}).rows(np.zeros(3, dtype=np.intp))
    assert many.size == 3
    assert many.as_of == batch(one, {}).as_of
