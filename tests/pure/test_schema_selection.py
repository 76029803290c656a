"""Which questions an assessment asks, and which of them are visible as answers come in."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assessments.schema import Tier, is_open, load, parse, visible_keys
from assessments.selection import Facts, Selection, select
from vendors.intake import IpKind, Service

FILE = Path(__file__).parents[2] / "assessments" / "questionnaires" / "ip-outsourcing.yaml"
BUILT_IN = load(FILE.read_bytes())
GATES = [item.question for item in BUILT_IN.items if item.question.gate]

some_facts = st.builds(
    Facts,
    ip_kinds=st.sets(st.sampled_from(IpKind)).map(tuple),
    service=st.none() | st.sampled_from(Service),
    tier=st.sampled_from(Tier),
)
some_answers = st.fixed_dictionaries(
    {}, optional={gate.key: st.sampled_from([o.key for o in gate.choices]) for gate in GATES}
)


def small() -> dict[str, Any]:
    base = {"text": "Q?", "why": "W.", "good_evidence": "G.", "respondent": "vendor"}
    leaf = base | {"key": "leaf", "kind": "text", "min_tier": "critical"}
    inner = base | {
        "key": "inner",
        "kind": "yes_no",
        "risk": {"yes": 0, "no": 1},
        "gate": {"opens_on": ["no"], "children": [leaf]},
        "min_tier": "high",
        "applies": {"services": ["tooling"]},
    }
    outer = base | {
        "key": "outer",
        "kind": "yes_no",
        "risk": {"yes": 1, "no": 0},
        "gate": {"opens_on": ["yes"], "children": [inner]},
    }
    section = {"title": "S", "intro": "I", "dimension": "liabilities", "reviewer": "legal"}
    tools = section | {"key": "tools", "questions": [outer]}
    brands = section | {
        "key": "brands",
        "applies": {"ip_kinds": ["brands"]},
        "questions": [base | {"key": "marks", "kind": "text"}],
    }
    return {"key": "small", "version": "1", "title": "T", "sections": [tools, brands]}


SMALL = parse(small())


def test_a_question_is_asked_from_its_tier_up() -> None:
    asked = {tier: select(SMALL, Facts(tier=tier)).question_keys for tier in Tier}
    assert asked == {
        Tier.LOW: ("outer", "marks"),
        Tier.MODERATE: ("outer", "marks"),
        Tier.HIGH: ("outer", "inner", "marks"),
        Tier.CRITICAL: ("outer", "inner", "leaf", "marks"),
    }


def test_a_child_is_not_asked_where_its_gate_is_not() -> None:
    facts = Facts(service=Service.RESEARCH, tier=Tier.CRITICAL)
    assert select(SMALL, facts).question_keys == ("outer", "marks")


def test_a_section_for_other_kinds_of_ip_is_left_out() -> None:
    facts = Facts(ip_kinds=(IpKind.DESIGNS,), tier=Tier.LOW)
    assert select(SMALL, facts).section_keys == ("tools",)


def test_what_is_not_known_about_the_engagement_leaves_nothing_out() -> None:
    assert select(SMALL, Facts(tier=Tier.CRITICAL)).section_keys == ("tools", "brands")


def test_a_stored_selection_is_read_back_unchanged() -> None:
    chosen = select(BUILT_IN, Facts(tier=Tier.HIGH))
    assert Selection.model_validate_json(chosen.model_dump_json()) == chosen


@given(some_facts)
def test_a_selection_is_part_of_the_file_in_its_order_and_holds_every_gate_of_a_child(
    facts: Facts,
) -> None:
    chosen = select(BUILT_IN, facts)
    keys = set(chosen.question_keys)
    assert chosen.question_keys == tuple(i.key for i in BUILT_IN.items if i.key in keys)
    assert all(keys.issuperset(BUILT_IN.by_key[key].parents) for key in keys)
    assert {BUILT_IN.by_key[key].section for key in keys} == set(chosen.section_keys)


@given(some_facts, st.sampled_from(Tier))
def test_a_higher_tier_never_asks_less(facts: Facts, tier: Tier) -> None:
    low, high = sorted((facts.tier, tier), key=lambda each: each.rank)
    fewer = select(BUILT_IN, facts.model_copy(update={"tier": low}))
    more = select(BUILT_IN, facts.model_copy(update={"tier": high}))
    assert set(fewer.question_keys) <= set(more.question_keys)


def test_children_appear_when_their_gates_open_one_after_another() -> None:
    chosen = select(SMALL, Facts(tier=Tier.CRITICAL))
    assert visible_keys(SMALL, chosen, {}) == ("outer", "marks")
    assert visible_keys(SMALL, chosen, {"outer": "yes"}) == ("outer", "inner", "marks")
    assert "leaf" in visible_keys(SMALL, chosen, {"outer": "yes", "inner": "no"})
    assert "leaf" not in visible_keys(SMALL, chosen, {"outer": "no", "inner": "no"})


@given(some_facts, some_answers)
def test_only_selected_questions_behind_open_gates_are_visible(
    facts: Facts, values: dict[str, object]
) -> None:
    chosen = select(BUILT_IN, facts)
    visible = set(visible_keys(BUILT_IN, chosen, values))
    assert visible <= set(chosen.question_keys)
    for key in chosen.question_keys:
        gates = [BUILT_IN.by_key[parent].question for parent in BUILT_IN.by_key[key].parents]
        assert (key in visible) == all(is_open(gate, values.get(gate.key)) for gate in gates)
