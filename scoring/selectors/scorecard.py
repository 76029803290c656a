"""The scorecard: one score taken apart into parts that add up to it, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments import schema
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of, schema_of
from assessments.sheet import State
from scoring.compile import indicator_of
from scoring.engine import explain
from scoring.engine.batch import Resolved
from scoring.engine.contributions import Contribution, PartKind
from scoring.engine.evaluate import score as score_of
from scoring.engine.phrases import Phrase
from scoring.engine.plan import Plan
from scoring.engine.unknowns import Spread, spread_of, unknowns_of
from scoring.engine.whatif import Change
from scoring.models import CurrentScore, Score
from scoring.selectors import facts
from scoring.selectors import scores as reading
from scoring.selectors.facts import Fact
from scoring.selectors.labels import for_a_file, labels_for, lang, language, section_of


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score in milli-points: `points` = `answer` + `proof`. `key`: the question.

    `said`: the answer in words, `plain`: the same with days and figures as programs read them.
    `evidence` is a level of `EvidenceLevel`, None where nothing is answered.
    """

    kind: str
    key: str | None
    text: str
    said: str
    plain: str
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
    text: str
    points: int
    to: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not known, why (`Missing`), and how far it alone could move the score."""

    key: str
    text: str
    missing: str
    fall: int
    rise: int
    best: int
    worst: int


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

    current: CurrentScore | Score
    complete: bool
    signed_off: bool
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
    floors: Sequence[int]
    lowering: Sequence[Lowering]
    missing: Sequence[MissingProof]
    gaps: Sequence[Gap]
    spread: Spread | None
    history: Sequence[Score]
    facts: Sequence[Fact] = ()

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
    current = reading.current_of(assessment.pk)
    if current is None:
        return None
    history = reading.history(assessment)
    return _of(current, assessment, history)


def taken_apart(current: CurrentScore, assessment: Assessment) -> Scorecard:
    """The parts of the score alone: nothing is tried, no history is read.

    One query where the score is read with its inputs and its model; the caller may see it.
    """
    return _of(current, assessment, (), tried=False)


def scorecard_on_record(score: Score, assessment: Assessment) -> Scorecard:
    """The scorecard of a score that stands, from the inputs stored with it.

    The caller has found `score` among those visible, with its model and methodology. What was
    answered then is not stored, only its risk: the words are those of the answer today where that
    carries the same risk, or of the one option that does, and otherwise the risk itself.
    """
    return _of(score, assessment, ())


def _of(
    row: CurrentScore | Score,
    assessment: Assessment,
    history: Sequence[Score],
    *,
    tried: bool = True,
) -> Scorecard:
    try:
        model = reading.model_of(row)
        resolved = reading.resolved_of(row, model)
    except reading.NotReproducible:
        return _bare(row, history)
    return _explained(row, assessment, history, model.plan, resolved, tried=tried)


def _floors(current: CurrentScore | Score, plan: Plan) -> list[int]:
    """Where the knock-outs that were set off keep the score, milli-points."""
    rules = [plan.item(plan.knock_outs[at]).knock_out for at in current.said.triggered]
    return [rule.floor for rule in rules if rule is not None]


def _explained(
    current: CurrentScore | Score,
    assessment: Assessment,
    history: Sequence[Score],
    plan: Plan,
    resolved: Resolved,
    *,
    tried: bool,
) -> Scorecard:
    questionnaire = schema_of(assessment)
    answers = answers_of(assessment)
    labels = labels_for(questionnaire, answers, plan, resolved)
    said = explain.explain_resolved(plan, resolved, labels, most=2 * plan.size if tried else 0)
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
            plain=for_a_file(questionnaire, answers, one.key, labels[one.key].answer or ""),
            points=one.points,
            answer=one.answer,
            proof=one.proof,
            sentence=words(phrase),
            evidence=int(resolved.evidence[one.at, 0]) if answered else None,
            state=state.name.lower(),
        )
        if answered and one.proof > 0:
            question = questionnaire.by_key.get(one.key)
            missing.append(
                MissingProof(
                    key=one.key,
                    text=labels[one.key].text,
                    points=one.proof,
                    reason=explain.gap_of(resolved, one.at).value,
                    good_evidence=question.question.good_evidence.text_for(lang())
                    if question
                    else "",
                )
            )
    extra = {one.kind: (one, words(phrase)) for one, phrase in said.parts if one.kind in _EXTRA}
    return Scorecard(
        current=current,
        complete=True,
        signed_off=bool(resolved.signed_off[0]),
        headline=words(said.headline.sentence),
        firm=[words(phrase) for phrase in said.headline.firm],
        worst=words(said.headline.worst) if said.headline.worst else "",
        total=int(score_of(plan, resolved).computed[0]),
        base=_points(extra, PartKind.BASE),
        unrated=_points(extra, PartKind.UNRATED),
        uplift=_points(extra, PartKind.KNOCK_OUT),
        uplift_sentence=extra[PartKind.KNOCK_OUT][1] if PartKind.KNOCK_OUT in extra else "",
        base_sentence=extra[PartKind.BASE][1] if PartKind.BASE in extra else "",
        dimensions=_dimensions(questionnaire, assessment, current, parts, plan),
        knock_outs=[words(phrase) for phrase in said.knock_outs],
        floors=_floors(current, plan),
        lowering=[
            Lowering(
                change=Change(one.change).value,
                key=one.key,
                text=labels[one.key].text,
                points=one.points,
                to=one.computed,
                sentence=words(phrase),
            )
            for one, phrase in said.improvements
        ],
        missing=sorted(missing, key=lambda one: (-one.points, one.key)),
        gaps=[
            Gap(
                key=one.key,
                text=labels[one.key].text,
                missing=one.missing.value,
                fall=one.fall,
                rise=one.rise,
                best=one.best,
                worst=one.worst,
            )
            for one in (unknowns_of(plan, resolved) if tried else ())
        ],
        spread=spread_of(plan, resolved) if tried else None,
        history=history,
        facts=facts.beside(
            assessment,
            plan,
            resolved,
            {key: part.points for key, part in parts.items()},
            current.computed_at if isinstance(current, Score) else None,
        )
        if tried
        else (),
    )


_EXTRA: Final = frozenset({PartKind.BASE, PartKind.UNRATED, PartKind.KNOCK_OUT})


def _points(extra: Mapping[PartKind, tuple[Contribution, str]], kind: PartKind) -> int:
    return extra[kind][0].points if kind in extra else 0


def _dimensions(
    questionnaire: schema.Questionnaire,
    assessment: Assessment,
    current: CurrentScore | Score,
    parts: Mapping[str, Part],
    plan: Plan,
) -> list[DimensionPart]:
    grouped: dict[str, list[Part]] = {}
    for part in parts.values():
        if part.key is not None:
            grouped.setdefault(section_of(questionnaire, part.key), []).append(part)
    found = []
    for dimension in schema.Dimension:
        sections = [
            SectionPart(
                key=section.key,
                title=section.title.text_for(lang()),
                points=sum(part.points for part in grouped.get(section.key, [])),
                parts=sorted(
                    grouped.get(section.key, []), key=lambda part: (-part.points, part.key or "")
                ),
            )
            for section in questionnaire.sections
            if section.dimension is dimension and section.key in assessment.sections
        ]
        # An indicator is a section of its own.
        sections += [
            SectionPart(key=section.key, title=one.text, points=one.points, parts=[one])
            for section in plan.sections
            if section.dimension == dimension.value and indicator_of(section.key)
            for one in grouped.get(section.key, [])
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


def _bare(current: CurrentScore | Score, history: Sequence[Score]) -> Scorecard:
    return Scorecard(
        current=current,
        complete=False,
        signed_off=current.status == "final",
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
        floors=(),
        lowering=(),
        missing=(),
        gaps=(),
        spread=None,
        history=history,
    )
