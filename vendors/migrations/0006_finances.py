import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_people_and_clients"),
        ("vendors", "0005_sites"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FinancialProfile",
            fields=[
                (
                    "vendor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="financial_profile",
                        serialize=False,
                        to="vendors.vendor",
                    ),
                ),
                (
                    "listing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("listed", "Listed on a stock exchange"),
                            ("unlisted", "Not listed"),
                        ],
                        max_length=10,
                        verbose_name="Listing",
                    ),
                ),
                (
                    "sector",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("manufacturer", "Manufacturer"),
                            ("non_manufacturer", "Other than a manufacturer"),
                            ("bank", "Bank or insurer"),
                        ],
                        max_length=20,
                        verbose_name="Sector",
                    ),
                ),
                (
                    "emerging",
                    models.BooleanField(blank=True, null=True, verbose_name="Emerging market"),
                ),
                (
                    "model",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("z", "Altman Z (listed manufacturers)"),
                            ("z_original", "Altman Z with the weight 0.999 of the paper"),
                            ("z_private", "Altman Z′ (private manufacturers)"),
                            ("z_general", "Altman Z″ (other than manufacturers)"),
                            ("z_emerging", "Altman Z″ for emerging markets"),
                        ],
                        max_length=20,
                        verbose_name="Model",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="Reason")),
                (
                    "chosen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("chosen_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("chosen_at__isnull", True), ("model", "")),
                            models.Q(
                                models.Q(("model", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                ("chosen_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="financial_model_with_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "base",
                    models.CharField(
                        choices=[("EUR", "Eur"), ("USD", "Usd")],
                        default="EUR",
                        max_length=3,
                        verbose_name="Per",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                ("day", models.DateField(verbose_name="Day")),
                ("rate", models.DecimalField(decimal_places=8, max_digits=20, verbose_name="Rate")),
                ("source", models.CharField(max_length=120, verbose_name="Source")),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
            options={
                "indexes": [models.Index(fields=["-day", "currency"], name="rate_latest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("base", "currency", "day"), name="rate_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="rate_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base", models.F("currency")), _negated=True),
                        name="rate_of_two_currencies",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FinanceImport",
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
                        choices=[("statements", "Statements"), ("rates", "Rates")], max_length=10
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
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="accounts.businessunit",
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
                (
                    "vendor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="finance_imports",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "unit", "-id"], name="finance_imports")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "rates"), ("unit__isnull", True), ("vendor__isnull", True)
                            ),
                            models.Q(("kind", "statements"), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="finance_import_of_a_unit",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceIndex",
            fields=[
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        primary_key=True, serialize=False, verbose_name="Year"
                    ),
                ),
                (
                    "value",
                    models.DecimalField(decimal_places=3, max_digits=9, verbose_name="Index"),
                ),
                ("source", models.CharField(max_length=200, verbose_name="Source")),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gt", 0)), name="price_index_above_zero"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="Fiscal year")),
                (
                    "declined",
                    models.BooleanField(default=False, verbose_name="Declined to disclose"),
                ),
                (
                    "period_end",
                    models.DateField(blank=True, null=True, verbose_name="Last day of the period"),
                ),
                ("months", models.PositiveSmallIntegerField(default=12, verbose_name="Months")),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="Currency")),
                (
                    "scale",
                    models.PositiveIntegerField(
                        choices=[(1, "Single units"), (1000, "Thousands"), (1000000, "Millions")],
                        default=1,
                        verbose_name="Unit",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("audited", "Audited"),
                            ("reviewed", "Reviewed by an accountant"),
                            ("unaudited", "Not audited"),
                            ("estimate", "Estimate"),
                        ],
                        max_length=10,
                        verbose_name="Source",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("company", "The company alone"),
                            ("group", "The group (consolidated)"),
                        ],
                        default="company",
                        max_length=10,
                        verbose_name="Covers",
                    ),
                ),
                (
                    "going_concern_doubt",
                    models.BooleanField(default=False, verbose_name="Doubt about going concern"),
                ),
                (
                    "total_assets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Total assets",
                    ),
                ),
                (
                    "current_assets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Current assets",
                    ),
                ),
                (
                    "inventories",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Inventories",
                    ),
                ),
                (
                    "cash",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=22, null=True, verbose_name="Cash"
                    ),
                ),
                (
                    "intangible_assets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Intangible assets and goodwill",
                    ),
                ),
                (
                    "current_liabilities",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Current liabilities",
                    ),
                ),
                (
                    "total_liabilities",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Total liabilities",
                    ),
                ),
                (
                    "debt",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Interest-bearing debt",
                    ),
                ),
                (
                    "retained_earnings",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Retained earnings",
                    ),
                ),
                (
                    "equity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Equity",
                    ),
                ),
                (
                    "sales",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=22, null=True, verbose_name="Sales"
                    ),
                ),
                (
                    "ebit",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=22, null=True, verbose_name="EBIT"
                    ),
                ),
                (
                    "depreciation",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Depreciation and amortisation",
                    ),
                ),
                (
                    "ebitda",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="EBITDA",
                    ),
                ),
                (
                    "interest_expense",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Interest expense",
                    ),
                ),
                (
                    "net_income",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Net income",
                    ),
                ),
                (
                    "funds_from_operations",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Funds from operations",
                    ),
                ),
                (
                    "market_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=22,
                        null=True,
                        verbose_name="Market value of equity",
                    ),
                ),
                (
                    "kept_at",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="Where the document is kept"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_why", models.TextField(blank=True)),
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
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="vendors.vendor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("vendor", "fiscal_year"),
                        name="statement_once_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("declined", True),
                                ("sales__isnull", True),
                                ("total_assets__isnull", True),
                            ),
                            models.Q(
                                ("declined", False),
                                ("period_end__isnull", False),
                                models.Q(("currency", ""), _negated=True),
                                models.Q(("source", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="statement_told_or_declined",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total_assets__isnull", True), ("total_assets__gt", 0), _connector="OR"
                        ),
                        name="statement_has_assets",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 1), ("months__lte", 24)),
                        name="statement_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", False), ("withdrawn_why", ""), _connector="OR"
                        ),
                        name="statement_withdrawn_with_a_reason",
                    ),
                ],
            },
        ),
    ]
