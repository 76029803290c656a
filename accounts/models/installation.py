"""The installation itself: whose it is, and the token that sets it up."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The one row there is.
THE_ONE: Final = 1


class Installation(models.Model):
    """One row: the organisation, and what opens the setup page while there is no account."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    # Empty until it is set up: the name of the settings counts then.
    organisation = models.CharField(_("Organisation"), max_length=120, blank=True)
    # SHA-256 of the token; gone once it was used.
    token_hash = models.BinaryField(max_length=32, null=True)
    set_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=THE_ONE), name="installation_is_one"),
            models.CheckConstraint(
                condition=models.Q(set_up_at__isnull=True) | models.Q(token_hash__isnull=True),
                name="installation_token_ends_with_setup",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation
