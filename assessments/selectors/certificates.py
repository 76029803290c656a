"""Reading which certificates of a vendor speak for an assessment, and which do not and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.principal import Principal
from assessments.certified import Proposal, proposals
from assessments.models import Assessment
from assessments.selectors.proof import from_certificates
from audit import clock
from vendors.certificates import Held, Obstacle, Work, obstacles, standards
from vendors.intake import SERVICES
from vendors.models import Certificate, Site
from vendors.selectors.evidence import evidence_visible_to


@dataclass(frozen=True)
class Offer:
    """A certificate with the answers it supports; `why_not`: sentences, empty where it may be
    used."""

    certificate: Certificate
    why_not: tuple[str, ...]
    answers: tuple[Proposal, ...]

    @property
    def standard(self) -> str:
        """What it was issued under, with its level, as people call it."""
        known = standards().get(self.certificate.standard)
        title = known.title if known else self.certificate.standard
        return f"{title} {self.certificate.level}".strip()

    @property
    def services(self) -> list[str]:
        """The kinds of service that its scope includes."""
        return [
            str(_(words)) for key, words in SERVICES.items() if key in self.certificate.services
        ]

    @property
    def sites(self) -> list[str]:
        """The sites that it covers."""
        return [site.name for site in self.certificate.sites.all()]


def offers(assessment: Assessment, principal: Principal) -> list[Offer]:
    """The certificates of the vendor that `principal` sees in this unit, usable ones first."""
    seen = evidence_visible_to(principal).filter(
        vendor=assessment.vendor_id, unit=assessment.unit_id
    )
    rows = (
        Certificate.objects.filter(evidence__in=seen.order_by().values("pk"))
        .select_related("evidence")
        .prefetch_related("sites")
        .order_by("-pk")
    )
    work = work_of(assessment)
    found = [_offer(row, assessment, work) for row in rows]
    return sorted(found, key=lambda one: bool(one.why_not or not one.answers))


def offer(assessment: Assessment, certificate: Certificate) -> Offer:
    """What one certificate supports of an assessment."""
    return _offer(certificate, assessment, work_of(assessment))


def awaiting(assessment: Assessment) -> dict[str, Offer]:
    """Question key -> the certificate that its answer was taken from and that a reviewer has yet
    to confirm, with what speaks against it today. No more queries than for one."""
    waiting = from_certificates(assessment)
    if not waiting:
        return {}
    rows = Certificate.objects.filter(pk__in=set(waiting.values())).select_related("evidence")
    work = work_of(assessment)
    found = {row.pk: _offer(row, assessment, work) for row in rows.prefetch_related("sites")}
    return {key: found[pk] for key, pk in waiting.items() if pk in found}


def work_of(assessment: Assessment) -> Work:
    """What the engagement is for, and the open sites that it uses."""
    engagement = assessment.engagement
    used = Site.objects.filter(engagements=engagement, closed_on=None)
    return Work(engagement.service, dict(used.values_list("pk", "name")))


def held(certificate: Certificate) -> Held:
    """A certificate as it is compared."""
    document = certificate.evidence
    return Held(
        standard=certificate.standard,
        level=certificate.level,
        covers=frozenset(certificate.covers),
        services=frozenset(certificate.services),
        sites=frozenset(site.pk for site in certificate.sites.all()),
        issued_on=document.issued_on,
        expires_on=document.expires_on,
        withdrawn=document.withdrawn_at is not None,
    )


def _offer(certificate: Certificate, assessment: Assessment, work: Work) -> Offer:
    known = held(certificate)
    found = tuple(proposals(assessment.questionnaire.key, known, assessment.questions))
    why = [_words(one) for one in obstacles(known, work, clock.today())]
    return Offer(certificate, tuple(why), found)


def _words(obstacle: Obstacle) -> str:
    return {
        "withdrawn": _("It was withdrawn."),
        "not_yet": _("It is not valid yet."),
        "expired": _("It has expired."),
        "service": _("Its scope does not name the kind of service of this engagement."),
        "no_sites": _("No site is recorded for this engagement, so nobody can tell."),
        "sites": _("It does not cover: %(sites)s.") % {"sites": ", ".join(obstacle.names)},
    }[obstacle.why]
