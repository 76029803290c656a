"""Decisions about engagements."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.ids
from audit.append_only import make_append_only


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0016_note_moved_assessments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("on_hold", "On hold"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=26,
                        verbose_name="Decision",
                    ),
                ),
                ("reason", models.TextField(verbose_name="Reason")),
                ("conditions", models.JSONField(default=list, verbose_name="Conditions")),
                ("expires_on", models.DateField(null=True, verbose_name="Valid until")),
                (
                    "band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("moderate", "Moderate"),
                            ("elevated", "Elevated"),
                            ("high", "High"),
                            ("critical", "Critical"),
                            ("not_rated", "Not rated"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("final", "Final"),
                            ("provisional", "Provisional"),
                            ("not_rated", "Not rated"),
                        ],
                        max_length=12,
                    ),
                ),
                ("blocked", models.BooleanField(default=False)),
                ("points", models.PositiveIntegerField(null=True)),
                ("lo", models.PositiveIntegerField(null=True)),
                ("hi", models.PositiveIntegerField(null=True)),
                ("coverage", models.PositiveIntegerField(help_text="1/10,000", null=True)),
                ("decided_at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "score",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scoring.score",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.businessunit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-id"], name="decision_unit"),
                    models.Index(
                        condition=models.Q(("expires_on__isnull", False)),
                        fields=["expires_on"],
                        name="decision_expiry",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("engagement", "number"), name="decision_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expires_on__isnull", False),
                                ("verdict__in", ("approved", "approved_with_conditions")),
                            ),
                            models.Q(
                                ("expires_on__isnull", True),
                                ("verdict__in", ("on_hold", "rejected")),
                            ),
                            _connector="OR",
                        ),
                        name="decision_approval_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("verdict", "approved_with_conditions"),
                                models.Q(("conditions", []), _negated=True),
                            ),
                            models.Q(
                                models.Q(("verdict", "approved_with_conditions"), _negated=True),
                                ("conditions", []),
                            ),
                            _connector="OR",
                        ),
                        name="decision_conditions_belong",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="decision_has_a_reason",
                    ),
                ],
            },
        ),
        make_append_only("scoring_decision"),
    ]
