"""Watch-lists, other names and owners of vendors, and what comparing them brings."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import audit.ids
from audit.append_only import make_append_only

_FUNCTION = """
-- Argument: the column of the changed row that names the vendor.
CREATE FUNCTION surety_note_screening_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO vendors_screeningdue (vendor_id)
    VALUES ((to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[0])::uuid);
    RETURN NULL;
END
$$;
"""


def _note(table, when, column, condition=""):
    name = "screening_" + when.split(maxsplit=1)[0].lower()
    where = f"WHEN ({condition}) " if condition else ""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW {where}"
        f"EXECUTE FUNCTION surety_note_screening_due('{column}')",
        f"DROP TRIGGER {name} ON {table}",
    )


_DIFFERS = " OR ".join(
    f"OLD.{column} IS DISTINCT FROM NEW.{column}"
    for column in ("name", "country", "registration_number", "lei", "status")
)


class Migration(migrations.Migration):
    dependencies = [
        ("vendors", "0010_incidents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WatchList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.SlugField(max_length=40, unique=True, verbose_name="Key")),
                ("title", models.CharField(max_length=160, verbose_name="Title")),
                ("publisher", models.CharField(max_length=160, verbose_name="Publisher")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sanctions", "Sanctions"),
                            ("infringers", "Known infringers"),
                            ("notorious_markets", "Notorious markets"),
                            ("own", "Own list"),
                        ],
                        max_length=20,
                        verbose_name="Kind",
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="Where it is published")),
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
            ],
        ),
        migrations.CreateModel(
            name="ListVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("as_of", models.DateField()),
                ("entries", models.PositiveIntegerField()),
                ("new", models.PositiveIntegerField()),
                ("changed", models.PositiveIntegerField()),
                ("gone", models.PositiveIntegerField()),
                (
                    "imported_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="vendors.listversion",
                    ),
                ),
                (
                    "watch_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="vendors.watchlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ref", models.CharField(max_length=80)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("organisation", "Organisation"),
                            ("vessel", "Vessel"),
                            ("aircraft", "Aircraft"),
                            ("place", "Market or website"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=400)),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=400), default=list, size=None
                    ),
                ),
                (
                    "weak_aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=400), default=list, size=None
                    ),
                ),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
                ("lei", models.CharField(blank=True, max_length=20)),
                (
                    "registration_numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("programme", models.CharField(blank=True, max_length=300)),
                ("remarks", models.TextField(blank=True)),
                (
                    "first_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first_entries",
                        to="vendors.listversion",
                    ),
                ),
                (
                    "watch_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="vendors.watchlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Owner",
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
                        choices=[("company", "Company"), ("person", "Person")],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="Name")),
                (
                    "country",
                    django_countries.fields.CountryField(
                        blank=True, max_length=2, verbose_name="Country"
                    ),
                ),
                (
                    "registration_number",
                    models.CharField(blank=True, max_length=60, verbose_name="Registration number"),
                ),
                ("lei", models.CharField(blank=True, max_length=20, verbose_name="LEI")),
                (
                    "percent",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=6, null=True, verbose_name="Share"
                    ),
                ),
                ("from_on", models.DateField(blank=True, null=True, verbose_name="Owner since")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="Owner until")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="Known from")),
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
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holders",
                        to="vendors.owner",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owners",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "versions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("names", models.PositiveIntegerField()),
                ("candidates", models.PositiveIntegerField()),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScreeningDue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vendor_id", models.UUIDField()),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL(
                            "clock_timestamp() + interval '5 seconds'", ()
                        )
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["vendor_id"], name="screening_due_vendor"),
                    models.Index(fields=["due_at"], name="screening_due_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningRun",
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
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("cursor", models.UUIDField(null=True)),
                ("found", models.PositiveIntegerField(default=0)),
                ("closed", models.PositiveIntegerField(default=0)),
                (
                    "touched_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "list_version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="run",
                        to="vendors.listversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VendorAlias",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="Name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("trading", "Trading name"),
                            ("former", "Former name"),
                            ("script", "Name in another script or language"),
                            ("short", "Short name"),
                        ],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="Known from")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aliases",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ref", models.CharField(max_length=80)),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("vendor", "Name of the vendor"),
                            ("alias", "Another name of the vendor"),
                            ("owner", "Owner of the vendor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("our_name", models.CharField(max_length=400)),
                ("listed_name", models.CharField(max_length=400)),
                ("score", models.PositiveIntegerField()),
                ("why", models.JSONField(default=dict)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "To be decided"),
                            ("confirmed", "Confirmed"),
                            ("dismissed", "Dismissed"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("delisted", models.BooleanField(default=False)),
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
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="vendors.listentry",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="vendors.vendor",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="vendors.owner",
                    ),
                ),
                (
                    "watch_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="vendors.watchlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListUpload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("as_of", models.DateField()),
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
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "list_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="vendors.listversion",
                    ),
                ),
                (
                    "watch_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="vendors.watchlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListEntryEnd",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="end",
                        serialize=False,
                        to="vendors.listentry",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_entries",
                        to="vendors.listentry",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended_entries",
                        to="vendors.listversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatchStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("changed", "Compared again"),
                            ("reopened", "Opened again"),
                            ("confirmed", "Confirmed"),
                            ("dismissed", "Dismissed"),
                            ("closed", "Closed"),
                            ("delisted", "No longer listed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.TextField(blank=True)),
                ("score", models.PositiveIntegerField()),
                ("why", models.JSONField(default=dict)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="vendors.listentry",
                    ),
                ),
                (
                    "list_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="vendors.listversion",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="vendors.match",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["match", "-id"], name="match_steps")],
            },
        ),
        migrations.AddIndex(
            model_name="owner",
            index=models.Index(fields=["vendor", "until_on"], name="owner_vendor"),
        ),
        migrations.AddConstraint(
            model_name="owner",
            constraint=models.CheckConstraint(
                condition=models.Q(("holder__isnull", True), ("name", ""), _connector="XOR"),
                name="owner_is_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="owner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("percent__isnull", True),
                    models.Q(("percent__gt", 0), ("percent__lte", 100)),
                    _connector="OR",
                ),
                name="owner_share_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="owner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("holder__isnull", True),
                    models.Q(("holder", models.F("vendor")), _negated=True),
                    _connector="OR",
                ),
                name="owner_is_not_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="screening",
            index=models.Index(fields=["vendor", "-id"], name="screening_vendor"),
        ),
        migrations.AddIndex(
            model_name="screeningrun",
            index=models.Index(
                condition=models.Q(("status", "done"), _negated=True),
                fields=["touched_at"],
                name="screening_run_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="vendoralias",
            constraint=models.UniqueConstraint(fields=("vendor", "name"), name="vendor_alias_once"),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(fields=["status", "-score", "id"], name="match_queue"),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(fields=["watch_list", "ref"], name="match_listed"),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner__isnull", True)),
                fields=("vendor", "watch_list", "ref"),
                name="match_of_vendor_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.UniqueConstraint(
                fields=("vendor", "owner", "watch_list", "ref"), name="match_of_owner_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.UniqueConstraint(
                fields=("watch_list", "number"), name="list_version_number"
            ),
        ),
        migrations.AddIndex(
            model_name="listupload",
            index=models.Index(fields=["watch_list", "-id"], name="list_upload"),
        ),
        migrations.AddIndex(
            model_name="listentry",
            index=models.Index(fields=["watch_list", "ref"], name="list_entry_ref"),
        ),
        migrations.AddIndex(
            model_name="listentry",
            index=models.Index(fields=["watch_list", "name", "id"], name="list_entry_name"),
        ),
        make_append_only("vendors_listversion"),
        make_append_only("vendors_listentry"),
        make_append_only("vendors_listentryend"),
        make_append_only("vendors_screening"),
        make_append_only("vendors_matchstep"),
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION surety_note_screening_due()"),
        _note("vendors_vendor", "INSERT", "id"),
        _note("vendors_vendor", "UPDATE", "id", _DIFFERS),
        _note("vendors_vendoralias", "INSERT OR UPDATE OR DELETE", "vendor_id"),
        _note("vendors_owner", "INSERT OR UPDATE OR DELETE", "vendor_id"),
    ]
