"""Saying again what was said the last time, question by question or for a section."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of, is_dealt_with, schema_of
from assessments.selectors.renewals import Offer, offers
from assessments.services.answers import AnswerInput, Said
from assessments.sheet import State

#: What is stored -> what is said again: an approved "does not apply" is asked about anew.
_WORDS: Final[Mapping[int, Said]] = {
    State.ANSWERED: "answered",
    State.DONT_KNOW: "dont_know",
    State.DECLINED: "declined",
    State.NA_PENDING: "not_applicable",
    State.NA_APPROVED: "not_applicable",
    State.BLANK: "blank",
}


def confirmed(
    assessment: Assessment, keys: Collection[str], *, section: str = "", vendor_side: bool = False
) -> dict[str, AnswerInput]:
    """What `answers.save` takes to say again what was said to `keys`.

    With `section`, to all questions of that section that have no answer yet.
    """
    answers = answers_of(assessment)
    offered = offers(assessment, answers, vendor_side=vendor_side)
    wanted = set(keys)
    if section:
        by_key = schema_of(assessment).by_key
        wanted |= {
            key
            for key in offered
            if by_key[key].section == section and not is_dealt_with(answers.get(key))
        }
    return {key: _again(offered[key], answers.get(key)) for key in offered if key in wanted}


def asked_for(
    assessment: Assessment,
    asked: str,
    *,
    section: str,
    among: Collection[str],
    typed: Mapping[str, AnswerInput],
    vendor_side: bool = False,
) -> dict[str, AnswerInput]:
    """What `answers.save` takes where somebody presses "Still so".

    asked: the key of a question; "*" for all of the section without an answer; "" for none.
    among: the questions that are theirs to answer now. typed: what their form says by now: of a
    section, that stands; of one question, the note does.
    """
    if not asked:
        return {}
    if asked == "*":
        again = confirmed(assessment, (), section=section, vendor_side=vendor_side)
        said = {key for key, given in typed.items() if given.state != "blank" or given.note}
    else:
        again, said = confirmed(assessment, [asked], vendor_side=vendor_side), set()
        if asked in again and (note := typed[asked].note if asked in typed else "").strip():
            again[asked] = replace(again[asked], note=note)
    return {key: given for key, given in again.items() if key in among and key not in said}


def _again(offer: Offer, present: Answer | None) -> AnswerInput:
    answer = offer.answer
    return AnswerInput(
        value=answer.value,
        state=_WORDS[answer.state],
        note=offer.note,
        version=present.version if present else 0,
    )
