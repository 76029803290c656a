"""The new tables and columns, still empty; 0010 fills them, 0011 removes the old ones."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import audit.ids


def _reference(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("assessments", "0005_sheets_that_tell_dates_apart"),
        ("vendors", "0003_intake_as_numbers"),
        ("scoring", "0008_next_changes_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoringModel",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField(max_length=32, unique=True)),
                ("document", models.JSONField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "methodology",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scoring_models",
                        to="scoring.methodology",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.questionnaire",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["methodology"], name="model_methodology")],
            },
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "vendor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="vendors.vendor",
                    ),
                ),
                ("text", models.TextField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["text"], name="search_text_trigrams", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("publication", "Scoring by a new method"),
                            ("preview", "Preview of a method"),
                            ("ageing", "Ageing"),
                            ("by_hand", "Scoring again"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a worker"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("reason", models.TextField(blank=True)),
                ("as_of", models.DateField()),
                ("total", models.PositiveIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "methodology",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="scoring.methodology",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["methodology", "-id"], name="run_methodology"),
                    models.Index(fields=["-id"], name="run_latest"),
                    models.Index(
                        condition=models.Q(("status__in", ("waiting", "running"))),
                        fields=["id"],
                        name="run_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RunPiece",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("first", models.UUIDField()),
                ("last", models.UUIDField()),
                ("position", models.UUIDField(null=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("finished", models.BooleanField(default=False)),
                (
                    "touched_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("summary", models.JSONField(default=dict)),
                ("rows", models.BinaryField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="scoring.run",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "number"), name="run_piece_number")
                ],
            },
        ),
        migrations.AddField("score", "model", _reference("scoring.scoringmodel", null=True)),
        migrations.AddField("score", "figures", models.BinaryField(null=True)),
        migrations.AddField("score", "packed", models.BinaryField(null=True)),
        migrations.AddField("currentscore", "model", _reference("scoring.scoringmodel", null=True)),
        migrations.AddField("currentscore", "figures", models.BinaryField(null=True)),
        migrations.AddField(
            "standing",
            "points_by_dimension",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(null=True), default=list, size=None
            ),
        ),
    ]
