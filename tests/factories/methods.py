"""Versions of the scoring method for tests, made by the services."""

from typing import Any

from accounts.principal import SYSTEM, Principal
from scoring.models import Methodology
from scoring.services import methodologies


def in_force() -> Methodology:
    """The version in force, whole."""
    return Methodology.objects.get(pk=methodologies.published().pk)


def make_draft(*, by: Principal = SYSTEM, **changes: Any) -> Methodology:
    """A draft like the version in force, with these parts of its content changed."""
    draft = methodologies.copy(source=in_force(), by=by)
    if not changes:
        return draft
    content = {**draft.content, **changes}
    return methodologies.change(draft=draft, revision=draft.revision, content=content, by=by)


def publish(draft: Methodology, *, by: Principal = SYSTEM) -> Methodology:
    """The draft in force."""
    return methodologies.publish(
        draft=draft, revision=draft.revision, reason="The board has decided so.", by=by
    )
