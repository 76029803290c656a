"""Every score gets its model's number, its figures and its inputs; standings theirs."""

from typing import Any

from django.db import migrations

from assessments import schema as questionnaires
from scoring import figures
from scoring.compile import Compiled, compiled
from scoring.engine import provenance
from scoring.engine.methodology import DIMENSIONS, parse_methodology
from scoring.services import results

_CHUNK = 500


class _Models:
    """The models of stored scores, made again from what they were made from."""

    def __init__(self, apps: Any) -> None:
        self._rows = apps.get_model("scoring", "ScoringModel")
        self._methods: dict[Any, Any] = {}
        self._questionnaires: dict[Any, Any] = {}
        self._kept: dict[int, bytes] = {}

    def of(self, score: Any) -> tuple[int, Compiled | None]:
        """The number of the score's model, and the model where it is still what it was."""
        assessment, stored = score.assessment, bytes(score.model_hash)
        number = int.from_bytes(stored[:8], "big", signed=True)
        method = self._methods.setdefault(
            score.methodology_id, parse_methodology(score.methodology.content)
        )
        questionnaire = assessment.questionnaire
        schema = self._questionnaires.setdefault(
            questionnaire.pk, questionnaires.parse(questionnaire.content)
        )
        model = compiled(
            schema,
            assessment.questions,
            assessment.tier,
            method,
            content_hash=questionnaire.content_hash,
            method_hash=str(score.methodology_id),
        )
        same = model.model_hash == stored
        if number not in self._kept:
            self._rows.objects.get_or_create(
                pk=number,
                defaults={
                    "hash": stored,
                    "methodology_id": score.methodology_id,
                    "questionnaire_id": questionnaire.pk,
                    # Where it is not what it was, the score stands but cannot be computed again.
                    "document": provenance.model_document(model.plan) if same else {},
                },
            )
            self._kept[number] = stored
        return number, model if same else None


def _figures(model: Compiled | None, packed: bytes) -> bytes:
    if model is None:
        return bytes([figures.VERSION]) + bytes(figures.SIZE - 1)
    resolved = provenance.unpack_inputs(model.plan, [packed])
    return bytes(results.evaluate(model, resolved).figures[0])


def _fill(apps: Any, schema_editor: Any) -> None:
    models = _Models(apps)
    joined = ("methodology", "assessment__questionnaire")
    schema_editor.execute("ALTER TABLE scoring_score DISABLE TRIGGER append_only")
    scores = apps.get_model("scoring", "Score")
    for rows in _chunks(scores.objects.select_related("inputs", *joined)):
        for row in rows:
            row.packed = bytes(row.inputs.packed)
            row.model_id, model = models.of(row)
            row.figures = _figures(model, row.packed)
        scores.objects.bulk_update(rows, ["packed", "model", "figures"])
    schema_editor.execute("ALTER TABLE scoring_score ENABLE TRIGGER append_only")
    current = apps.get_model("scoring", "CurrentScore")
    for rows in _chunks(current.objects.select_related(*joined)):
        for row in rows:
            row.model_id, model = models.of(row)
            row.figures = _figures(model, bytes(row.packed))
        current.objects.bulk_update(rows, ["model", "figures"])
    standings = apps.get_model("scoring", "Standing")
    for rows in _chunks(standings.objects.all()):
        for row in rows:
            said = row.dimensions
            row.points_by_dimension = [said.get(key) for key in DIMENSIONS] if said else []
        standings.objects.bulk_update(rows, ["points_by_dimension"])
    schema_editor.execute(
        "INSERT INTO scoring_searchtext (vendor_id, text) SELECT vendor_id, max(search) "
        "FROM scoring_standing WHERE valid_to IS NULL GROUP BY vendor_id"
    )


def _chunks(rows: Any) -> Any:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK):
        yield list(rows.filter(pk__in=ids[start : start + _CHUNK]))


class Migration(migrations.Migration):
    dependencies = [("scoring", "0009_make_room_for_lean_scores")]
    operations = [migrations.RunPython(_fill, migrations.RunPython.noop, elidable=True)]
