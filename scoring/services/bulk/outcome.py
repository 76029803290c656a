"""What became of the assessments of a block: counted, the largest moves, and row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from scoring.engine.evaluate import NONE
from scoring.run_rows import ROW
from scoring.services.bulk.evaluating import NOT_RATED, Scores
from scoring.services.bulk.reading import BANDS

#: Movers and failures kept per piece.
KEPT: Final = 50


def rows(scores: Scores) -> npt.NDArray[np.void]:
    """Every assessment before and after, as `ROW`."""
    known = scores.known
    found = np.zeros(scores.size, dtype=ROW)
    for name, column in (("assessment", "id"), ("vendor", "vendor"), ("unit", "unit")):
        found[name] = known[column]
    for name in ("points", "lo", "hi", "band", "status"):
        found[name][:, 0] = known[f"was_{name}"]
        found[name][:, 1] = getattr(scores, name)
    return found


def summary(found: npt.NDArray[np.void], wrong: Mapping[UUID, str]) -> dict[str, Any]:
    """The counts from band to band, the largest moves, and what could not be scored.

    `bands`: "low>high" -> how many; "" before means that there was no score. `movers`: [assessment,
    vendor, unit, points before, after], the largest first. `failures`: [assessment, why].
    """
    names = ("", *BANDS)
    pairs = Counter(zip(*found["band"].T.tolist(), strict=True))
    return {
        "bands": {f"{names[was]}>{names[now]}": many for (was, now), many in pairs.items()},
        "movers": _movers(found),
        "failures": [[str(pk), why] for pk, why in list(wrong.items())[:KEPT]],
    }


def _movers(found: npt.NDArray[np.void]) -> list[list[Any]]:
    rated = np.all(found["points"] != NONE, axis=1) & np.all(found["band"] != NOT_RATED, axis=1)
    moved = np.abs(found["points"][:, 1].astype(np.int64) - found["points"][:, 0])
    moved[~rated] = 0
    largest = np.argsort(-moved, kind="stable")[:KEPT]
    return [
        [
            *(str(UUID(bytes=row[name].tobytes())) for name in ("assessment", "vendor", "unit")),
            *row["points"].tolist(),
        ]
        for row in found[largest[moved[largest] > 0]]
    ]


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two summaries in one."""
    bands = Counter(one.get("bands", {}))
    bands.update(other.get("bands", {}))
    movers = [*one.get("movers", ()), *other.get("movers", ())]
    movers.sort(key=lambda mover: -abs(mover[4] - mover[3]))
    return {
        "bands": dict(bands),
        "movers": movers[:KEPT],
        "failures": [*one.get("failures", ()), *other.get("failures", ())][:KEPT],
    }
