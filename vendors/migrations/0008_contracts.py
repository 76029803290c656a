import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_people_and_clients"),
        ("vendors", "0007_law"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=80, verbose_name="Reference"),
                ),
                (
                    "our_party",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="Our contracting party"
                    ),
                ),
                (
                    "vendor_party",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="The vendor's contracting party"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_force", "In force"),
                            ("ended", "Ended"),
                            ("void", "Entered by mistake"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="Signed on")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="Starts on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="Ends on")),
                (
                    "renewal",
                    models.CharField(
                        choices=[
                            ("none", "Ends by itself"),
                            ("automatic", "Renews by itself unless notice is given"),
                            ("agreed", "Renewed only by agreement"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="Renewal",
                    ),
                ),
                (
                    "renewal_months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Renews by"
                    ),
                ),
                (
                    "notice_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Notice period"
                    ),
                ),
                ("notice_by", models.DateField(blank=True, null=True, verbose_name="Notice by")),
                ("term_ends_on", models.DateField(editable=False, null=True)),
                ("notice_on", models.DateField(editable=False, null=True)),
                ("notice_settled", models.DateField(editable=False, null=True)),
                (
                    "law_country",
                    django_countries.fields.CountryField(
                        blank=True, max_length=2, verbose_name="Governing law"
                    ),
                ),
                (
                    "law_region",
                    models.CharField(blank=True, max_length=80, verbose_name="State or region"),
                ),
                (
                    "forum",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("courts", "Courts"),
                            ("arbitration", "Arbitration"),
                            ("none", "Nothing agreed"),
                        ],
                        max_length=12,
                        verbose_name="Forum",
                    ),
                ),
                (
                    "forum_place",
                    models.CharField(blank=True, max_length=120, verbose_name="Court or seat"),
                ),
                (
                    "forum_rules",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="Rules of arbitration"
                    ),
                ),
                (
                    "cap_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("amount", "An amount"),
                            ("percent", "A percentage of the yearly fees"),
                            ("uncapped", "No cap"),
                        ],
                        max_length=10,
                        verbose_name="Cap on liability",
                    ),
                ),
                (
                    "cap_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True),
                ),
                ("cap_currency", models.CharField(blank=True, max_length=3)),
                (
                    "cap_percent",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True),
                ),
                (
                    "carve_outs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ip_breach", "Breach of our IP rights"),
                                ("confidentiality", "Breach of confidentiality"),
                                ("gross_negligence", "Gross negligence"),
                                ("intent", "Intent and fraud"),
                                ("indemnities", "Indemnities"),
                                ("data_protection", "Breach of data protection"),
                                ("injury", "Death and personal injury"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=None,
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "indemnity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("full", "Full, without a limit"),
                            ("limited", "Up to a limit"),
                            ("none", "None"),
                        ],
                        max_length=10,
                        verbose_name="Indemnity for IP claims",
                    ),
                ),
                (
                    "indemnity_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True),
                ),
                ("indemnity_currency", models.CharField(blank=True, max_length=3)),
                (
                    "kept_at",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="Where the document is kept"
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
                    "amends",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="vendors.contract",
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="vendors.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("preferred", "Preferred"),
                            ("licence", "Exclusive licence"),
                            ("fallback", "Acceptable fallback"),
                            ("weak", "Weak"),
                            ("missing", "Missing"),
                            ("not_applicable", "Not applicable"),
                        ],
                        max_length=14,
                        verbose_name="Status",
                    ),
                ),
                ("extract", models.TextField(blank=True, verbose_name="Wording in the contract")),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                ("reason", models.TextField(blank=True, verbose_name="Reason")),
                (
                    "no_assignment",
                    models.BooleanField(
                        default=False, verbose_name="The local law allows no assignment"
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("deviation_approved", models.BooleanField(default=False)),
                ("deviation_reason", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewed_clauses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clauses",
                        to="vendors.contract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContractImport",
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
                        choices=[("contracts", "Contracts"), ("policies", "Insurance policies")],
                        max_length=10,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("report", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("preview", "Preview"),
                            ("done", "Done"),
                            ("discarded", "Discarded"),
                        ],
                        default="preview",
                        max_length=10,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="accounts.businessunit"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "low",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="At least"),
                ),
                (
                    "likely",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="Most likely"
                    ),
                ),
                (
                    "high",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="At most"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                ("reason", models.TextField(verbose_name="How this was arrived at")),
                (
                    "per_year_low",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True),
                ),
                (
                    "per_year_likely",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True),
                ),
                (
                    "per_year_high",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "engagement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exposure",
                        to="vendors.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IctService",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "function",
                    models.CharField(max_length=200, verbose_name="Function that it supports"),
                ),
                (
                    "critical",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="Critical or important function"
                    ),
                ),
                (
                    "substitutability",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("easy", "Easily"),
                            ("effort", "With some effort"),
                            ("hard", "Hardly"),
                            ("impossible", "Not at all"),
                        ],
                        max_length=12,
                        verbose_name="Can it be replaced?",
                    ),
                ),
                (
                    "exit_plan",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tested", "There is one, and it was tested"),
                            ("written", "There is one, not tested"),
                            ("missing", "There is none"),
                        ],
                        max_length=10,
                        verbose_name="Exit plan",
                    ),
                ),
                (
                    "exit_plan_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="Exit plan last looked at"
                    ),
                ),
                (
                    "last_audit_on",
                    models.DateField(blank=True, null=True, verbose_name="Last audit"),
                ),
                (
                    "next_audit_on",
                    models.DateField(blank=True, null=True, verbose_name="Next audit due"),
                ),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "engagement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ict_service",
                        to="vendors.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InsurancePolicy",
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
                            ("professional", "Professional indemnity"),
                            ("cyber", "Cyber"),
                            ("ip", "Intellectual property"),
                            ("general", "General liability"),
                            ("product", "Product liability"),
                            ("crime", "Crime and fidelity"),
                            ("other", "Something else"),
                        ],
                        max_length=14,
                        verbose_name="Kind",
                    ),
                ),
                ("insurer", models.CharField(max_length=200, verbose_name="Insurer")),
                ("number", models.CharField(max_length=80, verbose_name="Policy number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("current", "Kept track of"),
                            ("replaced", "Replaced or no longer needed"),
                            ("void", "Entered by mistake"),
                        ],
                        default="current",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                (
                    "limit",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="Limit for the period"
                    ),
                ),
                (
                    "per_claim",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=16,
                        null=True,
                        verbose_name="Limit per claim",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                (
                    "deductible",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="Deductible"
                    ),
                ),
                (
                    "eroded",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="Used up"
                    ),
                ),
                ("excluded_percent", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "exclusions",
                    models.TextField(blank=True, verbose_name="Exclusions that concern IP"),
                ),
                (
                    "territory",
                    models.CharField(blank=True, max_length=200, verbose_name="Territory"),
                ),
                ("valid_from", models.DateField(verbose_name="From")),
                ("expires_on", models.DateField(verbose_name="Expires on")),
                (
                    "certificate_seen_on",
                    models.DateField(blank=True, null=True, verbose_name="Certificate seen on"),
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
                    "certificate_seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seen_certificates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonalData",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("none", "It handles none"),
                            ("processor", "Processor: on our instructions only"),
                            ("joint", "Joint controller with us"),
                            ("controller", "Controller in its own right"),
                        ],
                        max_length=12,
                        verbose_name="The vendor is",
                    ),
                ),
                ("categories", models.TextField(blank=True, verbose_name="Whose data, and which")),
                (
                    "agreement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed", "Signed"),
                            ("draft", "Being negotiated"),
                            ("missing", "There is none"),
                            ("not_needed", "None is needed"),
                        ],
                        max_length=12,
                        verbose_name="Processor agreement",
                    ),
                ),
                ("agreed_on", models.DateField(blank=True, null=True, verbose_name="Signed on")),
                ("sub_processors", models.JSONField(default=list)),
                ("sub_processors_approved", models.BooleanField(blank=True, null=True)),
                (
                    "transfer_to",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
                (
                    "transfer_basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "The data stays where it is protected alike"),
                            ("adequacy", "Adequacy decision"),
                            ("clauses", "Standard contractual clauses"),
                            ("rules", "Binding corporate rules"),
                            ("derogation", "A derogation for the single case"),
                            ("missing", "There is no basis"),
                        ],
                        max_length=12,
                        verbose_name="Basis of the transfer",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "engagement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="personal_data",
                        to="vendors.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("subject", models.UUIDField()),
                ("due_on", models.DateField()),
                (
                    "sent_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["engagement", "status"], name="contract_engagement"),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                condition=models.Q(("status", "in_force")),
                fields=["term_ends_on"],
                name="contract_term",
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                condition=models.Q(("status", "in_force")),
                fields=["notice_on"],
                name="contract_notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("engagement", "reference"),
                name="contract_reference_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="contract_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("amends", models.F("id")), _negated=True),
                name="contract_amends_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cap_kind__in", ["amount", "percent"]), _negated=True),
                    models.Q(("cap_amount__isnull", False), ("cap_kind", "amount")),
                    models.Q(("cap_kind", "percent"), ("cap_percent__isnull", False)),
                    _connector="OR",
                ),
                name="contract_cap_has_its_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("renewal", "automatic"), _negated=True),
                    ("renewal_months__gt", 0),
                    _connector="OR",
                ),
                name="contract_renews_by_some_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.UniqueConstraint(fields=("contract", "key"), name="clause_once"),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at__isnull", True), ("reviewed_by__isnull", True)),
                    models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                    _connector="OR",
                ),
                name="clause_reviewed_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deviation_approved", False),
                    models.Q(
                        ("reviewed_by__isnull", False),
                        ("status__in", ["fallback", "licence"]),
                        models.Q(("deviation_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="clause_deviation_approved_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "not_applicable"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="clause_not_applicable_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="contractimport",
            index=models.Index(fields=["unit", "-id"], name="contract_import_unit"),
        ),
        migrations.AddConstraint(
            model_name="exposure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("high__gte", models.F("likely")),
                    ("likely__gte", models.F("low")),
                    ("low__gt", 0),
                ),
                name="exposure_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="exposure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("per_year_high__isnull", True),
                        ("per_year_likely__isnull", True),
                        ("per_year_low__isnull", True),
                    ),
                    models.Q(
                        ("per_year_high__gte", models.F("per_year_likely")),
                        ("per_year_likely__gte", models.F("per_year_low")),
                        ("per_year_low__gte", 0),
                    ),
                    _connector="OR",
                ),
                name="exposure_per_year_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="ictservice",
            index=models.Index(fields=["next_audit_on"], name="ict_next_audit"),
        ),
        migrations.AddIndex(
            model_name="insurancepolicy",
            index=models.Index(fields=["vendor", "expires_on"], name="policy_vendor"),
        ),
        migrations.AddIndex(
            model_name="insurancepolicy",
            index=models.Index(
                condition=models.Q(("status", "current")),
                fields=["expires_on"],
                name="policy_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="insurancepolicy",
            constraint=models.UniqueConstraint(
                fields=("vendor", "number", "valid_from"), name="policy_period_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="insurancepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_on__gte", models.F("valid_from"))),
                name="policy_expires_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="insurancepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("deductible__gte", 0), ("eroded__gte", 0), ("limit__gte", 0)),
                name="policy_amounts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="insurancepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("excluded_percent__isnull", True),
                    ("excluded_percent__lte", 100),
                    _connector="OR",
                ),
                name="policy_excluded_share_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="insurancepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("certificate_seen_by__isnull", True),
                    ("certificate_seen_on__isnull", False),
                    _connector="OR",
                ),
                name="policy_certificate_seen_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("source", "subject", "due_on", "user"), name="reminder_once"
            ),
        ),
    ]
