"""What the organisation is called that runs this installation."""

from django.conf import settings

from accounts.models import Installation


def organisation_name() -> str:
    """As it was set up on the page, else as the settings say (one query)."""
    told = Installation.objects.values_list("organisation", flat=True).first()
    return told or str(settings.ORGANISATION_NAME)
