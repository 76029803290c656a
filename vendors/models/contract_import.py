"""An uploaded list of contracts or policies, between its preview and its result."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models.file_job import FileJob


class ContractImport(FileJob):
    """The file, what will happen, what happened."""

    class Kind(models.TextChoices):
        CONTRACTS = "contracts", _("Contracts")
        POLICIES = "policies", _("Insurance policies")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(BusinessUnit, models.PROTECT)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="contract_import_unit")]

    def __str__(self) -> str:
        return self.file_name
