"""The score in words: the memo, what drives it, what is not known, and what would lower it."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import answers, assessments
from assessments.services.answers import AnswerInput
from scoring import reasons
from scoring.engine.unknowns import Spread
from scoring.memo import listed, memo
from scoring.selectors.scorecard import Scorecard, scorecard
from tests.factories.assessments import make_assessment
from tests.factories.scoring import say, score, scored
from tests.personas import Person
from tests.scoring_pages.reading import get, text_of

pytestmark = pytest.mark.django_db


def card_of(assessment: Assessment) -> Scorecard:
    """The scorecard of an assessment."""
    found = scorecard(assessment, SYSTEM)
    assert found is not None
    return found


def memo_of(assessment: Assessment) -> list[str]:
    """The three sentences."""
    return memo(assessment, card_of(assessment))


def leave_open(assessment: Assessment, *keys: str) -> None:
    """Take the answers to some questions back."""
    unknown = {key: AnswerInput(None, state="dont_know") for key in keys}
    answers.save(assessment=assessment, values=unknown, by=SYSTEM)
    score(assessment)


class TestMemo:
    def test_each_of_the_three_is_one_sentence(self, unit: BusinessUnit) -> None:
        said = memo_of(scored(unit, name="Zhang Moulds", worst=True))
        assert len(said) == 3
        for sentence in said:
            assert sentence.endswith(".")
            # A full stop inside would make it two; those of quoted questions and numbers may stay.
            assert not re.search(r"\.\s", sentence)

    def test_a_draft_says_that_it_was_not_submitted(self, unit: BusinessUnit) -> None:
        assert "the assessment has not been submitted yet" in memo_of(scored(unit))[2]

    def test_a_submitted_one_waits_for_the_sign_off(self, unit: BusinessUnit) -> None:
        assessment = assessments.submit(assessment=scored(unit), by=SYSTEM)
        score(assessment)
        assert memo_of(assessment)[2].endswith("and it has not been signed off.")

    def test_one_and_several_are_counted_apart(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        leave_open(assessment, "staff")
        assert "1 question is not answered," in memo_of(assessment)[2]
        leave_open(assessment, "staff", "discloses")
        assert "2 questions are not answered," in memo_of(assessment)[2]
        leave_open(assessment, "assigns")
        assert "1 required question has no answer that still holds," in memo_of(assessment)[2]

    def test_a_knock_out_comes_before_everything_else(self, unit: BusinessUnit) -> None:
        standing = memo_of(scored(unit, worst=True))[2]
        assert standing.startswith(
            "A knock-out answer rules out an approval and keeps the score at 80.0 or above; "
            "the score is provisional: "
        )

    def test_without_a_rating_there_is_a_range_and_no_band(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        score(assessment)
        rating, _origin, standing = memo_of(assessment)
        assert "is not rated" in rating
        assert standing.startswith("There is no score yet: ")

    def test_a_final_score_with_all_proved_leaves_nothing_to_say(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        card = card_of(assessment)
        current = card.current
        current.status = "final"
        current.said = replace(current.said, missing_proofs=0, unanswered=0)
        current.lo = current.hi = current.points or 0
        said = memo(assessment, replace(card, signed_off=True), on_record=True)
        assert said[0].endswith("which nothing still unknown could change.")
        assert said[2] == "The score is final: nothing is outstanding."

    @pytest.mark.parametrize(
        ("parts", "said"),
        [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
    )
    def test_what_is_open_reads_as_one_list(self, parts: list[str], said: str) -> None:
        assert listed(parts) == said


class TestDrivers:
    def test_they_name_the_exposure_then_the_largest_dimensions(self, unit: BusinessUnit) -> None:
        card = card_of(scored(unit, worst=True))
        exposure, first, *_more, lift = reasons.drivers(card)
        assert exposure.startswith("Of ")
        assert "points before the knock-out" in exposure
        assert "come with the exposure" in exposure
        largest = max(card.dimensions, key=lambda one: one.points)
        assert first.startswith(largest.title)
        assert lift == card.uplift_sentence

    def test_the_page_names_the_questions_that_add_most(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit, worst=True)
        page = get(procurement.browser, reverse("scoring:scorecard", args=[assessment.pk]))
        assert "The questions that add most" in page
        assert card_of(assessment).parts[0].sentence in text_of(page)


class TestUnknown:
    def test_a_blank_knock_out_says_to_what_it_could_lift_the_score(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        leave_open(assessment, "assigns")
        gap = card_of(assessment).gaps[0]
        assert (gap.key, gap.missing, gap.worst) == ("assigns", "dont_know", 80_000)
        page = get(procurement.browser, reverse("scoring:scorecard", args=[assessment.pk]))
        assert "higher, 80.0" in text_of(page)

    def test_what_is_simply_not_known_can_only_fall(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        leave_open(assessment, "staff")
        (gap,) = card_of(assessment).gaps
        assert gap.rise == 0
        assert gap.fall > 0
        assert reasons.at_worst(gap) == "no higher: it counts in full already"

    def test_the_width_of_the_interval_is_shared_out_exactly(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        leave_open(assessment, "staff")
        card = card_of(assessment)
        assert card.spread is not None
        assert card.spread.answers + card.spread.proof == card.current.hi - card.current.lo
        assert "from missing answers, and" in reasons.spread(card)

    @pytest.mark.parametrize(
        ("answers_", "proof", "said"),
        [
            (0, 0, ""),
            (0, 5_000, "All of it is missing proof"),
            (5_000, 0, "All of it is missing answers"),
        ],
    )
    def test_where_it_comes_from_one_side_alone_that_is_said(
        self, unit: BusinessUnit, answers_: int, proof: int, said: str
    ) -> None:
        found = Spread(lo=10_000, hi=10_000 + answers_ + proof, answers=answers_, proof=proof)
        sentence = reasons.spread(replace(card_of(scored(unit)), spread=found))
        assert said in sentence
        assert bool(sentence) is bool(said)


class TestLowering:
    def test_each_kind_of_change_can_be_opened(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = scored(unit)
        say(assessment, discloses="never", measures=["nothing"])
        leave_open(assessment, "staff")
        response = procurement.browser.get(reverse("scoring:scorecard", args=[assessment.pk]))
        kinds = [heading for heading, _rows in response.context["lowering_by_kind"]]
        assert kinds == ["Find out and answer", "Have it proved and reviewed", "Put it right"]
        listed_ = sum(len(rows) for _heading, rows in response.context["lowering_by_kind"])
        assert listed_ == len(card_of(assessment).lowering) > len(response.context["lowering"]) == 5
