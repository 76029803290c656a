"""The scoring method of the house: a version of its own, in force from a day on."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from scoring.models import Methodology
from scoring.services import methodologies, publications, runs


class Version(Part):
    """When it was drafted and when it was published; what controls can take away, and why."""

    drafted: Ago
    published: Ago
    kappa: float
    rationale: dict[str, str]
    reason: str


def stories(scene: Scene, told: Version) -> Iterator[Story]:
    """The version, and the portfolio scored by it."""
    yield _version(scene, told)


def _version(scene: Scene, told: Version) -> Story:
    yield scene.at(told.drafted, "draft of the method")
    by = scene.administrator
    source = Methodology.objects.get(pk=methodologies.published().pk)
    draft = methodologies.copy(source=source, by=by)
    content = {
        **draft.content,
        "kappa": told.kappa,
        "rationale": draft.content["rationale"] | told.rationale,
    }
    draft = methodologies.change(draft=draft, revision=draft.revision, content=content, by=by)
    yield scene.early(told.published, 10)
    run = publications.publish(draft=draft, revision=draft.revision, reason=told.reason, by=by)
    runs.cut(run.pk)
    for piece in run.pieces.order_by("number"):
        runs.go_through(piece.pk)
