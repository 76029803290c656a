"""From the inputs of assessments to what their scores say: the same steps for one and for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring import figures
from scoring.compile import Compiled
from scoring.engine import provenance, versions
from scoring.engine.batch import Batch, Resolved, check, resolve
from scoring.engine.evaluate import NONE, Result, Status
from scoring.engine.methodology import BANDS
from scoring.engine.versions import Engine
from scoring.models import Band, ScoreStatus

#: How `Status` and the band numbers of a `Result` are stored; the last band stands for NONE.
STATUSES: Final = {
    Status.NOT_RATED: ScoreStatus.NOT_RATED.value,
    Status.PROVISIONAL: ScoreStatus.PROVISIONAL.value,
    Status.FINAL: ScoreStatus.FINAL.value,
}
BAND_NAMES: Final = (*BANDS, Band.NOT_RATED.value)
#: Assessments evaluated at a time, so that what the formulas hold stays within the cache.
STEP: Final = 1_024


@dataclass(frozen=True, eq=False, slots=True)
class Inputs:
    """What the formulas see of N assessments, packed, and the digests of their scores."""

    resolved: Resolved
    packed: list[bytes]
    digests: list[bytes]


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """N scores: the engine's result, and the packed figures [N, bytes]."""

    result: Result
    figures: npt.NDArray[np.uint8]


def read(model: Compiled, batch: Batch) -> Inputs:
    """Resolve and name the inputs. Raises BatchError for numbers out of range."""
    check(model.plan, batch)
    resolved = resolve(model.plan, batch)
    packed = provenance.pack_inputs(model.plan, resolved)
    return Inputs(
        resolved=resolved,
        packed=packed,
        digests=provenance.digests(model.model_hash, packed),
    )


def evaluate(model: Compiled, resolved: Resolved, engine: Engine | None = None) -> Scored:
    """Score resolved inputs and take the scores apart, as new scores are unless `engine` says."""
    result, parts = (engine or versions.current()).stored(model.plan, resolved, figures.KEPT)
    return Scored(result=result, figures=figures.pack(result, parts))


def band_of(result: Result, at: int) -> str:
    """The stored band of one row."""
    return BAND_NAMES[int(result.band[at])]


def points_of(result: Result, at: int) -> int | None:
    """The stored points of one row."""
    points = int(result.points[at])
    return None if points == NONE else points
