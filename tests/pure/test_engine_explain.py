"""The sentences: what they say, that they add up, and that they can be translated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from assessments.sheet import EvidenceLevel, State
from scoring.engine.contributions import PartKind
from scoring.engine.explain import Explanation, ItemLabel, explain, explain_resolved
from scoring.engine.phrases import ENGLISH, Language, Phrase, Points, share_out
from scoring.engine.plan import ItemSpec, KnockOut
from scoring.engine.provenance import packed_inputs, unpack_inputs
from scoring.engine.whatif import Change
from tests.pure.engine_samples import Given, batch, item, missing, plan, said

SELF, DOCUMENT, REVIEWED, INDEPENDENT = EvidenceLevel
NDA = {"q": ItemLabel("Is the NDA signed before disclosure?", "No")}
PAST = date(2025, 9, 1)


def sentence(
    given: Given, spec: dict[str, object] | None = None, labels: dict[str, ItemLabel] | None = None
) -> str:
    """What is said of one item among ten; `dated` in `spec`: its date is the evidence's own."""
    spec = dict(spec or {})
    dated = ["q"] if spec.pop("dated", False) else []
    one = plan(item("q", **spec), item("rest", weight=9))
    row = batch(one, {"q": given, "rest": said(4_000)}, dated=dated)
    found = explain(one, row, labels=labels or NDA)
    return str(next(phrase for part, phrase in found.parts if part.key == "q"))


def test_an_unproved_answer_is_split_into_answer_and_missing_proof() -> None:
    assert sentence(said(4_000, SELF)) == (
        "'Is the NDA signed before disclosure?' adds 4.6 points: answered 'No' (3.6), and no proof "
        "is attached (1.0)."
    )


@pytest.mark.parametrize(
    ("given", "spec", "end"),
    [
        (said(4_000), {}, "answered 'No'."),
        (said(0, SELF), {}, "answered 'No', but no proof is attached."),
        (said(0, DOCUMENT), {}, "answered 'No', but nobody has reviewed the proof yet."),
        (said(4_000, DOCUMENT), {}, "and nobody has reviewed the proof yet (0.5)."),
        ((*said(4_000), PAST), {"valid_days": 365}, "and the proof is getting old (0.5)."),
        (
            (*said(4_000), PAST),
            {"valid_days": 30},
            "and the answer is too old to count as proved (1.0).",
        ),
        (
            (*said(4_000), PAST),
            {"valid_days": 365, "dated": True},
            "and the proof has expired (1.0).",
        ),
        (missing(), {}, "it has not been answered."),
        (
            missing(State.DONT_KNOW),
            {},
            "the answer was 'Don't know', which counts in full until somebody finds out.",
        ),
        (missing(State.DECLINED), {}, "the vendor declined to say, which counts in full."),
        (
            missing(State.NA_PENDING),
            {},
            "it was marked as not applicable, which counts in full until a reviewer agrees.",
        ),
        (said(0), {}, "adds nothing: answered 'No'."),
        (missing(), {"weight": 0}, "adds nothing to this score."),
    ],
)
def test_each_state_of_an_answer_has_its_own_words(
    given: Given, spec: dict[str, object], end: str
) -> None:
    said_of_it = sentence(given, spec)
    assert said_of_it.startswith("'Is the NDA signed before disclosure?' adds ")
    assert said_of_it.endswith(end)


@pytest.mark.parametrize(
    ("given", "spec", "end"),
    [
        (said(4_000), {}, "the records show a grey zone."),
        (
            said(4_000, SELF),
            {},
            "the records show a grey zone (3.6), and they are not fully proved (1.0).",
        ),
        (
            (*said(4_000), PAST),
            {"valid_days": 30},
            "the records show a grey zone (3.6), and they are getting old (1.0).",
        ),
        (missing(), {}, "there are no records to judge it by."),
        (missing(State.DECLINED), {}, "the vendor declined to say, which counts in full."),
    ],
)
def test_an_indicator_speaks_of_records(given: Given, spec: dict[str, object], end: str) -> None:
    labels = {"q": ItemLabel("Solvency", "a grey zone")}
    assert sentence(given, {**spec, "kind": "indicator"}, labels).endswith(end)


def test_an_indicator_with_too_little_data_says_so() -> None:
    one = plan(item("q", kind="indicator"))
    row = replace(
        batch(one, {"q": said(4_000)}),
        covered=np.array([[False]]),
        risk_hi=np.array([[9_000]], dtype="u2"),
    )
    parts = explain(one, row).parts
    assert "too little to say" in str(parts[1][1])


def test_an_item_without_a_label_is_still_explained() -> None:
    assert sentence(said(4_000), labels={"x": ItemLabel("x")}) == (
        "'q' adds 3.6 points: answered '40.0 of 100'."
    )


GATE = (item("gate"), item("child", parent="gate"), item("rest", weight=8))


def test_an_open_gate_says_where_its_proof_lies() -> None:
    one = plan(*GATE)
    given = {"gate": said(5_000, SELF), "child": said(2_000), "rest": said(0)}
    found = explain(one, batch(one, given))
    kinds = {part.key: part.kind for part, _ in found.parts}
    words = {part.key: str(phrase) for part, phrase in found.parts}
    assert kinds["gate"] is PartKind.GATE
    assert words["gate"].endswith("its proof is looked for in the questions that follow from it.")


