import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_people_and_clients"),
        ("vendors", "0012_fourth_parties"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MergeRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("moved", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("left", models.JSONField(default=list)),
                (
                    "merged_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("undo_until", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NotTheSame",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("marks", models.CharField(max_length=65)),
                (
                    "said_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SubcontractImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
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
            ],
        ),
        migrations.AddField(
            model_name="vendor",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="vendors.vendor",
            ),
        ),
        migrations.AddField(
            model_name="vendor",
            name="vat_number",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=20, verbose_name="VAT number"
            ),
        ),
        migrations.AlterField(
            model_name="vendor",
            name="status",
            field=models.CharField(
                choices=[("active", "Active"), ("archived", "Archived"), ("merged", "Merged")],
                default="active",
                max_length=10,
                verbose_name="Status",
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="gone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_away",
                to="vendors.vendor",
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="vendors.vendor",
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="merged_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mergerecord",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="one",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="vendors.vendor"
            ),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="vendors.vendor"
            ),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="said_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="subcontractimport",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.businessunit",
            ),
        ),
        migrations.AddField(
            model_name="subcontractimport",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="vendor",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.Func(
                        models.Func(
                            models.Func(
                                django.db.models.functions.text.Lower(models.F("name")),
                                models.Value(
                                    "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłńñňòóôõöøōőřśşšťùúûüūůűųýÿźżž"
                                ),
                                models.Value(
                                    "aaaaaaaaacccddeeeeeeeegiiiiiiilnnnoooooooorssstuuuuuuuuyyzzz"
                                ),
                                function="translate",
                            ),
                            models.Value("[.'’]"),
                            models.Value(""),
                            models.Value("g"),
                            function="regexp_replace",
                        ),
                        models.Value(
                            "\\m(gmbh|mbh|ag|kg|kgaa|ohg|se|ltd|limited|llc|llp|inc|incorporated|corp|corporation|co|company|sa|sas|sarl|srl|spa|sl|slu|bv|nv|oy|oyj|ab|as|asa|aps|jsc|plc|pte|pty|pvt|private|sdn|bhd|kft|zrt|sro|doo|ooo|zao|pao|ltda|tnhh)\\M"
                        ),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                    ),
                    models.Value("[^[:alnum:]]"),
                    models.Value(""),
                    models.Value("g"),
                    function="regexp_replace",
                ),
                output_field=models.CharField(max_length=200),
            ),
        ),
        migrations.AddField(
            model_name="vendor",
            name="website_domain",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    models.Func(
                        models.Func(
                            django.db.models.functions.text.Lower(models.F("website")),
                            models.Value("^[a-z]+://(?:[^/?#@]*@)?([^/:?#]+)"),
                            function="substring",
                        ),
                        models.Value(
                            "[^.]+\\.(?:(?:co|com|net|org|gov|edu|ac|or|ne|go|gob|nom)\\.[a-z]{2}|[^.]+)$"
                        ),
                        function="substring",
                    ),
                    models.Value(""),
                ),
                output_field=models.CharField(max_length=200),
            ),
        ),
        migrations.AddIndex(
            model_name="mergerecord",
            index=models.Index(fields=["kept", "-id"], name="merge_kept"),
        ),
        migrations.AddIndex(
            model_name="mergerecord",
            index=models.Index(fields=["gone", "-id"], name="merge_gone"),
        ),
        migrations.AddConstraint(
            model_name="mergerecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("gone")), _negated=True), name="merge_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="mergerecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("gone",),
                name="merge_gone_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="notthesame",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="not_the_same_once"),
        ),
        migrations.AddConstraint(
            model_name="notthesame",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="not_the_same_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="subcontractimport",
            index=models.Index(fields=["unit", "-id"], name="subcontract_import_unit"),
        ),
        migrations.AddIndex(
            model_name="vendor",
            index=models.Index(
                condition=models.Q(("vat_number", ""), _negated=True),
                fields=["vat_number"],
                name="vendor_vat",
            ),
        ),
        migrations.AddIndex(
            model_name="vendor",
            index=models.Index(
                condition=models.Q(("website_domain", ""), _negated=True),
                fields=["website_domain"],
                name="vendor_domain",
            ),
        ),
        migrations.AddIndex(
            model_name="vendor",
            index=models.Index(fields=["name_key"], name="vendor_name_key"),
        ),
    ]
