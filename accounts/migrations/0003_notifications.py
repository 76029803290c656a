"""Notifications and letters."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("accounts", "0002_people_and_clients")]
    operations: ClassVar[list[Any]] = []
