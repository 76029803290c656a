"""Versions of the scoring method for tests, made by the services."""

from typing import Any

from accounts.principal import SYSTEM, Principal
from scoring.models import Methodology, Run
from scoring.services import methodologies, publications, runs


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


def go_through(run: Run) -> Run:
    """The run as the workers would leave it."""
    runs.cut(run.pk)
    for piece in run.pieces.order_by("number"):
        runs.go_through(piece.pk)
    run.refresh_from_db()
    return run


def previewed(draft: Methodology, *, by: Principal = SYSTEM) -> Run:
    """A preview of a draft that has come to its end."""
    return go_through(publications.preview(draft=draft, by=by))


def published(draft: Methodology, *, by: Principal = SYSTEM) -> Run:
    """The run that scores everything by a draft that was put in force; not begun yet."""
    return publications.publish(
        draft=draft, revision=draft.revision, reason="The board has decided so.", by=by
    )
