"""The models that scores were made with, read once per process: they never change."""

from __future__ import annotations

from functools import lru_cache

from scoring.compile import Compiled
from scoring.engine.document import plan_of
from scoring.models import ScoringModel


def model(model_id: int) -> Compiled:
    """The model with this number. Its columns are the items in canonical order.

    Raises ScoringModel.DoesNotExist, or DocumentError where it is not what its hash says.
    """
    return _model(model_id)


# The number is taken from the content, so it means the same for ever.
@lru_cache(maxsize=512)
def _model(model_id: int) -> Compiled:
    row = ScoringModel.objects.get(pk=model_id)
    plan = plan_of(row.document, named=bytes(row.hash))
    return Compiled(plan=plan, model_hash=bytes(row.hash), questions=plan.item_keys)
