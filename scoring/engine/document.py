"""A plan from its document: the way back from `provenance.model_document`.

So a stored score can be computed again from what is stored with it, whatever has become of the
questionnaire and the methodology since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from scoring.engine.methodology import MethodologyError, parse_methodology
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, Plan, PlanError, SectionSpec


class DocumentError(ValueError):
    """A stored document is no plan, or is not the one that its hash names."""


def hash_of(document: Mapping[str, Any]) -> bytes:
    """Return SHA-256 (32 bytes) over the RFC 8785 JSON of a document: the model hash."""
    return hashlib.sha256(rfc8785.dumps(dict(document))).digest()


def plan_of(document: Mapping[str, Any], *, named: bytes | None = None) -> Plan:
    """Return the plan that a document describes; its columns are the items in canonical order.

    Raises DocumentError: its hash is not the one `named`, or it says nothing that can be scored.
    """
    if named is not None and hash_of(document) != named:
        raise DocumentError("the model's document is not the one that its hash names")
    try:
        return Plan.compile(
            items=[
                ItemSpec(
                    key=item["key"],
                    section=item["section"],
                    weight=item["weight"],
                    parent=item["parent"],
                    valid_days=item["valid_days"],
                    mandatory=item["mandatory"],
                    knock_out=KnockOut(**item["knock_out"]) if item["knock_out"] else None,
                    kind=item["kind"],
                )
                for item in document["items"]
            ],
            sections=[SectionSpec(**section) for section in document["sections"]],
            # A title explains and decides nothing, so the document has none.
            methodology=parse_methodology({**document["methodology"], "title": "-"}),
            intake=[IntakeSpec(**question) for question in document["intake"]],
        )
    except (KeyError, TypeError, PlanError, MethodologyError) as error:
        raise DocumentError(f"the model's document cannot be scored: {error}") from error
