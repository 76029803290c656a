import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import audit.ids
from audit.append_only import make_append_only


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("audit", "0002_append_only"),
        ("vendors", "0006_finances"),
    ]

    operations = [
        migrations.CreateModel(
            name="Country",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=2, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("state", "State"),
                            ("customs_territory", "Customs territory"),
                            ("organisation", "Organisation"),
                            ("other", "Other territory"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LawRelease",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                (
                    "taken_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IndexEdition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("edition", models.PositiveSmallIntegerField()),
                ("published_on", models.DateField()),
                ("best", models.DecimalField(decimal_places=4, max_digits=9)),
                ("worst", models.DecimalField(decimal_places=4, max_digits=9)),
                ("licence", models.TextField()),
                ("source", models.TextField()),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdraws",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="vendors.indexedition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IndexFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.DecimalField(decimal_places=4, max_digits=9)),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="vendors.country",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="vendors.indexedition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LawFact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=30)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_force", "In force"),
                            ("signed", "Signed, not in force"),
                            ("suspended", "Suspended"),
                            ("left", "Left"),
                            ("none", "Not in force"),
                            ("unknown", "Unknown"),
                            ("priority_foreign", "Priority Foreign Country"),
                            ("priority_watch", "Priority Watch List"),
                            ("watch", "Watch List"),
                            ("unlisted", "Not listed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("source", models.TextField()),
                ("as_of", models.CharField(max_length=10)),
                ("confirmed", models.BooleanField()),
                ("through", models.CharField(blank=True, max_length=2)),
                ("remark", models.CharField(blank=True, max_length=30)),
                ("reason", models.TextField(blank=True)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="vendors.country",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdraws",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="vendors.lawfact",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="vendors.lawrelease",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CountryRating",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("risk", models.PositiveSmallIntegerField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("reason", models.TextField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="vendors.country",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdraws",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="vendors.countryrating",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("risk__lte", 100)), name="country_rating_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="country_rating_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="country_rating_has_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="indexedition",
            constraint=models.CheckConstraint(
                condition=models.Q(("best", models.F("worst")), _negated=True),
                name="index_has_a_scale",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexfigure",
            constraint=models.UniqueConstraint(
                fields=("edition", "country"), name="index_figure_once"
            ),
        ),
        migrations.AddIndex(
            model_name="lawfact",
            index=models.Index(fields=["country", "subject"], name="law_fact_country"),
        ),
        migrations.AddConstraint(
            model_name="lawfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until", None),
                    ("since", None),
                    ("until__gte", models.F("since")),
                    _connector="OR",
                ),
                name="law_fact_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="lawfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("release__isnull", False),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="law_fact_of_counsel_has_reason",
            ),
        ),
        make_append_only("vendors_lawrelease"),
        make_append_only("vendors_lawfact"),
        make_append_only("vendors_countryrating"),
        make_append_only("vendors_indexedition"),
        make_append_only("vendors_indexfigure"),
    ]
