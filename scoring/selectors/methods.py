"""Reading methodologies."""

from functools import lru_cache
from uuid import UUID

from scoring.engine import methodology as method
from scoring.models import Methodology


def in_force() -> Methodology | None:
    """The methodology in force, without its content; None before the first is published."""
    rows = Methodology.objects.filter(status=Methodology.Status.PUBLISHED)
    return rows.defer("content").first()


def parameters(methodology_id: UUID) -> method.Methodology:
    """What the engine needs of a methodology; read once per process, since it never changes."""
    return _parameters(methodology_id)


@lru_cache(maxsize=16)
def _parameters(pk: UUID) -> method.Methodology:
    return method.parse_methodology(
        Methodology.objects.values_list("content", flat=True).get(pk=pk)
    )
