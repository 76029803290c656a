"""The scores of a block of vendors, as arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.core.exceptions import ObjectDoesNotExist

from assessments import sheet
from assessments.models import Assessment
from assessments.selectors.assessments import schema_of
from scoring import inputs
from scoring.compile import Compiled, compiled
from scoring.engine import methodology as method
from scoring.engine.batch import Resolved
from scoring.engine.days import number_of
from scoring.engine.evaluate import NONE, Result
from scoring.facts import packing
from scoring.models import Methodology, ScoringModel
from scoring.services import results
from scoring.services.bulk import reading
from scoring.services.bulk.reading import BANDS, Group, Records
from vendors.intake import packed_layout
from vendors.models import Engagement

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

#: Compiled models, each with the id of its questionnaire.
Models = Sequence[tuple[Compiled, UUID]]

#: What may be wrong with one assessment, and must not hold up the others.
WRONG: Final = (ValueError, KeyError, ObjectDoesNotExist)
NOT_RATED: Final = BANDS.index("not_rated") + 1


@dataclass(frozen=True, slots=True)
class Method:
    """What everything is scored by, on which day."""

    row: Methodology
    parameters: method.Methodology
    as_of: date


@dataclass(eq=False, slots=True)
class Scores:
    """n assessments and what they score now; codes of words are those of `reading`.

    `fresh`: evaluated here; the others say what they said before, and only `known`, `points`, `lo`,
    `hi`, `band`, `status` and `digest` hold for them. `model`: number of the scoring model.
    """

    known: Records
    questionnaire: list[str]
    model: Ints
    digest: Bytes
    packed: list[bytes]
    fresh: Flags
    points: Ints
    lo: Ints
    hi: Ints
    band: Ints
    status: Ints
    next_change: Ints
    worst: Ints
    dimensions: Ints
    blocked: Flags
    missing_proofs: Ints
    figures: list[bytes]

    @property
    def size(self) -> int:
        return len(self.known)


@dataclass(eq=False, slots=True)
class _Part:
    """A group that can be scored, half way."""

    group: Group
    model: Compiled
    questionnaire: str
    digests: Bytes
    packed: list[bytes]
    #: What the formulas see, `results.STEP` assessments at a time.
    resolved: list[Resolved]
    fresh: Flags = field(init=False)


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """What was read of some vendors: `scores`; per assessment that has none the reason; and the
    engagements without an assessment (`reading.BARE`)."""

    scores: Scores | None
    bare: Records
    wrong: Mapping[UUID, str]
    models: Models


def evaluate(
    first: UUID,
    last: UUID,
    by: Method,
    *,
    everything: bool = False,
    noted: Collection[bytes] = frozenset(),
) -> Block:
    """Read and score the vendors from `first` to `last`.

    An assessment whose inputs and model are those of its current score is not computed again,
    unless it is `noted` or due, another one of its vendor is computed (the vendor's rating needs
    both), or `everything` is set.
    """
    parts: list[_Part] = []
    wrong: dict[UUID, str] = {}
    groups, bare = reading.assessments(first, last, packed_layout())
    for group in groups:
        parts += _parts(group, by, wrong)
    changed = [_changed(part, number_of(by.as_of), noted) for part in parts]
    moved = {
        vendor
        for part, which in zip(parts, changed, strict=True)
        for vendor in _keys(part.group.records["vendor"][which])
    }
    for part in parts:
        vendors = _keys(part.group.records["vendor"])
        part.fresh = np.array([everything or one in moved for one in vendors], dtype=np.bool_)
    models = [(part.model, part.group.questionnaire_id) for part in parts]
    return Block(_scores(parts) if parts else None, bare, wrong, models)


def _changed(part: _Part, day: int, noted: Collection[bytes]) -> Flags:
    """[n] whose score may say something else, or change on another day than it said."""
    known = part.group.records
    changed: Flags = (
        np.any(part.digests != known["digest"], axis=1)
        | (known["scored"] == 0)
        | (known["was_version"] != known["inputs_version"])
        | ((known["was_change"] > 0) & (known["was_change"] <= day))
    )
    if noted:
        changed |= np.array([key in noted for key in _keys(known["id"])], dtype=np.bool_)
    return changed


def _keys(ids: npt.NDArray[Any]) -> list[bytes]:
    """Identifiers [n, 16] as hashable values."""
    data = ids.tobytes()
    return [data[at : at + 16] for at in range(0, len(data), 16)]


def _parts(group: Group, by: Method, wrong: dict[UUID, str]) -> Iterator[_Part]:
    """What of a group can be scored; the reason for all else goes to `wrong`."""
    try:
        if group.wrong or group.cells is None:
            raise ValueError(group.wrong)
        model = _model(group, by)
    except WRONG as error:
        wrong |= dict.fromkeys(_ids(group.records["id"]), _reason(error))
        return
    yield from _halves(group, model, by, wrong)


def _halves(
    group: Group, model: tuple[Compiled, str], by: Method, wrong: dict[UUID, str]
) -> Iterator[_Part]:
    """One part or, where some of the assessments are at fault, those around them."""
    try:
        yield _read(group, model, by)
    except WRONG as error:
        count = len(group.records)
        if count == 1:
            wrong |= dict.fromkeys(_ids(group.records["id"]), _reason(error))
            return
        for half in (slice(count // 2), slice(count // 2, None)):
            yield from _halves(group.rows(half), model, by, wrong)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _ids(found: npt.NDArray[Any]) -> list[UUID]:
    return [UUID(bytes=key) for key in _keys(found)]


def _read(group: Group, model_of: tuple[Compiled, str], by: Method) -> _Part:
    model, questionnaire = model_of
    if group.cells is None:
        raise ValueError(group.wrong)
    cells = sheet.loosen(group.cells)
    intake = _intake(group)
    day = number_of(by.as_of)
    batch = inputs.batch_of(
        model,
        cells,
        packing.unpack_rows(group.facts) if model.indicators else None,
        intake=intake,
        signed_off=group.records["signed"] > 0,
        as_of=day,
    )
    digests = np.empty((len(cells), 32), dtype=np.uint8)
    packed: list[bytes] = []
    resolved: list[Resolved] = []
    for at in range(0, len(cells), results.STEP):
        rows = slice(at, at + results.STEP)
        read = results.read(model, batch.rows(rows))
        digests[rows] = np.frombuffer(b"".join(read.digests), np.uint8).reshape(-1, 32)
        packed += read.packed
        resolved.append(read.resolved)
    return _Part(group, model, questionnaire, digests, packed, resolved)


#: Models of groups met before, by questionnaire, tier, layout and method.
_models: dict[tuple[UUID, str, bytes, str], tuple[Compiled, str]] = {}
_KEPT: Final = 512


def _model(group: Group, by: Method) -> tuple[Compiled, str]:
    key = (group.questionnaire_id, group.tier, group.layout, by.row.content_hash)
    found = _models.get(key)
    if found is None:
        row = Assessment.objects.select_related("questionnaire").get(pk=group.sample)
        if sheet.layout_hash(row.questions) != group.layout:
            raise sheet.LayoutMismatch("Its sheet belongs to other questions.")
        plan = compiled(
            schema_of(row),
            row.questions,
            row.tier,
            by.parameters,
            content_hash=row.questionnaire.content_hash,
            method_hash=by.row.content_hash,
        )
        found = (plan, row.questionnaire.key)
        if len(_models) >= _KEPT:
            _models.pop(next(iter(_models)))
        _models[key] = found
    return found


def _intake(group: Group) -> npt.NDArray[np.uint16]:
    if group.intake is not None:
        return group.intake
    ids = _ids(group.records["engagement"])
    answers = dict(Engagement.objects.filter(pk__in=ids).values_list("pk", "intake"))
    return np.array([inputs.intake_row(answers[pk]) for pk in ids], dtype=np.uint16)


def _scores(parts: Iterable[_Part]) -> Scores:
    found = [_score(part) for part in parts]
    if len(found) == 1:
        return found[0]
    joined: dict[str, Any] = {}
    for name in Scores.__slots__:
        values = [getattr(one, name) for one in found]
        joined[name] = (
            [item for value in values for item in value]
            if isinstance(values[0], list)
            else np.concatenate(values)
        )
    return Scores(**joined)


def _score(part: _Part) -> Scores:
    known = part.group.records
    count = len(known)
    scores = Scores(
        known=known,
        questionnaire=[part.questionnaire] * count,
        model=np.full(count, ScoringModel.id_of(part.model.model_hash), dtype=np.int64),
        digest=part.digests,
        packed=part.packed,
        fresh=part.fresh,
        points=known["was_points"].astype(np.int64),
        lo=known["was_lo"].astype(np.int64),
        hi=known["was_hi"].astype(np.int64),
        band=known["was_band"].astype(np.int64),
        status=known["was_status"].astype(np.int64),
        next_change=known["was_change"].astype(np.int64),
        worst=np.zeros(count, dtype=np.int64),
        dimensions=np.full((count, len(method.DIMENSIONS)), NONE, dtype=np.int64),
        blocked=np.zeros(count, dtype=np.bool_),
        missing_proofs=np.zeros(count, dtype=np.int64),
        figures=[b""] * count,
    )
    for step, resolved in enumerate(part.resolved):
        start = step * results.STEP
        rows = np.flatnonzero(part.fresh[start : start + results.STEP])
        if not len(rows):
            continue
        whole = len(rows) == resolved.state.shape[1]
        scored = results.evaluate(part.model, resolved if whole else resolved.take(rows))
        rows += start
        _put(scores, rows, scored.result, known["facts_change"][rows].astype(np.int64))
        width, data = scored.figures.shape[1], scored.figures.tobytes()
        for number, row in enumerate(rows.tolist()):
            scores.figures[row] = data[number * width : (number + 1) * width]
    return scores


def _put(scores: Scores, rows: npt.NDArray[np.intp], result: Result, facts_change: Ints) -> None:
    scores.points[rows] = result.points
    scores.lo[rows] = result.lo
    scores.hi[rows] = result.hi
    scores.band[rows] = np.where(result.band == NONE, NOT_RATED, result.band + 1)
    scores.status[rows] = result.status + 1
    # The first day on which an answer or a fact says something else; 0 stands for never.
    ageing = result.next_change
    both = np.minimum(ageing, facts_change)
    scores.next_change[rows] = np.where(
        (ageing > 0) & (facts_change > 0), both, ageing + facts_change
    )
    scores.worst[rows] = np.where(result.worst_dimension == NONE, 0, result.worst_dimension + 1)
    scores.dimensions[rows] = result.dimension_pt
    scores.blocked[rows] = result.blocked
    scores.missing_proofs[rows] = result.proof_outstanding
