"""Where everybody lands, and the first steps of an installation that has no score yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, as_request, page
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.principal import Principal
from accounts.services import setup
from accounts.services.mail_trial import server
from scoring.links import address
from scoring.selectors.first_steps import FirstSteps, first_steps

#: Whoever holds one of these looks after the portfolio as a whole.
_PORTFOLIO: Final = (Permission.REVIEW, Permission.MANAGE_MEMBERS, Permission.VIEW_LOG)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `url` where it can be taken now, `done` where it was."""

    title: str
    why: str
    url: str
    done: bool


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the page that is home for whoever asks: "/" itself shows nothing but the first steps."""
    asked = as_request(request)
    principal = asked.principal
    if principal.can(Permission.VIEW) and (steps := first_steps(principal, asked.user)):
        return _show(asked, steps)
    query = request.META.get("QUERY_STRING", "")
    return redirect(address(home_of(principal)) + (f"?{query}" if query else ""))


def home_of(principal: Principal) -> str:
    """The name of the page on which their day begins.

    Who buys sees what waits for whom; who reviews, audits or administers sees the portfolio; who
    only asks for suppliers sees their own requests.
    """
    if not principal.can(Permission.VIEW) and principal.can(Permission.REQUEST):
        return "assessments:requests"
    if principal.can(Permission.INVITE) and not any(principal.can(one) for one in _PORTFOLIO):
        return "scoring:purchasing"
    return "scoring:dashboard"


@never_cache
@page(Permission.EDIT_VENDORS)
@require_safe
def start(request: Request) -> HttpResponse:
    """The first steps by their own address, also once they are put away or done."""
    return _show(request, first_steps(request.principal, request.user))


@post_only
@page(Permission.EDIT_VENDORS)
def hide(request: Request) -> HttpResponse:
    """Put the first steps away, for whoever asks."""
    setup.hide_first_steps(by=request.principal)
    return redirect("scoring:home")


def _show(request: Request, steps: FirstSteps | None) -> HttpResponse:
    everywhere = request.principal.units(Permission.MANAGE_MEMBERS) is None
    return render(
        request,
        "scoring/start.html",
        {
            "steps": list_of(steps) if steps else [],
            "done": sum(one.done for one in list_of(steps)) if steps else 0,
            "administers": everywhere,
            "server": server() if everywhere else "",
        },
    )


def list_of(steps: FirstSteps) -> list[Step]:
    """The four steps, each with a link as soon as it can be taken."""
    vendor, engagement, assessment = steps.vendor, steps.engagement, steps.assessment
    answering = ""
    if assessment is not None:
        answering = address("assessments:assessment", assessment.pk)
    elif engagement is not None:
        answering = address("assessments:open", engagement.pk)
    return [
        Step(
            _("Add a vendor"),
            _("A company you buy from, or are about to. Its name is enough."),
            address("vendors:add"),
            vendor is not None,
        ),
        Step(
            _("Say what it does for you"),
            _("The service, and what of yours it gets to see. Tier and questions follow from it."),
            address("vendors:engagement_add", vendor.pk) if vendor else "",
            engagement is not None,
        ),
        Step(
            _("Answer the questions"),
            _("Yourself from what you know, or send them to the vendor. Gaps are allowed."),
            answering,
            steps.handed_in,
        ),
        Step(
            _("See the score"),
            _("Where every point comes from, and what would lower the risk most."),
            address("scoring:scorecard", assessment.pk) if assessment and steps.handed_in else "",
            False,
        ),
    ]
