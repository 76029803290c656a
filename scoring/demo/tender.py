"""A tender: what is compared for it stands in an address, which the demo names when it starts."""

from __future__ import annotations

from urllib.parse import urlencode

from assessments.models import Assessment
from assessments.schema import Dimension
from scoring.demo.cast import Part, read
from scoring.forms.shortlist import PREFIX
from scoring.links import address


class Tender(Part):
    """Who is compared for the work of one title, and by which weights they are ranked."""

    deal: str
    compared: tuple[str, ...]
    weights: dict[Dimension, float]


def links() -> list[tuple[str, str]]:
    """(what is seen there, address) of the tender's pages; none where it is not told."""
    told = Tender.model_validate(read("tender.yaml"))
    rows = Assessment.objects.filter(
        engagement__title=told.deal, vendor__name__in=told.compared, vendor__sample=False
    )
    found = dict(rows.order_by("pk").values_list("vendor__name", "pk"))
    if len(found) < len(told.compared):
        return []
    of = [("of", str(found[name])) for name in told.compared]
    weights = [(f"{PREFIX}{key}", f"{weight:g}") for key, weight in told.weights.items()]
    return [
        ("Three mould makers compared", f"{address('scoring:compare')}?{urlencode(of)}"),
        (
            "The same ranked by the weights of a tender",
            f"{address('scoring:shortlist')}?{urlencode([*of, *weights])}",
        ),
    ]
