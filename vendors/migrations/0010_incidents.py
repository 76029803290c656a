import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_people_and_clients"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("vendors", "0009_ip_schedules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("shared", models.BooleanField(default=False)),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                (
                    "found_how",
                    models.CharField(
                        choices=[
                            ("test_purchase", "Test purchase"),
                            ("market_watch", "Market-place watch"),
                            ("customs", "Customs"),
                            ("tip_off", "Tip-off"),
                            ("audit", "Audit or site visit"),
                            ("vendor_report", "Vendor's own report"),
                            ("customer", "Customer or partner"),
                            ("register", "Trade-mark or patent gazette"),
                            ("code_scan", "Source code found elsewhere"),
                            ("authority", "Court or authority"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                        verbose_name="How it was found",
                    ),
                ),
                ("found_on", models.DateField(verbose_name="Found on")),
                (
                    "happened_from",
                    models.DateField(blank=True, null=True, verbose_name="Happened from"),
                ),
                (
                    "happened_until",
                    models.DateField(blank=True, null=True, verbose_name="Happened until"),
                ),
                (
                    "ip_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                (
                    "assets",
                    models.CharField(blank=True, max_length=300, verbose_name="Which assets"),
                ),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="What was used without right"),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "Minor"),
                            ("serious", "Serious"),
                            ("severe", "Severe"),
                            ("critical", "Critical"),
                        ],
                        max_length=10,
                        verbose_name="Severity",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("investigating", "Under investigation"),
                            ("confirmed", "Confirmed"),
                            ("remedying", "Being put right"),
                            ("closed", "Closed"),
                            ("unfounded", "Unfounded"),
                        ],
                        default="reported",
                        max_length=15,
                        verbose_name="Status",
                    ),
                ),
                ("disputed_on", models.DateField(blank=True, null=True)),
                ("dispute", models.TextField(blank=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "reported_by",
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
                        related_name="+",
                        to="accounts.businessunit",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("kept_at", models.CharField(max_length=300, verbose_name="Where it is kept")),
                ("dated", models.DateField(blank=True, null=True, verbose_name="Date")),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                (
                    "added_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="vendors.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentMeasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=300, verbose_name="What is to be done")),
                ("owner", models.CharField(max_length=120, verbose_name="By whom")),
                ("due_on", models.DateField(verbose_name="By when")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="Done on")),
                ("explanation", models.TextField(blank=True, verbose_name="Why it is not done")),
                ("verified_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="vendors.incident",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reported", "Reported"),
                            ("investigating", "Under investigation"),
                            ("confirmed", "Confirmed"),
                            ("remedying", "Being put right"),
                            ("closed", "Closed"),
                            ("unfounded", "Unfounded"),
                        ],
                        max_length=15,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("author_label", models.CharField(blank=True, max_length=120)),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="vendors.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonitoringItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "watched",
                    models.CharField(
                        choices=[
                            ("market_places", "Market places"),
                            ("domains", "Domain names"),
                            ("gazettes", "Trade-mark gazettes"),
                            ("customs", "Customs recordation"),
                            ("app_stores", "App stores"),
                            ("code_hosting", "Code hosting"),
                            ("social_media", "Social media"),
                            ("test_purchases", "Test purchases"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                        verbose_name="What is watched",
                    ),
                ),
                ("scope", models.CharField(max_length=300, verbose_name="Where, and for what")),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("week", "Every week"),
                            ("month", "Every month"),
                            ("quarter", "Every quarter"),
                            ("half_year", "Every half year"),
                            ("year", "Every year"),
                        ],
                        max_length=10,
                        verbose_name="How often",
                    ),
                ),
                (
                    "importance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Usual"), (2, "Important"), (3, "Essential")],
                        default=1,
                        verbose_name="Importance",
                    ),
                ),
                ("by_whom", models.CharField(blank=True, max_length=120, verbose_name="By whom")),
                ("since", models.DateField(verbose_name="Since")),
                ("active", models.BooleanField(default=True, verbose_name="Active")),
                ("last_done_on", models.DateField(blank=True, null=True)),
                ("due_on", models.DateField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="monitoring",
                        to="vendors.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonitoringCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("done_on", models.DateField(verbose_name="Done on")),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing found"),
                            ("suspicious", "Something suspicious"),
                        ],
                        max_length=10,
                        verbose_name="Found",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                ("link", models.URLField(blank=True, max_length=500, verbose_name="Link")),
                ("done_by_label", models.CharField(blank=True, max_length=120)),
                ("settled", models.TextField(blank=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="found_by",
                        to="vendors.incident",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="vendors.monitoringitem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("ours", "Ours"), ("vendor", "The vendor's")],
                        max_length=10,
                        verbose_name="Whose",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Name")),
                ("job", models.CharField(blank=True, max_length=120, verbose_name="Job")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_people",
                        to="vendors.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingTopic",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Topic")),
                (
                    "needed_of",
                    models.CharField(
                        choices=[
                            ("nobody", "Nobody; it is an extra"),
                            ("ours", "Our people"),
                            ("vendor", "The vendor's people"),
                            ("both", "Both"),
                        ],
                        default="nobody",
                        max_length=10,
                        verbose_name="Who needs it",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_topics",
                        to="vendors.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("done_on", models.DateField(verbose_name="Done on")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="Valid until"),
                ),
                (
                    "certificate",
                    models.CharField(blank=True, max_length=160, verbose_name="Certificate"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="vendors.trainingperson",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="vendors.trainingtopic",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["vendor", "-found_on", "-id"], name="incident_vendor"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["unit", "-found_on", "-id"], name="incident_unit"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-found_on", "-id"], name="incident_found"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", False), ("status", "closed")),
                    models.Q(
                        models.Q(("status", "closed"), _negated=True), ("closed_on__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="incident_closed_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("happened_from__isnull", True),
                    ("happened_until__isnull", True),
                    ("happened_until__gte", models.F("happened_from")),
                    _connector="OR",
                ),
                name="incident_time_runs_forward",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentevidence",
            index=models.Index(fields=["incident", "id"], name="incident_evidence"),
        ),
        migrations.AddIndex(
            model_name="incidentmeasure",
            index=models.Index(fields=["incident", "due_on"], name="measure_incident"),
        ),
        migrations.AddConstraint(
            model_name="incidentmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_on__isnull", True), ("done_on__isnull", False), _connector="OR"
                ),
                name="measure_done_before_verified",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentnote",
            index=models.Index(fields=["incident", "id"], name="incident_note"),
        ),
        migrations.AddIndex(
            model_name="monitoringitem",
            index=models.Index(fields=["engagement", "due_on"], name="monitoring_engagement"),
        ),
        migrations.AddIndex(
            model_name="monitoringitem",
            index=models.Index(
                condition=models.Q(("active", True)), fields=["due_on", "id"], name="monitoring_due"
            ),
        ),
        migrations.AddIndex(
            model_name="monitoringcheck",
            index=models.Index(fields=["item", "-done_on", "-id"], name="monitoring_checks"),
        ),
        migrations.AddConstraint(
            model_name="trainingperson",
            constraint=models.UniqueConstraint(
                models.F("engagement"),
                models.F("side"),
                django.db.models.functions.text.Lower("name"),
                name="trained_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingtopic",
            constraint=models.UniqueConstraint(
                models.F("engagement"),
                django.db.models.functions.text.Lower("name"),
                name="training_topic_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingrecord",
            constraint=models.UniqueConstraint(
                fields=("person", "topic", "done_on"), name="training_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("done_on")),
                    _connector="OR",
                ),
                name="training_valid_after_it",
            ),
        ),
    ]
