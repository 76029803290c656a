"""Invitations, sessions and delegations of a vendor's contacts."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("assessments", "0006_talk_and_proof")]
    operations: ClassVar[list[Any]] = []
