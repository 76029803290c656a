"""Only the lean form is left: packed figures and inputs, fewer indexes, no checks per row."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import make_append_only

#: What `figures` holds now.
_PACKED = (
    "blocked",
    "confidence",
    "contributions",
    "control_effectiveness",
    "coverage",
    "dimensions",
    "engagement",
    "inherent",
    "knock_outs",
    "methodology",
    "missing_proofs",
    "model_hash",
    "posture",
    "required_open",
    "residual",
    "tier",
    "unanswered",
    "worst_dimension",
)


def _reference(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        **{"related_name": "+", "to": to, **more},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0010_fill_lean_scores"),
        ("vendors", "0004_categories_of_units"),
    ]

    operations = [
        *(
            migrations.RemoveIndex("standing", name)
            for name in (
                "standing_by_band",
                "standing_by_tier",
                "standing_by_country",
                "standing_by_category",
                "standing_by_status",
                "standing_by_weakest",
                "standing_archived",
                "standing_blocked",
                "standing_by_points",
                "standing_search",
            )
        ),
        *(migrations.RemoveField("score", name) for name in _PACKED),
        *(migrations.RemoveField("currentscore", name) for name in (*_PACKED, "input_hash")),
        migrations.RemoveField("score", "inputs"),
        migrations.RenameField("score", "packed", "inputs"),
        migrations.RenameField("currentscore", "packed", "inputs"),
        migrations.DeleteModel("ScoreInputs"),
        migrations.RemoveField("standing", "search"),
        migrations.RemoveField("standing", "dimensions"),
        migrations.RenameField("standing", "points_by_dimension", "dimensions"),
        migrations.AlterField("score", "inputs", models.BinaryField()),
        migrations.AlterField("score", "figures", models.BinaryField()),
        migrations.AlterField("score", "model", _reference("scoring.scoringmodel")),
        migrations.AlterField("score", "vendor", _reference("vendors.vendor")),
        migrations.AlterField("score", "unit", _reference("accounts.businessunit")),
        migrations.AlterField(
            "score", "assessment", _reference("assessments.assessment", related_name="scores")
        ),
        migrations.AlterField("currentscore", "inputs", models.BinaryField(null=True)),
        migrations.AlterField("currentscore", "model", _reference("scoring.scoringmodel")),
        migrations.AlterField("currentscore", "vendor", _reference("vendors.vendor")),
        migrations.AlterField("currentscore", "unit", _reference("accounts.businessunit")),
        migrations.AlterField("currentscore", "score", _reference("scoring.score", null=True)),
        migrations.AlterField(
            "standing", "vendor", _reference("vendors.vendor", related_name="standings")
        ),
        migrations.AlterField("standing", "unit", _reference("accounts.businessunit", null=True)),
        migrations.AddIndex(
            "standing",
            models.Index(
                condition=models.Q(("valid_to__isnull", True)),
                fields=[
                    "scope",
                    "-sort_points",
                    "vendor",
                    "band",
                    "status",
                    "tier",
                    "country",
                    "category",
                    "worst_dimension",
                    "archived",
                    "blocked",
                ],
                name="standing_by_points",
            ),
        ),
        # What is in the history as well need not be kept twice.
        migrations.RunSQL(
            "UPDATE scoring_currentscore c SET figures = NULL, inputs = NULL "
            "FROM scoring_score s WHERE s.id = c.score_id AND s.digest = c.digest "
            "AND s.figures = c.figures",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "currentscore",
            models.CheckConstraint(
                condition=models.Q(("score__isnull", False))
                | models.Q(("figures__isnull", False), ("inputs__isnull", False)),
                name="current_whole",
            ),
        ),
        migrations.AddConstraint(
            "currentscore",
            models.CheckConstraint(
                condition=models.Q(("figures__isnull", True), ("inputs__isnull", True))
                | models.Q(("figures__isnull", False), ("inputs__isnull", False)),
                name="current_figures_with_inputs",
            ),
        ),
        make_append_only("scoring_scoringmodel"),
        # A rating that is replaced finds room beside it, and no index has to be told.
        migrations.RunSQL(
            "ALTER TABLE scoring_currentscore SET (fillfactor = 50)",
            "ALTER TABLE scoring_currentscore RESET (fillfactor)",
        ),
    ]
