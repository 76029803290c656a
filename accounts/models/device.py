"""From where a member has signed in before, so that a sign-in from elsewhere is told by letter."""

from typing import ClassVar

from django.db import models

from audit.ids import uuid7


class KnownDevice(models.Model):
    """A browser, its system and its network, as far as that tells devices apart."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="known_devices")
    # As `accounts.devices` calls them; empty where the browser does not say.
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    # Such as "203.0.113.0/24", and never the address itself; empty where it is not known.
    network = models.CharField(max_length=50, blank=True)
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="known_device_seen")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "browser", "system", "network"], name="known_device_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.browser} {self.system} {self.network}"
