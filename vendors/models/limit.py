"""Engagements that are limited to named people: who is named."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import ApiClient, User
from audit.ids import uuid7
from vendors.models.engagement import Engagement


class EngagementPerson(models.Model):
    """Somebody, or a program, for whom a limited engagement exists. For all others it does not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="people")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    client = models.ForeignKey(ApiClient, models.CASCADE, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "user"], name="engagement_person_once"),
            models.UniqueConstraint(fields=["engagement", "client"], name="engagement_client_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(client__isnull=True),
                name="engagement_person_or_client",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.user_id or self.client_id}"
