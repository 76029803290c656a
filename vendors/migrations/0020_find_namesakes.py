from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("vendors", "0019_what_vendors_say")]

    operations = [
        migrations.AddIndex(
            model_name="vendor",
            index=models.Index(Lower("name"), name="vendor_name_small"),
        ),
    ]
