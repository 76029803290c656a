"""The scoring method in numbers small enough to check by head."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from assessments.sheet import EvidenceLevel, State, day_number
from scoring.engine.batch import BatchError, check
from scoring.engine.days import date_of
from scoring.engine.evaluate import NONE, Status, evaluate, inherent_risk
from scoring.engine.methodology import BANDS, DIMENSIONS
from scoring.engine.plan import IntakeSpec, KnockOut, SectionSpec
from tests.pure.engine_samples import TODAY, batch, item, missing, plan, said

SELF, DOCUMENT, REVIEWED, INDEPENDENT = EvidenceLevel
YEAR = 365


def posture(*risks: tuple[int, EvidenceLevel]) -> int:
    one = plan(*(item(f"q{at}") for at in range(len(risks))))
    result = evaluate(one, batch(one, {f"q{at}": said(*risk) for at, risk in enumerate(risks)}))
    return int(result.posture[0])


@pytest.mark.parametrize(
    ("level", "point", "high"),
    [
        (SELF, 20_000, 60_000),
        (DOCUMENT, 10_000, 35_000),
        (REVIEWED, 0, 10_000),
        (INDEPENDENT, 0, 0),
    ],
)
def test_a_perfect_answer_counts_as_far_as_it_is_proved(
    level: EvidenceLevel, point: int, high: int
) -> None:
    one = plan(item("q"))
    result = evaluate(one, batch(one, {"q": said(0, level)}))
    at = DIMENSIONS.index("contract_terms")
    assert result.dimension_lo[0, at] == 0
    assert result.dimension_pt[0, at] == point
    assert result.dimension_hi[0, at] == high


@pytest.mark.parametrize("state", [State.BLANK, State.DONT_KNOW, State.DECLINED, State.NA_PENDING])
def test_whatever_is_not_answered_counts_as_the_worst_and_could_be_the_best(state: State) -> None:
    one = plan(item("q"))
    result = evaluate(one, batch(one, {"q": missing(state)}))
    assert (result.lo[0], result.computed[0], result.hi[0]) == (10_000, 100_000, 100_000)
    assert result.unanswered[0] == 1
    assert result.coverage[0] == 0


def test_a_weight_of_zero_is_zero_and_not_a_default_of_one() -> None:
    one = plan(item("heavy"), item("idle", weight=0))
    result = evaluate(one, batch(one, {"heavy": said(0), "idle": said(10_000)}))
    assert result.posture[0] == 0


def test_an_approved_not_applicable_leaves_both_sums() -> None:
    one = plan(item("a"), item("b"))
    result = evaluate(one, batch(one, {"a": said(5_000), "b": missing(State.NA_APPROVED)}))
    assert result.posture[0] == 50_000
    assert result.coverage[0] == 100_000


def test_an_open_gate_adds_its_bare_risk_and_leaves_the_proof_to_its_children() -> None:
    one = plan(item("gate"), item("child", parent="gate"))
    given = {"gate": said(2_000, SELF), "child": said(5_000)}
    assert evaluate(one, batch(one, given)).posture[0] == 60_000  # .2 + .8 * .5
    given["child"] = missing(State.HIDDEN)
    assert evaluate(one, batch(one, given)).posture[0] == 36_000  # 1 - .8 * .8


def test_a_gate_whose_children_are_all_excused_scores_as_any_answer() -> None:
    one = plan(item("gate"), item("child", parent="gate"))
    given = {"gate": said(2_000, SELF), "child": missing(State.NA_APPROVED)}
    assert evaluate(one, batch(one, given)).posture[0] == 36_000


def test_a_child_of_an_unanswered_gate_is_not_asked_yet() -> None:
    one = plan(item("gate"), item("child", parent="gate"))
    result = evaluate(one, batch(one, {"gate": missing(), "child": said(0)}))
    assert result.posture[0] == 100_000
    assert result.unanswered[0] == 1


def test_inherent_risk_is_the_weighted_mean_of_the_intake_and_unknown_is_one() -> None:
    one = plan(item("q"), intake=[IntakeSpec("spend", 3), IntakeSpec("ip", 1)])
    result = evaluate(one, batch(one, {"q": said(10_000)}, intake={"spend": 2_000, "ip": None}))
    assert result.inherent[0] == 40_000
    assert result.tier[0] == 3
    assert result.points[0] == 40_000


def test_nothing_is_entrusted_entirely_without_exposure() -> None:
    one = plan(item("q"), intake=[IntakeSpec("spend", 1)])
    result = evaluate(one, batch(one, {"q": said(10_000)}, intake={"spend": 0}))
    assert result.inherent[0] == 1_000


@pytest.mark.parametrize(
    ("risk", "tier"), [(2_499, 4), (2_500, 3), (5_000, 2), (7_499, 2), (7_500, 1)]
)
def test_a_tier_begins_at_its_cut(risk: int, tier: int) -> None:
    one = plan(item("q"), intake=[IntakeSpec("spend", 1)])
    assert evaluate(one, batch(one, {"q": said(0)}, intake={"spend": risk})).tier[0] == tier


def test_several_engagements_are_compared_by_their_inherent_risk() -> None:
    one = plan(item("q"), intake=[IntakeSpec("spend", 1), IntakeSpec("ip", 1)])
    risks = inherent_risk(one, np.array([[2_000, 4_000], [9_000, 1_000]], dtype="u2"))
    assert risks.tolist() == [30_000, 50_000]


@pytest.mark.parametrize(
    ("floor", "band"),
    [(19_999, "low"), (20_000, "moderate"), (59_999, "elevated"), (80_000, "critical")],
)
def test_a_score_on_a_cut_belongs_to_the_worse_band(floor: int, band: str) -> None:
    one = plan(item("q", knock_out=KnockOut(1, floor)))
    result = evaluate(one, batch(one, {"q": said(1)}))
    assert result.points[0] == floor
    assert BANDS[result.band[0]] == band


def test_the_highest_knock_out_floor_holds_and_a_block_is_only_a_flag() -> None:
    one = plan(
        item("a", knock_out=KnockOut(5_000, 70_000)),
        item("b", knock_out=KnockOut(5_000, 60_000, block=True)),
        item("c", knock_out=KnockOut(5_000, 90_000)),
    )
    given = {"a": said(5_000), "b": said(9_000), "c": said(4_999)}
    result = evaluate(one, batch(one, given))
    assert result.points[0] == result.lo[0] == result.hi[0] == 70_000
    assert result.residual[0] < 70_000
    assert [one.item_keys[at] for at in np.array(one.knock_outs)[result.triggered[0]]] == ["a", "b"]
    assert result.blocked[0]


def test_a_knock_out_tests_the_answer_and_not_its_proof() -> None:
    one = plan(item("a", knock_out=KnockOut(2_000, 99_000)))
    result = evaluate(one, batch(one, {"a": said(1_999, SELF)}))
    assert not result.triggered.any()


def test_a_blank_knock_out_raises_only_the_upper_end_and_blocks_final() -> None:
    one = plan(item("a", knock_out=KnockOut(1, 99_000), weight=0), item("b"))
    result = evaluate(one, batch(one, {"b": said(0)}))
    assert (result.lo[0], result.points[0], result.hi[0]) == (10_000, 10_000, 99_000)
    assert result.status[0] == Status.PROVISIONAL
    assert result.required_open[0] == 1


def test_a_knock_out_still_behind_an_unanswered_gate_reaches_the_upper_end() -> None:
    one = plan(
        item("gate", weight=1),
        item("child", parent="gate", knock_out=KnockOut(1, 99_000)),
        item("rest", weight=99),
    )
    result = evaluate(one, batch(one, {"child": missing(State.HIDDEN), "rest": said(0)}))
    assert result.points[0] < result.hi[0] == 99_000
    assert result.required_open[0] == 1


@pytest.mark.parametrize(
    ("answered", "signed", "status"),
    [
        (95, True, Status.FINAL),
        (95, False, Status.PROVISIONAL),
        (94, True, Status.PROVISIONAL),
        (60, True, Status.PROVISIONAL),
        (59, True, Status.NOT_RATED),
    ],
)
def test_the_status_follows_coverage_and_sign_off(
    answered: int, signed: bool, status: Status
) -> None:
    one = plan(item("known", weight=answered), item("rest", weight=100 - answered))
    result = evaluate(one, batch(one, {"known": said(0)}, signed_off=signed))
    assert result.coverage[0] == answered * 1_000
    assert result.status[0] == status


def test_not_rated_has_no_points_and_no_band() -> None:
    one = plan(item("q"))
    result = evaluate(one, batch(one, {}))
    assert result.points[0] == result.band[0] == NONE


def test_an_assessment_in_which_nothing_applies_is_not_rated() -> None:
    one = plan(item("q"))
    result = evaluate(one, batch(one, {"q": missing(State.NA_APPROVED)}))
    assert result.status[0] == Status.NOT_RATED
    assert (result.lo[0], result.hi[0]) == (10_000, 100_000)
    assert result.worst_dimension[0] == NONE
    assert (result.dimension_pt == NONE).all()


def test_a_missing_mandatory_answer_keeps_a_score_provisional() -> None:
    one = plan(item("must", weight=1, mandatory=True), item("rest", weight=99))
    result = evaluate(one, batch(one, {"rest": said(0)}))
    assert result.coverage[0] == 99_000
    assert result.status[0] == Status.PROVISIONAL


def test_the_worst_dimension_is_named() -> None:
    one = plan(
        item("a", section="x"),
        item("b", section="y"),
        sections=[SectionSpec("x", "liabilities", 1), SectionSpec("y", "contract_terms", 1)],
    )
    result = evaluate(one, batch(one, {"a": said(8_000), "b": said(1_000)}))
    assert DIMENSIONS[result.worst_dimension[0]] == "liabilities"


def aged(on: date, *, dated: bool = False, period: int = YEAR) -> tuple[int, int]:
    """Posture and confidence of one good, documented answer that holds until 14 February 2026."""
    one = plan(item("q", valid_days=period))
    given = {"q": (State.ANSWERED, 0, DOCUMENT, date(2026, 2, 14))}
    row = batch(one, given, as_of=on, dated=["q"] if dated else [])
    result = evaluate(one, row)
    return int(result.posture[0]), int(result.confidence[0])


def test_an_answer_begins_to_fade_on_the_first_of_the_next_month() -> None:
    assert aged(date(2026, 2, 28)) == (10_000, 65_000)
    first = aged(date(2026, 3, 1))
    assert first == (10_411, 62_328)  # 15 of 365 days: f = .9589; 62,328.5 goes to even
    assert aged(date(2026, 3, 31)) == first
    assert aged(date(2026, 4, 1)) > first


def test_a_faded_answer_counts_as_a_self_declaration_and_is_no_longer_covered() -> None:
    assert aged(date(2027, 3, 1)) == (20_000, 0)
    assert aged(date(2040, 1, 1)) == (20_000, 0)


def test_expired_certificate_earns_no_credit() -> None:
    assert aged(date(2026, 2, 14), dated=True) == (10_000, 65_000)
    assert aged(date(2026, 2, 15), dated=True) == (20_000, 40_000)


def test_what_an_expired_certificate_leaves_behind_fades_like_any_statement() -> None:
    assert aged(date(2026, 3, 1), dated=True) == (20_000, 38_356)
    assert aged(date(2027, 3, 1), dated=True) == (20_000, 0)


def test_an_item_that_does_not_age_falls_back_to_a_self_declaration_for_good() -> None:
    assert aged(date(2040, 1, 1), period=0) == (20_000, 40_000)


def change_after(on: date, *, dated: bool = False) -> date | None:
    one = plan(item("q", valid_days=YEAR))
    given = {"q": (State.ANSWERED, 0, DOCUMENT, date(2026, 2, 14))}
    row = batch(one, given, as_of=on, dated=["q"] if dated else [])
    return date_of(int(evaluate(one, row).next_change[0]))


def test_the_next_change_is_a_first_of_the_month_or_the_day_after_an_expiry() -> None:
    assert change_after(date(2026, 1, 5)) == date(2026, 3, 1)
    assert change_after(date(2026, 3, 1)) == date(2026, 4, 1)
    assert change_after(date(2027, 2, 1)) == date(2027, 3, 1)
    assert change_after(date(2027, 3, 1)) is None
    assert change_after(date(2026, 1, 5), dated=True) == date(2026, 2, 15)
    assert change_after(date(2026, 2, 15), dated=True) == date(2026, 3, 1)


def ranged(known: bool, level: EvidenceLevel = INDEPENDENT) -> tuple[int, int, int]:
    one = plan(item("z", kind="indicator"))
    row = replace(
        batch(one, {"z": said(4_000, level)}),
        risk_lo=np.array([[2_000]], dtype="u2"),
        risk_hi=np.array([[7_000]], dtype="u2"),
        covered=np.array([[known]]),
    )
    result = evaluate(one, row)
    at = DIMENSIONS.index("contract_terms")
    return (
        int(result.dimension_lo[0, at]),
        int(result.dimension_pt[0, at]),
        int(result.dimension_hi[0, at]),
    )


def test_an_indicator_carries_its_own_range_and_evidence() -> None:
    assert ranged(True) == (20_000, 40_000, 70_000)
    assert ranged(True, DOCUMENT) == (20_000, 46_000, 80_500)


def test_an_indicator_with_too_little_data_counts_at_its_cautious_end() -> None:
    assert ranged(False) == (20_000, 70_000, 70_000)


def test_an_empty_batch_gives_an_empty_result() -> None:
    one = plan(item("q"))
    none = batch(one, {}).rows(slice(0, 0))
    assert len(evaluate(one, none).points) == 0


def test_a_batch_larger_than_one_chunk_scores_row_by_row() -> None:
    one = plan(*(item(f"q{at}") for at in range(2_500)))
    single = batch(one, {f"q{at}": said(at) for at in range(2_500)})
    many = evaluate(one, single.rows(np.zeros(300, dtype=np.intp)))
    assert set(many.points.tolist()) == {int(evaluate(one, single).points[0])}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"risk": np.zeros((1, 3), dtype="u2")}, "risk has shape"),
        ({"risk": np.array([[10_001]], dtype="u2")}, "item 'q', row 0: a risk is above"),
        ({"state": np.array([[9]], dtype="u1")}, "the state has no meaning"),
        ({"evidence": np.array([[7]], dtype="u1")}, "the evidence level has no meaning"),
        ({"signed_off": np.array([True, False])}, "signed_off has shape"),
        ({"intake": np.zeros((1, 4), dtype="u2")}, "intake has shape"),
        ({"as_of": 70_000}, "as_of"),
        ({"as_of": np.array([1, 2])}, "as_of has shape"),
        ({"risk_hi": np.array([[9_000]], dtype="u2")}, "only an indicator's risk is a range"),
        ({"risk_lo": np.array([[9_000]], dtype="u2")}, "a risk lies outside its own range"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_by_name(change: dict[str, Any], message: str) -> None:
    one = plan(item("q"))
    with pytest.raises(BatchError, match=message):
        check(one, replace(batch(one, {"q": said(5)}), **change))


def test_a_day_after_the_last_that_can_be_stored_is_not_reached() -> None:
    one = plan(item("q", valid_days=YEAR))
    given = {"q": (State.ANSWERED, 0, DOCUMENT, TODAY + timedelta(days=50))}
    assert evaluate(one, batch(one, given)).next_change[0] == day_number(date(2026, 6, 1))
