"""Evidence and certificates."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("vendors", "0014_contacts_and_evidence")]
    operations: ClassVar[list[Any]] = []
