"""People are found by their address, clients by an id of their own."""

import django.db.models.functions.text
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="user",
            name="user_email_unique",
        ),
        migrations.AddField(
            model_name="apiclient",
            name="public_id",
            field=models.UUIDField(null=True, editable=False),
        ),
        # One for each: a default would be worked out once, and given to all that are there.
        migrations.RunSQL(
            "UPDATE accounts_apiclient SET public_id = gen_random_uuid()", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="apiclient",
            name="public_id",
            field=models.UUIDField(default=audit.ids.uuid7, editable=False, unique=True),
        ),
        migrations.RunSQL(
            "UPDATE accounts_user SET email = lower(email) WHERE email <> lower(email)",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(max_length=254, unique=True, verbose_name="E-mail address"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="user_email_lower_case",
            ),
        ),
    ]
