"""The scorecard: one score taken apart into parts that add up to it, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments import schema
from assessments.models import Answer, Assessment
from assessments.selectors import answers_of, schema_of
from assessments.sheet import State
from scoring.engine import explain
from scoring.engine.contributions import Contribution, PartKind
from scoring.engine.evaluate import score as score_of
from scoring.engine.phrases import Language, Phrase
from scoring.engine.whatif import Change
from scoring.models import CurrentScore, Score
from scoring.selectors import scores as reading

#: Changes named under "what would lower this most".
LOWERING: Final = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score in milli-points: `points` = `answer` + `proof`. `key`: the question.

    `evidence` is a level of `EvidenceLevel`, None where nothing is answered.
    """

    kind: str
    key: str | None
    text: str
    said: str
    points: int
    answer: int
    proof: int
    sentence: str
    evidence: int | None
    state: str


@dataclass(frozen=True, slots=True)
class SectionPart:
    """A section and the parts of its questions, the largest first."""

    key: str
    title: str
    points: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class DimensionPart:
    """A dimension: its own value (lo, pt, hi; None if it dropped out) and what it adds."""

    key: str
    title: str
    points: int
    interval: tuple[int, int, int] | None
    sections: Sequence[SectionPart]


@dataclass(frozen=True, slots=True)
class Lowering:
    """A single change that would lower the score by `points`: answer, prove or remedy."""

    change: str
    key: str
    points: int
    to: int
    sentence: str


@dataclass(frozen=True, slots=True)
class MissingProof:
    """An answer that better or fresher proof would improve, by `points` at most."""

    key: str
    text: str
    points: int
    reason: str
    good_evidence: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A score and why. `total` = `base` + the dimensions + `unrated` + `uplift`.

    `total` is what the parts add up to: the points, or where the score is not rated the number that
    would stand there. `complete` is False when this release cannot take the score apart; then only
    `current` and `history` say something.
    """

    current: CurrentScore
    complete: bool
    headline: str
    firm: Sequence[str]
    worst: str
    total: int
    base: int
    unrated: int
    uplift: int
    uplift_sentence: str
    base_sentence: str
    dimensions: Sequence[DimensionPart]
    knock_outs: Sequence[str]
    lowering: Sequence[Lowering]
    missing: Sequence[MissingProof]
    history: Sequence[Score]

    @property
    def parts(self) -> list[Part]:
        """All parts of questions, the largest first."""
        found = [
            part
            for dimension in self.dimensions
            for section in dimension.sections
            for part in section.parts
        ]
        return sorted(found, key=lambda part: (-part.points, part.key or ""))


def scorecard(assessment: Assessment, principal: Principal) -> Scorecard | None:
    """The scorecard of an assessment; None while it has no score, or when it is not theirs to see.

    Three queries: the score, the answers, the history.
    """
    if not principal.can(Permission.VIEW, assessment.unit_id):
        return None
    current = (
        CurrentScore.objects.select_related("methodology")
        .defer("methodology__content")
        .filter(assessment=assessment)
        .first()
    )
    if current is None:
        return None
    history = reading.history(assessment)
    try:
        return _explained(current, assessment, history)
    except reading.NotReproducible:
        return _bare(current, history)


def language() -> Language:
    """How the engine's sentences are said to the reader of this moment."""
    return Language(gettext=gettext, ngettext=ngettext, number=_number)


def _number(value: Decimal) -> str:
    return number_format(value, 1)


