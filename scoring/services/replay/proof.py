"""Stored scores against what their own inputs, model and engine say now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Final

import numpy as np

from scoring import figures
from scoring.compile import Compiled
from scoring.engine import provenance, versions
from scoring.engine.batch import Resolved
from scoring.engine.evaluate import Status
from scoring.engine.provenance import InputsError
from scoring.engine.versions import Engine, UnknownEngine
from scoring.services import results
from scoring.services.replay.findings import Difference, Finding, Problem, between, millis, name_of
from scoring.services.replay.models import Models, Unreadable
from scoring.services.replay.stored import Row, Standing
from vendors.selectors import merges

#: What of a score is compared beside its digest and its figures, in this order.
_SAID: Final = ("status", "band", "points", "lo", "hi")


def prove(rows: Iterable[Row], models: Models, *, current: bool = False) -> Iterator[Finding]:
    """Compute the scores again, those of one model at once, and say what differs."""
    rows = sorted(rows, key=lambda row: (row.model_id, row.engine_version))
    companies = _Companies()
    for (number, version), group in groupby(rows, lambda row: (row.model_id, row.engine_version)):
        members = list(group)
        for row in members:
            yield from _references(row, companies, current=current)
        try:
            engine, model = versions.engine(version), models.of(number)
        except (UnknownEngine, Unreadable) as error:
            yield from (_unreadable(row, str(error), current=current) for row in members)
            continue
        for start in range(0, len(members), results.STEP):
            yield from _group(members[start : start + results.STEP], model, engine, current=current)


def _unreadable(row: Row, reason: str, *, current: bool) -> Finding:
    return Finding(name_of(row.pk, current=current), Problem.UNREADABLE, reason)


class _Companies:
    """Which records stand, or stood, for one company: assessments move when they are merged."""

    @cached_property
    def _group(self) -> dict[str, str]:
        return {str(one): str(group) for one, group in merges.same_company().items()}

    def same(self, one: str, other: str) -> bool:
        """Whether two records are one, or were for a time; read only where they differ."""
        return one == other or self._group.get(one, one) == self._group.get(other, other)


def _references(row: Row, companies: _Companies, *, current: bool) -> Iterator[Finding]:
    """What a reference leads to must exist, and be what the assessment says too."""
    wrong = []
    for what, stored, found, of_assessment in (
        ("vendor", row.vendor_id, row.vendor, row.assessment_vendor),
        ("unit", row.unit_id, row.unit, row.assessment_unit),
    ):
        if found is None:
            wrong.append(Difference(what, stored, "does not exist"))
        elif of_assessment is not None and not companies.same(stored, of_assessment):
            wrong.append(Difference(what, stored, f"that of the assessment: {of_assessment}"))
    if row.assessment_vendor is None:
        wrong.insert(0, Difference("assessment", row.assessment_id, "does not exist"))
    if wrong:
        yield Finding(name_of(row.pk, current=current), Problem.LOST, differences=tuple(wrong))


def _group(
    rows: Sequence[Row], model: Compiled, engine: Engine, *, current: bool
) -> Iterator[Finding]:
    readable, unreadable = _read(rows, model)
    yield from (_unreadable(row, reason, current=current) for row, reason in unreadable)
    if readable is None:
        return
    kept, resolved = readable
    scored = results.evaluate(model, resolved, engine)
    digests = provenance.digests(model.model_hash, [row.inputs for row in kept], engine.version)
    again = zip(_said(scored), scored.figures, digests, strict=True)
    for row, (said, packed, digest) in zip(kept, again, strict=True):
        stored = (row.status, row.band, row.points, row.lo, row.hi)
        if stored == said and row.digest == digest and row.figures == packed.tobytes():
            continue
        differences = (
            *_in_columns(stored, said),
            *_in_figures(row.figures, packed.tobytes(), model),
            *between({"digest": row.digest.hex()}, {"digest": digest.hex()}),
        )
        yield Finding(name_of(row.pk, current=current), Problem.DIFFERS, differences=differences)


def _read(
    rows: Sequence[Row], model: Compiled
) -> tuple[tuple[Sequence[Row], Resolved] | None, list[tuple[Row, str]]]:
    """The rows whose inputs can be read, resolved; and those whose cannot, with the reason."""
    try:
        inputs = [row.inputs for row in rows]
        return (rows, provenance.unpack_inputs(model.plan, inputs)), []
    except InputsError as error:
        if len(rows) == 1:
            return None, [(rows[0], f"its stored inputs: {error}")]
    # One of them is at fault: the others are found by halves.
    middle = len(rows) // 2
    first, amiss = _read(rows[:middle], model)
    second, more = _read(rows[middle:], model)
    kept = [row for half in (first, second) if half for row in half[0]]
    if not kept:
        return None, amiss + more
    again = provenance.unpack_inputs(model.plan, [row.inputs for row in kept])
    return (kept, again), amiss + more


Said = tuple[str, str, int | None, int, int]


def _said(scored: results.Scored) -> list[Said]:
    """What each score says in columns, in the order of `_SAID`."""
    result = scored.result
    return [
        (results.STATUSES[Status(status)], results.BAND_NAMES[band], _or_none(points), lo, hi)
        for status, band, points, lo, hi in zip(
            *(
                np.asarray(values).tolist()
                for values in (result.status, result.band, result.points, result.lo, result.hi)
            ),
            strict=True,
        )
    ]


def _or_none(points: int) -> int | None:
    return None if points < 0 else points


def _in_columns(stored: Said, found: Said) -> tuple[Difference, ...]:
    return between(_named(stored), _named(found))


def _named(said: Said) -> dict[str, str]:
    status, band, *points = said
    values = (status, band, *(millis(value) for value in points))
    return dict(zip(_SAID, values, strict=True))


def _in_figures(stored: bytes, found: bytes, model: Compiled) -> tuple[Difference, ...]:
    if stored == found:
        return ()
    try:
        differences = between(_told(stored, model), _told(found, model))
    except (figures.FiguresError, IndexError) as error:
        return (Difference("figures", f"cannot be read: {error}", f"{len(found)} bytes"),)
    return differences or (Difference("figures, bytes", stored.hex(), found.hex()),)


def _told(packed: bytes, model: Compiled) -> dict[str, str]:
    """Packed figures by name."""
    said = figures.unpack(packed)
    keys, rules = model.plan.item_keys, model.plan.knock_outs
    told = {
        "blocked": "yes" if said.blocked else "no",
        "tier": said.tier,
        "weakest dimension": said.worst_dimension,
        "before knock-outs": millis(said.residual),
        "inherent risk": millis(said.inherent),
        "posture": f"{said.posture:.5f}",
        "control effectiveness": f"{said.control_effectiveness:.5f}",
        "coverage": f"{said.coverage:.5f}",
        "confidence": f"{said.confidence:.5f}",
        "answers without full proof": str(said.missing_proofs),
        "unanswered": str(said.unanswered),
        "required and outstanding": str(said.required_open),
    }
    for dimension, values in said.dimensions.items():
        told[f"dimension {dimension}"] = " / ".join(millis(value) for value in values)
    for place, (item, gate, points, answer) in enumerate(said.contributions, start=1):
        kind = ", open gate" if gate else ""
        told[f"contribution {place}"] = (
            f"{keys[item]}{kind}: {millis(points)}, of which the answer {millis(answer)}"
        )
    told["base"], told["not rated part"] = millis(said.base), millis(said.unrated)
    told["knock-out uplift"] = millis(said.uplift)
    told["knock-outs"] = ", ".join(keys[rules[at]] for at in said.triggered)
    return told


def astray(found: Standing) -> Finding:
    """A current score that does not go with the history."""
    subject = name_of(found.assessment_id, current=True)
    if found.named != found.latest:
        there = "no score" if found.latest is None else str(found.latest)
        named = "no score" if found.named is None else str(found.named)
        return Finding(subject, Problem.LOST, differences=(Difference("score", named, there),))
    names = ("model", *_SAID, "digest")
    stored, latest = (
        dict(zip(names, (_plain(value) for value in said), strict=True))
        for said in (found.said, found.there or ())
    )
    return Finding(subject, Problem.DIFFERS, differences=between(stored, latest))


def _plain(value: object) -> str:
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else str(value)
