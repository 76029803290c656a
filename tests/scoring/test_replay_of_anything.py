"""Whatever method, questions and answers there are: a score is found again, a change is found."""

import json
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from scoring.compile import Compiled
from scoring.engine import provenance
from scoring.engine.document import plan_of as plan_from
from scoring.engine.evaluate import Status
from scoring.services import results
from scoring.services.replay.models import Models
from scoring.services.replay.proof import prove
from scoring.services.replay.stored import Row
from tests.oracle.case import Case
from tests.oracle.cases import batch_of, cases, plan_of

_ID = str(UUID(int=1))


class Known(Models):
    """The one model there is, read from its document as the database gives it back."""

    def __init__(self, model: Compiled) -> None:
        super().__init__()
        document = json.loads(json.dumps(provenance.model_document(model.plan)))
        plan = plan_from(document, named=model.model_hash)
        self._only = Compiled(plan, model.model_hash, plan.item_keys)

    def of(self, number: int) -> Compiled:
        """The model."""
        return self._only


def stored(case: Case, **values: Any) -> tuple[Row, Models]:
    """A score as it is stored, with these columns changed."""
    plan = plan_of(case)
    model = Compiled(plan, provenance.model_hash(plan), plan.item_keys)
    read = results.read(model, batch_of(case))
    scored = results.evaluate(model, read.resolved)
    result = scored.result
    row = Row(
        pk=_ID,
        assessment_id=_ID,
        vendor_id=_ID,
        unit_id=_ID,
        model_id=1,
        engine_version=provenance.ENGINE_VERSION,
        status=results.STATUSES[Status(int(result.status[0]))],
        band=results.band_of(result, 0),
        points=results.points_of(result, 0),
        lo=int(result.lo[0]),
        hi=int(result.hi[0]),
        digest=read.digests[0],
        figures=scored.figures[0].tobytes(),
        inputs=read.packed[0],
        assessment_vendor=_ID,
        assessment_unit=_ID,
        vendor=_ID,
        unit=_ID,
    )
    return row._replace(**values), Known(model)


@given(case=cases())
def test_any_score_is_computed_again_to_the_last_bit(case: Case) -> None:
    row, models = stored(case)
    assert list(prove([row, row], models)) == []


@given(
    case=cases(),
    column=st.sampled_from(["figures", "inputs", "digest"]),
    place=st.integers(0, 10_000),
    flip=st.integers(1, 255),
)
def test_any_byte_that_was_changed_is_found(case: Case, column: str, place: int, flip: int) -> None:
    row, models = stored(case)
    packed = bytearray(getattr(row, column))
    packed[place % len(packed)] ^= flip
    changed: dict[str, Any] = {column: bytes(packed)}
    (found,) = prove([row._replace(**changed)], models)
    assert found.reason or found.differences


@given(case=cases(), by=st.integers(1, 100_000), column=st.sampled_from(["points", "lo", "hi"]))
def test_any_number_that_was_changed_is_found(case: Case, by: int, column: str) -> None:
    row, models = stored(case)
    value = (getattr(row, column) or 0) + by
    changed: dict[str, Any] = {column: value}
    (found,) = prove([row._replace(**changed)], models)
    assert [one.what for one in found.differences] == [column]
