"""Review of answers: overrides, what was said before a return, and who reviews."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("assessments", "0007_portal"),
    ]
    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="EarlierAnswer",
            fields=[
                ("value", models.JSONField(null=True)),
                ("state", models.PositiveSmallIntegerField()),
                ("note", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField()),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("open", "Not reviewed"),
                            ("accepted", "Accepted"),
                            ("queried", "Queried"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("override_state", models.PositiveSmallIntegerField(null=True)),
                ("override_value", models.JSONField(null=True)),
                ("override_reason", models.TextField(blank=True, db_default="", default="")),
                ("overridden_at", models.DateTimeField(null=True)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("question_key", models.CharField(max_length=80)),
                ("round", models.PositiveSmallIntegerField()),
                ("query", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="answer",
            name="overridden_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="answer",
            name="overridden_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="override_reason",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="answer",
            name="override_state",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="answer",
            name="override_value",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="reviewer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assessments_to_review",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="rework",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="round",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("overridden_at__isnull", True),
                        ("override_reason", ""),
                        ("override_state__isnull", True),
                        ("override_value__isnull", True),
                    ),
                    models.Q(
                        ("overridden_at__isnull", False),
                        ("override_state__isnull", False),
                        models.Q(("override_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="answer_override_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("overridden_at__isnull", True), ("overridden_by__isnull", True)),
                    models.Q(("overridden_at__isnull", False), ("overridden_by__isnull", False)),
                    _connector="OR",
                ),
                name="answer_override_has_a_person",
            ),
        ),
        migrations.AddField(
            model_name="earlieranswer",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="earlier_answers",
                to="assessments.assessment",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlieranswer",
            constraint=models.UniqueConstraint(
                fields=("assessment", "question_key", "round"), name="earlier_answer_once_a_round"
            ),
        ),
    ]
