"""Requests for suppliers, stages and renewals."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_notifications"),
        ("assessments", "0011_exchange"),
        ("vendors", "0017_offboarding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Renewal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cadence_on", models.DateField()),
                ("due_on", models.DateField(verbose_name="Due")),
                (
                    "because",
                    models.CharField(
                        choices=[
                            ("cadence", "On schedule"),
                            ("incident", "An incident was reported"),
                            ("match", "A match with a watch-list was confirmed"),
                            ("band", "The risk band became worse"),
                            ("contract", "The contract changed"),
                            ("evidence", "Evidence expired"),
                            ("asked", "Somebody asked for it"),
                            ("postponed", "It was put off"),
                        ],
                        default="cadence",
                        max_length=10,
                        verbose_name="Why",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="Reason")),
                ("event", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "started",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renews",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="accounts.businessunit",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("started__isnull", True)),
                        fields=["due_on", "id"],
                        name="renewal_waiting",
                    ),
                    models.Index(fields=["unit", "due_on"], name="renewal_unit"),
                    models.Index(fields=["vendor"], name="renewal_vendor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RenewalRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
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
                        verbose_name="Tier",
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="Months")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renewal_rules",
                        to="accounts.businessunit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "tier"), name="renewal_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 1), ("months__lte", 120)),
                        name="renewal_rule_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("triage", "Triage"),
                            ("filling_in", "Answering"),
                            ("review", "Review"),
                            ("decision", "Decision"),
                        ],
                        max_length=12,
                        verbose_name="Stage",
                    ),
                ),
                (
                    "away_until",
                    models.DateField(blank=True, null=True, verbose_name="Owner away until"),
                ),
                ("target_days", models.PositiveSmallIntegerField(verbose_name="Target, days")),
                (
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_rules",
                        to="accounts.businessunit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "stage"), name="stage_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(("target_days__gte", 1), ("target_days__lte", 365)),
                        name="stage_rule_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owner__isnull", True),
                            ("deputy__isnull", True),
                            models.Q(("owner", models.F("deputy")), _negated=True),
                            _connector="OR",
                        ),
                        name="stage_rule_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageTime",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("triage", "Triage"),
                            ("filling_in", "Answering"),
                            ("review", "Review"),
                            ("decision", "Decision"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.UUIDField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "engagement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_times",
                        to="accounts.businessunit",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "stage", "-began_at"], name="stage_time_unit"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["stage", "began_at"],
                        name="stage_time_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "stage", "began_at"), name="stage_time_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("began_at")),
                            _connector="OR",
                        ),
                        name="stage_time_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="What is needed")),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="What the supplier would do"),
                ),
                ("needed_by", models.DateField(blank=True, null=True, verbose_name="Needed by")),
                ("vendor_name", models.CharField(max_length=200, verbose_name="Supplier")),
                (
                    "country",
                    django_countries.fields.CountryField(
                        blank=True, max_length=2, verbose_name="Country"
                    ),
                ),
                ("service", models.CharField(max_length=40, verbose_name="Kind of service")),
                ("intake", models.JSONField(default=dict)),
                ("inherent_risk", models.PositiveIntegerField(help_text="1/10,000")),
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
                        verbose_name="Tier",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for triage"),
                            ("triaged", "Waits to be started"),
                            ("started", "Started"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "depth",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No due diligence"),
                            ("light", "Light due diligence"),
                            ("full", "Full due diligence"),
                        ],
                        max_length=5,
                        verbose_name="Due diligence",
                    ),
                ),
                ("triaged_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, verbose_name="Reason")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "engagement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplier_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "triaged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplier_requests",
                        to="accounts.businessunit",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplier_requests",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-id"], name="request_unit"),
                    models.Index(
                        condition=models.Q(("status__in", ("asked", "triaged"))),
                        fields=["unit", "id"],
                        name="request_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("depth", ""),
                                ("triaged_at__isnull", True),
                                ("triaged_by__isnull", True),
                            ),
                            models.Q(
                                ("triaged_at__isnull", False),
                                ("triaged_by__isnull", False),
                                models.Q(("depth", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="request_triage_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("asked", "withdrawn", "declined")),
                            ("triaged_at__isnull", False),
                            _connector="OR",
                        ),
                        name="request_triaged_before_started",
                    ),
                ],
            },
        ),
    ]
