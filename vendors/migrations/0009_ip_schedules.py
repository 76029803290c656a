import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_people_and_clients"),
        ("vendors", "0008_contracts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="Kind")),
                ("cause", models.CharField(blank=True, max_length=200)),
                ("cause_gone", models.BooleanField(default=False)),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                ("detail", models.TextField(blank=True, verbose_name="What was found")),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("low", "Low"),
                            ("moderate", "Moderate"),
                            ("high", "High"),
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
                            ("open", "Open"),
                            ("planned", "Remediation planned"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                ("remedy", models.TextField(blank=True, verbose_name="What is to be done")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="Due")),
                ("disputed_at", models.DateTimeField(blank=True, null=True)),
                ("dispute", models.TextField(blank=True, verbose_name="Why it is disputed")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_because", models.TextField(blank=True, verbose_name="Why it was closed")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="owned_findings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="accounts.businessunit",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="verified_findings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IpAsset",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="Kind")),
                ("name", models.CharField(max_length=200, verbose_name="Name")),
                (
                    "owner_entity",
                    models.CharField(blank=True, max_length=200, verbose_name="Owned by"),
                ),
                (
                    "right",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("patent", "Patent"),
                            ("utility_model", "Utility model"),
                            ("design", "Registered design"),
                            ("trade_mark", "Trade mark"),
                            ("copyright", "Copyright"),
                            ("secret", "Kept secret"),
                            ("other", "Another right"),
                        ],
                        max_length=20,
                        verbose_name="Type of right",
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=80, verbose_name="Our reference"),
                ),
                (
                    "unregistered_because",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="Why it is not to be registered"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="Note")),
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
                    "engagements",
                    models.ManyToManyField(
                        blank=True, related_name="ip_assets", to="vendors.engagement"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ip_assets",
                        to="accounts.businessunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=300, verbose_name="What was disclosed")),
                ("disclosed_on", models.DateField(verbose_name="On")),
                (
                    "to_kind",
                    models.CharField(
                        choices=[
                            ("company", "The vendor as a company"),
                            ("person", "A person"),
                            ("site", "A site"),
                            ("subcontractor", "A subcontractor"),
                        ],
                        max_length=15,
                        verbose_name="To",
                    ),
                ),
                ("to_name", models.CharField(blank=True, max_length=200, verbose_name="Name")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("email", "By e-mail"),
                            ("portal", "Through a shared portal"),
                            ("medium", "On paper or a data carrier"),
                            ("physical", "As a physical object"),
                            ("shown", "Shown, without a copy"),
                            ("oral", "Told"),
                            ("other", "In another way"),
                        ],
                        max_length=10,
                        verbose_name="How",
                    ),
                ),
                (
                    "marked",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="Marked as confidential"
                    ),
                ),
                (
                    "return_by",
                    models.DateField(blank=True, null=True, verbose_name="To be returned by"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("held", "Still held"),
                            ("returned", "Returned"),
                            ("destroyed", "Destroyed"),
                            ("nothing", "Nothing to return"),
                        ],
                        default="held",
                        max_length=10,
                        verbose_name="What became of it",
                    ),
                ),
                (
                    "settled_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="Returned or destroyed on"
                    ),
                ),
                (
                    "certificate",
                    models.CharField(blank=True, max_length=120, verbose_name="Certificate"),
                ),
                ("note", models.TextField(blank=True, verbose_name="Note")),
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
                        related_name="disclosures",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="vendors.site",
                    ),
                ),
                (
                    "subcontract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="vendors.subcontract",
                    ),
                ),
                (
                    "assets",
                    models.ManyToManyField(
                        blank=True, related_name="disclosures", to="vendors.ipasset"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IpRegistration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("territory", models.CharField(max_length=2, verbose_name="Country or region")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Applied for"),
                            ("registered", "Registered"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed or given up"),
                            ("unknown", "Not known"),
                        ],
                        max_length=12,
                        verbose_name="Status",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="Number")),
                (
                    "filed_on",
                    models.DateField(blank=True, null=True, verbose_name="Applied for on"),
                ),
                (
                    "granted_on",
                    models.DateField(blank=True, null=True, verbose_name="Registered on"),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="Expires on")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to="vendors.ipasset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteAudit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("audited_on", models.DateField(verbose_name="Audited on")),
                ("auditor", models.CharField(max_length=200, verbose_name="By whom")),
                ("scope", models.CharField(max_length=200, verbose_name="Standard or scope")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("passed", "Passed"),
                            ("conditions", "Passed with conditions"),
                            ("failed", "Failed"),
                        ],
                        max_length=12,
                        verbose_name="Result",
                    ),
                ),
                (
                    "next_due",
                    models.DateField(blank=True, null=True, verbose_name="Next audit due"),
                ),
                ("note", models.TextField(blank=True, verbose_name="Summary")),
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
                    "findings",
                    models.ManyToManyField(
                        blank=True, related_name="site_audits", to="vendors.finding"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audits",
                        to="vendors.site",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="site_audits",
                        to="accounts.businessunit",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["unit", "-id"], name="finding_unit"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["vendor", "-id"], name="finding_vendor"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("status", "closed"), _negated=True),
                fields=["due_on"],
                name="finding_due",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("status", "closed"), _negated=True),
                fields=["unit", "-id"],
                name="finding_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("cause", ""), _negated=True), ("cause_gone", False)),
                fields=("unit", "vendor", "kind", "cause"),
                name="finding_cause_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    models.Q(
                        models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="finding_closed_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disputed_at__isnull", True),
                    models.Q(("dispute", ""), _negated=True),
                    _connector="OR",
                ),
                name="finding_disputed_with_words",
            ),
        ),
        migrations.AddIndex(
            model_name="ipasset",
            index=models.Index(fields=["unit", "name"], name="ip_asset_unit"),
        ),
        migrations.AddConstraint(
            model_name="ipasset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("unit", "reference"),
                name="ip_asset_reference_once",
            ),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(
                fields=["engagement", "-disclosed_on"], name="disclosure_engagement"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ("held", "nothing")), ("settled_on__isnull", True)),
                    models.Q(
                        ("outcome__in", ("returned", "destroyed")), ("settled_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="disclosure_settled_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_on__isnull", True),
                    ("settled_on__gte", models.F("disclosed_on")),
                    _connector="OR",
                ),
                name="disclosure_settled_after",
            ),
        ),
        migrations.AddIndex(
            model_name="ipregistration",
            index=models.Index(fields=["expires_on"], name="ip_registration_expiry"),
        ),
        migrations.AddConstraint(
            model_name="ipregistration",
            constraint=models.UniqueConstraint(
                fields=("asset", "territory", "number"), name="ip_registration_once"
            ),
        ),
        migrations.AddIndex(
            model_name="siteaudit",
            index=models.Index(fields=["site", "-audited_on"], name="site_audit_site"),
        ),
        migrations.AddIndex(
            model_name="siteaudit",
            index=models.Index(fields=["next_due"], name="site_audit_due"),
        ),
        migrations.AddConstraint(
            model_name="siteaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_due__isnull", True),
                    ("next_due__gt", models.F("audited_on")),
                    _connector="OR",
                ),
                name="site_audit_next_after",
            ),
        ),
    ]
