"""Findings and what is done about them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vendors", "0015_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingRule",
            fields=[
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("low", "Low"),
                            ("moderate", "Moderate"),
                            ("high", "High"),
                            ("critical", "Critical"),
                        ],
                        max_length=10,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "answer_risk",
                    models.PositiveSmallIntegerField(default=7000, help_text="1/10,000", null=True),
                ),
                ("missing_evidence", models.BooleanField(default=True)),
                ("knock_out", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.AddField(
            model_name="finding",
            name="accepted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="accepted_because",
            field=models.TextField(blank=True, verbose_name="Why the risk is accepted"),
        ),
        migrations.AddField(
            model_name="finding",
            name="accepted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="accepted_until",
            field=models.DateField(null=True, verbose_name="Accepted until"),
        ),
        migrations.AddField(
            model_name="finding",
            name="dispute_by_contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vendors.contact",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="dispute_decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="dispute_decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="dispute_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="dispute_upheld",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="done_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="done_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="done_by_contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vendors.contact",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="done_note",
            field=models.TextField(blank=True, verbose_name="What was done"),
        ),
        migrations.AddField(
            model_name="finding",
            name="evidence",
            field=models.ManyToManyField(related_name="findings", to="vendors.evidence"),
        ),
        migrations.AddField(
            model_name="finding",
            name="responded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="responded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="responded_by_contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vendors.contact",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="response",
            field=models.TextField(blank=True, verbose_name="What the vendor says"),
        ),
        migrations.AddField(
            model_name="finding",
            name="shared",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="finding",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("planned", "Remediation planned"),
                    ("remedied", "Put right, to be verified"),
                    ("accepted", "Risk accepted"),
                    ("closed", "Closed"),
                ],
                default="open",
                max_length=10,
                verbose_name="Status",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("status", "accepted")),
                fields=["accepted_until"],
                name="finding_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_by__isnull", False),
                        ("accepted_until__isnull", False),
                        ("status", "accepted"),
                    ),
                    models.Q(
                        models.Q(("status", "accepted"), _negated=True),
                        ("accepted_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="finding_accepted_until_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="findingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer_risk__isnull", True),
                    models.Q(("answer_risk__gt", 0), ("answer_risk__lte", 10000)),
                    _connector="OR",
                ),
                name="finding_rule_risk_in_range",
            ),
        ),
    ]
