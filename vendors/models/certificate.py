"""Certificates: evidence issued under a standard, with what it covers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from vendors.models.evidence import Evidence
from vendors.models.site import Site


class Certificate(models.Model):
    """What a certificate says, beside the document itself, which has its dates.

    `standard`, `level` and `covers` are keys of `vendors/data/certificates.yaml`.
    """

    evidence = models.OneToOneField(
        Evidence, models.PROTECT, primary_key=True, related_name="certificate"
    )
    standard = models.CharField(_("Standard"), max_length=40)
    level = models.CharField(_("Level"), max_length=20, blank=True)
    number = models.CharField(_("Number"), max_length=80, blank=True)
    issuer = models.CharField(_("Issued by"), max_length=160)
    # The scope as it is printed on the certificate.
    scope = models.TextField(_("Scope"))
    # What of the standard it covers, such as labels of TISAX or criteria of SOC 2.
    covers = ArrayField(models.CharField(max_length=40), default=list)
    # Kinds of service that the scope includes (`vendors.intake.Service`).
    services = ArrayField(models.CharField(max_length=40), default=list)
    sites = models.ManyToManyField(Site, related_name="certificates", blank=True)

    def __str__(self) -> str:
        return f"{self.standard} {self.number}".strip()