def knocked_out(block: bool = False) -> Explanation:
    one = plan(item("q", knock_out=KnockOut(5_000, 60_000, block)), item("rest", weight=99))
    return explain(one, batch(one, {"q": said(10_000), "rest": said(0)}), labels=NDA)


def test_a_knock_out_says_what_it_lifted() -> None:
    part, phrase = knocked_out().parts[-1]
    assert part.kind is PartKind.KNOCK_OUT
    assert str(phrase) == (
        "Knock-out: 'Is the NDA signed before disclosure?', answered 'No', lifts the score by "
        "49.1 points to 60.0."
    )
    assert str(knocked_out().knock_outs[0]).endswith("keeps the score at 60.0 or above.")
    assert "blocks an approval" in str(knocked_out(block=True).knock_outs[0])


def test_the_exposure_comes_first_and_all_parts_add_up() -> None:
    found = knocked_out()
    assert str(found.parts[0][1]).startswith("The exposure itself adds 10.0 points")
    assert sum(part.points for part, _ in found.parts) == 60_000
    assert all(part.points == part.answer + part.proof for part, _ in found.parts)


def test_where_nothing_applies_the_rest_has_a_sentence_too() -> None:
    one = plan(item("q"))
    found = explain(one, batch(one, {"q": missing(State.NA_APPROVED)}))
    assert [part.kind for part, _ in found.parts] == [PartKind.BASE, PartKind.UNRATED]
    assert str(found.parts[1][1]).startswith("90.0 points stand for all")


def head(*items: ItemSpec, signed_off: bool = True, **given: Given) -> str:
    one = plan(*items)
    return str(explain(one, batch(one, given, signed_off=signed_off)).headline.sentence)


def test_the_headline_is_the_band_and_what_would_make_it_firm() -> None:
    assert head(item("q"), q=said(0)) == "Low; nothing outstanding."
    assert (
        head(item("a"), item("b"), item("c"), a=said(0, SELF), b=said(0, SELF), c=said(0, DOCUMENT))
        == "Moderate; proof outstanding for 3 answers."
    )
    assert (
        head(item("a", weight=9), item("b"), a=said(0, SELF), signed_off=False)
        == "Moderate; unanswered: 1 question, proof outstanding for 1 answer, not signed off yet."
    )
    assert (
        head(item("a", weight=9), item("b", mandatory=True), a=said(0))
        == "Low; required answers outstanding: 1 question."
    )


def test_a_score_that_is_not_rated_says_how_much_is_missing() -> None:
    assert head(item("a", weight=599), item("b", weight=401), a=said(0)) == (
        "Not rated: 59% of what counts is known, and 60% is needed."
    )


def test_the_weakest_dimension_is_named() -> None:
    one = plan(item("q"))
    worst = explain(one, batch(one, {"q": said(2_000)})).headline.worst
    assert str(worst) == "Weakest dimension: Contract terms (20.0)."


def test_what_would_lower_the_score_most_comes_first() -> None:
    one = plan(item("a"), item("b", weight=3), item("c"))
    found = explain(one, batch(one, {"a": said(2_000, SELF), "c": said(0)})).improvements
    assert [(change.change, change.key) for change, _ in found] == [
        (Change.ANSWER, "b"),
        (Change.REMEDY, "a"),
        (Change.PROVE, "a"),
    ]
    assert [str(phrase) for _, phrase in found] == [
        "Answer 'b': up to 54.0 points less.",
        "Put right what 'a' asks about: up to 6.4 points less.",
        "Attach proof for 'a' and have it reviewed: 2.8 points less.",
    ]


def test_an_improvement_is_what_the_engine_itself_gives_after_the_change() -> None:
    one = plan(item("a", knock_out=KnockOut(5_000, 80_000)), item("b", weight=3))
    before = {"a": said(8_000), "b": said(2_000)}
    first = explain(one, batch(one, before)).improvements[0][0]
    after = explain(one, batch(one, {**before, "a": said(0, REVIEWED)}))
    assert (first.change, first.key) == (Change.REMEDY, "a")
    assert first.computed == sum(part.points for part, _ in after.parts)
    assert first.points == 80_000 - first.computed


def test_a_stored_score_is_explained_from_its_stored_inputs() -> None:
    one = plan(*GATE)
    row = batch(one, {"gate": said(5_000, SELF), "child": said(2_000), "rest": said(0, DOCUMENT)})
    stored = unpack_inputs(one, packed_inputs(one, row))
    assert explain_resolved(one, stored, labels=NDA) == explain(one, row, labels=NDA)


def test_a_score_without_a_way_down_names_none() -> None:
    one = plan(item("q"))
    assert explain(one, batch(one, {"q": said(0)})).improvements == ()


def test_a_phrase_is_translated_with_its_parts_and_numbers() -> None:
    german = Language(
        gettext={"%(band)s: %(points)s": "%(points)s (%(band)s)", "Low": "Niedrig"}.__getitem__,
        ngettext=lambda one, many, count: many,
        number=lambda value: str(value).replace(".", ","),
    )
    phrase = Phrase("%(band)s: %(points)s", {"band": Phrase("Low"), "points": Points(3_140)})
    assert phrase.render(german) == "3,1 (Niedrig)"
    assert phrase.render(ENGLISH) == str(phrase) == "Low: 3.1"


def test_numbers_shown_with_one_decimal_are_cut_and_still_add_up() -> None:
    total, part, rest = share_out(3_080, 1_040)
    assert (total.shown, part.shown, rest.shown) == (
        Decimal("3.0"), Decimal("1.0"), Decimal("2.0")
    )  # fmt: skip
