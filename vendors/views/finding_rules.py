"""The rules by which assessments raise findings."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid, OutOfDate
from vendors.forms.findings import RuleForm
from vendors.models import Engagement, FindingRule
from vendors.selectors.finding_rules import rule_for, rules
from vendors.services import finding_rules


def _crumbs(title: str = "") -> list[tuple[str, str]]:
    here = reverse("vendors:finding_rules")
    found = [(_("Findings"), reverse("vendors:findings")), (_("Rules"), here if title else "")]
    return [*found, (title, "")] if title else found


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """What raises findings, tier by tier."""
    return render(
        request,
        "vendors/findings/rules.html",
        {
            "rules": rules(),
            "may_edit": request.principal.units(Permission.MANAGE_QUESTIONNAIRES) is None,
            "crumbs": _crumbs(),
        },
    )


@page(Permission.MANAGE_QUESTIONNAIRES, everywhere=True)
def edit(request: Request, tier: str) -> HttpResponse:
    """Change what raises findings in one tier."""
    if tier not in Engagement.Tier.values:
        raise Http404
    rule = rule_for(tier)
    form = RuleForm(posted(request), initial=_initial(rule))
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        risk = said["answer_risk"]
        try:
            finding_rules.set_rule(
                tier=tier,
                version=said["version"],
                answer_risk=None if risk is None else int(risk * 100),
                missing_evidence=said["missing_evidence"],
                knock_out=said["knock_out"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            status = 409
            form.data = {
                **{name: form.data[name] for name in form.data},
                "version": refused.extra["version"],
            }
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The rule was changed. Findings follow in the background."))
            return redirect("vendors:finding_rules")
    title = _("Rule for tier %(tier)s") % {"tier": rule.get_tier_display()}
    return render(
        request,
        "vendors/fact_form.html",
        {
            "form": form,
            "title": title,
            "subject": _("What raises findings once an assessment is handed in"),
            "cancel_url": reverse("vendors:finding_rules"),
            "crumbs": _crumbs(title),
        },
        status=status,
    )


def _initial(rule: FindingRule) -> dict[str, Any]:
    return {
        "version": rule.version,
        "answer_risk": None if rule.answer_risk is None else Decimal(rule.answer_risk) / 100,
        "missing_evidence": rule.missing_evidence,
        "knock_out": rule.knock_out,
    }
