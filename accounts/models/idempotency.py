"""Answers that are kept for a day, so that a request sent twice is carried out once."""

from typing import ClassVar

from django.db import models

from accounts.models.people import ApiClient
from audit.ids import uuid7


class KeptAnswer(models.Model):
    """What a client was answered under one of its idempotency keys."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="kept_answers")
    # SHA-256 each: of the key, and of the request that it came with first.
    key_hash = models.BinaryField(max_length=32)
    request_hash = models.BinaryField(max_length=32)
    # Status, headers and body as JSON, sealed: an answer may hold what is shown only once.
    sealed = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "key_hash"], name="kept_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.created_at}"
