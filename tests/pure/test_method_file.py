"""The file of a methodology: what is refused and where, and what a written file says."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
import rfc8785

from assessments import schema
from assessments.question import Tier
from assessments.sheet import EvidenceLevel, State
from scoring.compile import compile_plan
from scoring.engine import method_file, provenance
from scoring.engine.batch import FRESH, resolve
from scoring.engine.methodology import (
    SHIPPED,
    Methodology,
    MethodologyError,
    load_methodology,
    parse_methodology,
)
from scoring.engine.plan import KnockOut
from tests.factories.assessments import SMALL
from tests.pure.engine_samples import STANDARD, batch, item, plan

TEXT = (SHIPPED / "standard-1.yaml").read_text(encoding="utf-8")


def changed(**values: Any) -> Methodology:
    return parse_methodology({**STANDARD.content, **values})


def problems(text: str) -> list[str]:
    with pytest.raises(MethodologyError) as refused:
        load_methodology(text)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kappa: 0.9", "kappa: .nan", "kappa: is not a finite number (line 13)"),
        ("kappa: 0.9", "kappa: .inf", "kappa: is not a finite number (line 13)"),
        ("kappa: 0.9", "kappa: yes", "kappa: is not a number (line 13)"),
        ("kappa: 0.9", 'kappa: "0.9"', "kappa: is not a number (line 13)"),
        ("kappa: 0.9", "kappa:", "kappa: is not a number (line 13)"),
        ("kappa: 0.9", "kappa: -0.1", "kappa: must be at least 0 (line 13)"),
        ("kappa: 0.9", "kapa: 0.9", "kapa: is not known here (line 13)"),
        ("p: 4", "p: 3", "p: must be one of 1, 2, 4 or 8 (line 17)"),
        ("p: 4", "p: true", "p: is not a number (line 17)"),
        (
            "  liabilities: 10",
            "  liabilities: .nan",
            "dimensions.liabilities: is not a finite number (line 26)",
        ),
        (
            "  liabilities: 10",
            "  liabilities: 0.0000001",
            "dimensions: a weight is 0 or at least one millionth (line 23)",
        ),
        (
            "[20, 40, 60, 80]",
            "[20, 40, 60]",
            "band_cuts.3: is missing (line 46)",
        ),
        (
            "[20, 40, 60, 80]",
            "[20, 40, 60.0001, 60.0002]",
            "band_cuts: each cut must lie above the one before it (line 46)",
        ),
        ("[20, 40, 60, 80]", "[20, 40, 60, .nan]", "band_cuts.3: is not a finite number (line 46)"),
        ("[20, 40, 60, 80]", "80", "band_cuts: must be a list (line 46)"),
        ("  2: 730", "  2: 730.5", "valid_days.2: must be a whole number (line 57)"),
        ("  2: 730", "  5: 730", "valid_days.5: is not known here (line 57)"),
        ("title: Standard method", "title: [1]", "title: must be text (line 10)"),
        ("title: Standard method", "title: '  '", "title: must not be empty (line 10)"),
        ("key: standard", "key: Not a key", "key: begins with a small letter"),
        ("version: 1", "version: 0", "version: must be at least 1 (line 9)"),
        ("p: 4", "p: 4\ndecay: {periods: 0.3}", "decay.periods: goes in steps of a quarter"),
        ("p: 4", "p: 4\ndecay: {periods: -1}", "decay.periods: must be at least 0 (line 18)"),
        ("p: 4", "p: 4\ndecay: {half_life: 1}", "decay.half_life: is not known here (line 18)"),
        ("p: 4", "p: 4\nknock_outs: {a: {at: 0, floor: 1}}", "knock_outs.a.at: must be above 0"),
        ("p: 4", "p: 4\nknock_outs: {a: {at: 1}}", "knock_outs.a.floor: is missing (line 18)"),
        ("p: 4", "p: 4\nknock_outs: {A b: null}", "knock_outs.A b: begins with a small letter"),
        (
            "p: 4",
            "p: 4\nknock_outs: {a: {at: 0.00001, floor: 1}}",
            "knock_outs.a.at: has more than four decimals (line 18)",
        ),
        ("  kappa: Nine", "  luck: Nine", "rationale.luck: must be one of"),
        ("p: 4", "p: *four", "*four refers to another place; write the value out (line 17)"),
    ],
)
def test_a_problem_is_told_with_its_path_and_line(old: str, new: str, said: str) -> None:
    assert old in TEXT
    assert any(said in problem for problem in problems(TEXT.replace(old, new, 1)))


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    text = TEXT.replace("kappa: 0.9", "kappa: 2").replace("p: 4", "p: 5")
    text = text.replace("  2: 730", "  2: x\n  2: y")
    assert problems(text) == ["valid_days: 2 is given twice (line 58)"]
    text = text.replace("\n  2: y", "")
    assert [one.partition(":")[0] for one in problems(text)] == ["kappa", "p", "valid_days.2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file must hold a mapping of parameters"),
        ("- 1", "the file must hold a mapping of parameters"),
        ("just words", "the file must hold a mapping of parameters"),
        ("a: &x 1\nb: *x\n", "refers to another place"),
        ("a: {b: [1", "not readable as YAML"),
        ("a: !!python/object:os.system x", "not readable as YAML"),
        ("a: 2026-99-99", "not readable as YAML"),
        ("\x00", "not readable as YAML"),
        ("[" * 5_000, "not readable as YAML"),
        ("a: " + "[" * 30 + "]" * 30, "nested too deeply"),
        ("a" * 100_001, "longer than 100,000 characters"),
    ],
)
def test_what_is_no_methodology_at_all_is_refused_in_a_sentence(text: str, said: str) -> None:
    assert any(said in problem for problem in problems(text))


FULL = changed(
    decay={"periods": 0.5},
    knock_outs={"assigns": {"at": 0.75, "floor": 70, "block": True}, "discloses": None},
    rationale={"kappa": "Because: nobody knows.", "dimensions": "As the board decided.\nTwice."},
)


@pytest.mark.parametrize("method", [STANDARD, FULL], ids=["standard", "full"])
def test_a_written_file_says_the_same_when_it_is_read(method: Methodology) -> None:
    written = method_file.write(method.content)
    assert load_methodology(written) == method
    assert "expert judgement" in written
    assert "ip_law_compliance: 20\n" in written


def test_what_a_file_does_not_mention_leaves_its_hashes_as_they_were() -> None:
    """A methodology stored before decay, knock-outs and rationales keeps its names."""
    assert not {"decay", "knock_outs"} & set(STANDARD.content)
    assert changed(decay={"periods": 1}, knock_outs={}) == STANDARD
    bare = {name: value for name, value in STANDARD.content.items() if name != "rationale"}
    assert hashlib.sha256(rfc8785.dumps(bare)).hexdigest() == (
        "6635685d9e3d953f96b5c4c51fa345d7b1899771f43904ab99eb6227ae6a843a"
    )
    assert provenance.model_hash(plan(item("a"))).hex() == (
        "78aa77ba930a802396e563bdfa062d964f5818cc869bdf05e92f365a03537248"
    )


def test_decay_is_part_of_the_model_hash_and_a_rationale_is_not() -> None:
    first = provenance.model_hash(plan(item("a")))
    faster = changed(decay={"periods": 0.5})
    assert provenance.model_hash(plan(item("a"), methodology=faster)) != first
    explained = changed(rationale={"kappa": "Because."})
    assert provenance.model_hash(plan(item("a"), methodology=explained)) == first


@pytest.mark.parametrize(
    ("periods", "expected"), [(1, 6_027), (2, 8_014), (0.5, 2_088), (0.25, 0), (0, 0)]
)
def test_proof_fades_over_as_many_periods_as_the_method_says(periods: float, expected: int) -> None:
    one = plan(item("a", valid_days=365), methodology=changed(decay={"periods": periods}))
    given = {"a": (State.ANSWERED, 0, EvidenceLevel.DOCUMENT, date(2025, 10, 9))}

    def fade(day: date) -> int:
        return int(resolve(one, batch(one, given, as_of=day)).fade[0, 0])

    # 1 March is day 143 or 145 after the last day: (365 - 145) / 365 and so on.
    assert fade(date(2026, 3, 17)) == pytest.approx(expected, abs=60)
    assert fade(date(2025, 10, 9)) == FRESH
    assert fade(date(2025, 10, 31)) == FRESH


def test_a_proof_that_fades_at_once_says_the_first_of_the_month_on_which_it_does() -> None:
    one = plan(item("a", valid_days=365), methodology=changed(decay={"periods": 0}))
    given = {"a": (State.ANSWERED, 0, EvidenceLevel.DOCUMENT, date(2026, 3, 9))}
    before = resolve(one, batch(one, given, as_of=date(2026, 3, 31)))
    after = resolve(one, batch(one, given, as_of=date(2026, 4, 1)))
    assert (int(before.fade[0, 0]), int(after.fade[0, 0])) == (FRESH, 0)
    assert (before.next_change > 0).all()
    assert (after.next_change == 0).all()


QUESTIONNAIRE = schema.load(SMALL.encode())


def rule(key: str, method: Methodology) -> KnockOut | None:
    questions = [one.key for one in QUESTIONNAIRE.items]
    made = compile_plan(QUESTIONNAIRE, questions, Tier.LOW, method)
    return next(one.knock_out for one in made.items if one.key == key)


def test_a_method_replaces_adds_and_switches_off_knock_outs() -> None:
    assert rule("assigns", STANDARD) == KnockOut(at=9_000, floor=80_000, block=True)
    assert rule("discloses", STANDARD) is None
    softer = {"at": 0.5, "floor": 40.5}
    method = changed(knock_outs={"assigns": softer, "discloses": {"at": 1, "floor": 90}})
    assert rule("assigns", method) == KnockOut(at=5_000, floor=40_500, block=False)
    assert rule("discloses", method) == KnockOut(at=10_000, floor=90_000, block=False)
    assert rule("assigns", changed(knock_outs={"assigns": None})) is None


def test_a_knock_out_for_a_question_nobody_asks_changes_no_hash() -> None:
    questions = [one.key for one in QUESTIONNAIRE.items]

    def named(method: Methodology) -> bytes:
        return provenance.model_hash(compile_plan(QUESTIONNAIRE, questions, Tier.LOW, method))

    assert named(changed(knock_outs={"elsewhere": None})) == named(STANDARD)
    assert named(changed(knock_outs={"assigns": None})) != named(STANDARD)
