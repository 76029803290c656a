"""Views of the dashboard that people keep under a name."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7


class PortfolioView(models.Model):
    """The filters of the dashboard under a name: somebody's own, or shared with the unit.

    A shared view over all units is for those who see all of them. Only its owner changes it, so it
    has no version: the last word counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="portfolio_views")
    # The unit that is looked at; null: all units.
    unit = models.ForeignKey(BusinessUnit, models.CASCADE, null=True, related_name="+")
    name = models.CharField(_("Name"), max_length=80)
    # Name of a filter -> its value, as they stand in the address; without the unit.
    filters = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="portfolio_view_name"),
            models.CheckConstraint(condition=~Q(name=""), name="portfolio_view_has_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit"], condition=Q(shared=True), name="portfolio_view_shared"),
        ]

    def __str__(self) -> str:
        return self.name
