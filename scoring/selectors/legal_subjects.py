"""What a note of the legal reviewers can be about: the vendor, and all that belongs to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.selectors.assessments import visible_to
from scoring.selectors.decisions import decisions_visible_to
from vendors.models import Engagement, LegalNote, Vendor
from vendors.selectors import engagements_visible_to, links_of
from vendors.selectors.findings import findings_visible_to

#: Of each kind so many are offered, the latest first.
_OFFERED: Final = 100
_About = LegalNote.About


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to write about. `key` names it in forms and addresses."""

    about: str
    id: UUID
    label: str
    unit: BusinessUnit
    engagement: Engagement | None

    @property
    def key(self) -> str:
        """Kind and id."""
        return f"{self.about}:{self.id}:{self.unit.pk}"


def subjects_of(vendor: Vendor, principal: Principal, permission: Permission) -> list[Subject]:
    """What of a vendor that is seen lies in units in which they hold `permission`; five queries."""
    return list(_subjects(vendor, principal, permission))


def _subjects(vendor: Vendor, principal: Principal, permission: Permission) -> Iterator[Subject]:
    for link in links_of(vendor, principal, permission):
        said = _("The vendor (%(unit)s)") % {"unit": link.unit.name}
        yield Subject(_About.VENDOR, vendor.pk, said, link.unit, None)
    engagements = engagements_visible_to(principal, permission).filter(vendor=vendor)
    for one in engagements.order_by("title", "pk")[:_OFFERED]:
        said = _("Engagement: %(title)s") % {"title": one.title}
        yield Subject(_About.ENGAGEMENT, one.pk, said, one.unit, one)
    assessments = visible_to(principal, permission).filter(vendor=vendor)
    for row in assessments.select_related("engagement", "unit").order_by("-pk")[:_OFFERED]:
        said = _("Assessment of %(day)s: %(title)s") % {
            "day": date_format(row.opened_at, "DATE_FORMAT"),
            "title": row.engagement.title,
        }
        yield Subject(_About.ASSESSMENT, row.pk, said, row.unit, row.engagement)
    findings = findings_visible_to(principal, permission).filter(vendor=vendor)
    for finding in findings.order_by("-pk")[:_OFFERED]:
        said = _("Finding: %(title)s") % {"title": finding.title}
        yield Subject(_About.FINDING, finding.pk, said, finding.unit, finding.engagement)
    decisions = decisions_visible_to(principal, permission).filter(engagement__vendor=vendor)
    for decision in decisions.order_by("-pk")[:_OFFERED]:
        said = _("Decision of %(day)s: %(title)s") % {
            "day": date_format(decision.decided_at, "DATE_FORMAT"),
            "title": decision.engagement.title,
        }
        yield Subject(_About.DECISION, decision.pk, said, decision.unit, decision.engagement)
