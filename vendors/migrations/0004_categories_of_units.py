from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vendors", "0003_intake_as_numbers")]

    operations = [
        migrations.AddIndex(
            model_name="vendorunit",
            index=models.Index(fields=["unit", "category"], name="vendor_unit_categories"),
        ),
        migrations.AddIndex(
            model_name="vendorunit",
            index=models.Index(fields=["category"], name="vendor_unit_category"),
        ),
    ]