def _explained(
    current: CurrentScore, assessment: Assessment, history: Sequence[Score]
) -> Scorecard:
    model = reading.model_of(current, assessment)
    resolved = reading.resolved_of(current, model)
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    labels = item_labels(questionnaire, answers, assessment.questions)
    said = explain.explain_resolved(model.plan, resolved, labels, most=LOWERING)
    speak = language()

    def words(phrase: Phrase) -> str:
        return phrase.render(speak)

    parts: dict[str, Part] = {}
    missing: list[MissingProof] = []
    for one, phrase in said.parts:
        if one.key is None or one.at is None or one.kind is PartKind.KNOCK_OUT:
            continue
        state = State(int(resolved.state[one.at, 0]))
        answered = state is State.ANSWERED
        parts[one.key] = Part(
            kind=one.kind.value,
            key=one.key,
            text=labels[one.key].text,
            said=labels[one.key].answer or "",
            points=one.points,
            answer=one.answer,
            proof=one.proof,
            sentence=words(phrase),
            evidence=int(resolved.evidence[one.at, 0]) if answered else None,
            state=state.name.lower(),
        )
        if answered and one.proof > 0:
            question = questionnaire.by_key[one.key].question
            missing.append(
                MissingProof(
                    key=one.key,
                    text=labels[one.key].text,
                    points=one.proof,
                    reason=explain.gap_of(resolved, one.at).value,
                    good_evidence=question.good_evidence.text_for(_lang()),
                )
            )
    extra = {one.kind: (one, words(phrase)) for one, phrase in said.parts if one.kind in _EXTRA}
    return Scorecard(
        current=current,
        complete=True,
        headline=words(said.headline.sentence),
        firm=[words(phrase) for phrase in said.headline.firm],
        worst=words(said.headline.worst) if said.headline.worst else "",
        total=int(score_of(model.plan, resolved).computed[0]),
        base=_points(extra, PartKind.BASE),
        unrated=_points(extra, PartKind.UNRATED),
        uplift=_points(extra, PartKind.KNOCK_OUT),
        uplift_sentence=extra[PartKind.KNOCK_OUT][1] if PartKind.KNOCK_OUT in extra else "",
        base_sentence=extra[PartKind.BASE][1] if PartKind.BASE in extra else "",
        dimensions=_dimensions(questionnaire, assessment, current, parts),
        knock_outs=[words(phrase) for phrase in said.knock_outs],
        lowering=[
            Lowering(
                change=Change(one.change).value,
                key=one.key,
                points=one.points,
                to=one.computed,
                sentence=words(phrase),
            )
            for one, phrase in said.improvements
        ],
        missing=sorted(missing, key=lambda one: (-one.points, one.key)),
        history=history,
    )


_EXTRA: Final = frozenset({PartKind.BASE, PartKind.UNRATED, PartKind.KNOCK_OUT})


def _points(extra: Mapping[PartKind, tuple[Contribution, str]], kind: PartKind) -> int:
    return extra[kind][0].points if kind in extra else 0


def _dimensions(
    questionnaire: schema.Questionnaire,
    assessment: Assessment,
    current: CurrentScore,
    parts: Mapping[str, Part],
) -> list[DimensionPart]:
    grouped: dict[str, list[Part]] = {}
    for part in parts.values():
        if part.key is not None:
            grouped.setdefault(questionnaire.by_key[part.key].section, []).append(part)
    found = []
    for dimension in schema.Dimension:
        sections = [
            SectionPart(
                key=section.key,
                title=section.title.text_for(_lang()),
                points=sum(part.points for part in grouped.get(section.key, [])),
                parts=sorted(
                    grouped.get(section.key, []), key=lambda part: (-part.points, part.key or "")
                ),
            )
            for section in questionnaire.sections
            if section.dimension is dimension and section.key in assessment.sections
        ]
        if not sections:
            continue
        interval = current.dimensions.get(dimension.value)
        found.append(
            DimensionPart(
                key=dimension.value,
                title=gettext(explain.DIMENSION_NAMES[dimension.value]),
                points=sum(section.points for section in sections),
                interval=(interval[0], interval[1], interval[2]) if interval else None,
                sections=sections,
            )
        )
    return found


def item_labels(
    questionnaire: schema.Questionnaire, answers: Mapping[str, Answer], keys: Iterable[str]
) -> dict[str, explain.ItemLabel]:
    """The words of the questions and of what was answered, in the reader's language."""
    lang = _lang()
    labels = {}
    for key in keys:
        question = questionnaire.by_key[key].question
        answer = answers.get(key)
        said = None
        if answer is not None and answer.state == State.ANSWERED:
            said = schema.describe_value(question, answer.value, lang)
        labels[key] = explain.ItemLabel(text=question.text.text_for(lang), answer=said)
    return labels


def _lang() -> str:
    return (get_language() or "en").split("-")[0]


def _bare(current: CurrentScore, history: Sequence[Score]) -> Scorecard:
    return Scorecard(
        current=current,
        complete=False,
        headline="",
        firm=(),
        worst="",
        total=current.points or current.residual,
        base=0,
        unrated=0,
        uplift=0,
        uplift_sentence="",
        base_sentence="",
        dimensions=(),
        knock_outs=(),
        lowering=(),
        missing=(),
        history=history,
    )
