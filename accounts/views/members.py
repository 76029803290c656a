"""Members: the list, one member, and what an administrator does to them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import MemberFilter, MemberForm, Places, RoleChangeForm, RoleForm, take_refusal
from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.proof import proved
from accounts.selectors import members_visible_to, memberships_managed_by, units_visible_to
from accounts.selectors.second_factor import has_factor
from accounts.services import members
from accounts.services.second_factor import may_reset
from audit import paging
from audit.errors import Invalid, Refused

MANAGE = Permission.MANAGE_MEMBERS


def _places(request: Request) -> Places:
    """The units in which the one who asks may manage members, for a form."""
    return Places(
        units_visible_to(request.principal, MANAGE),
        all_units=request.principal.units(MANAGE) is None,
    )


@require_safe
@page(MANAGE)
def index(request: Request) -> HttpResponse:
    """The list, filtered by the address."""
    form = MemberFilter(request.GET, places=_places(request))
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = members_visible_to(
        request.principal,
        text=chosen.get("q", ""),
        role=chosen.get("role", ""),
        unit=chosen.get("unit", ""),
        active={"active": True, "off": False}.get(chosen.get("status", "")),
    )
    found = paging.page(
        rows,
        keys=("name", "id"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "accounts/members.html",
        {"form": form, "page": found, "filtered": any(chosen.values())},
    )


@never_cache
@page(MANAGE)
@proved()
def add(request: Request) -> HttpResponse:
    """A new member; the answer shows the link to hand over, once."""
    form = MemberForm(posted(request), places=_places(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = members.add(
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                role=form.chosen_role(),
                unit=form.chosen_unit(),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return _show_link(request, user, is_new=True)
    return render(
        request,
        "accounts/member_add.html",
        {
            "form": form,
            "crumbs": [(_("Members"), reverse("accounts:members")), (_("Add a member"), "")],
        },
    )


@never_cache
@page(MANAGE)
@proved()
def member(request: Request, pk: UUID) -> HttpResponse:
    """One member: their roles here, and the account; POST gives them another role."""
    user = get_object_or_404(members_visible_to(request.principal), pk=pk)
    form = RoleForm(posted(request), places=_places(request))
    if request.method == "POST" and form.is_valid():
        try:
            members.give_role(
                user=user, role=form.chosen_role(), unit=form.chosen_unit(), by=request.principal
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The role was given."))
            return redirect("accounts:member", pk)
    return render(
        request,
        "accounts/member.html",
        {
            "member": user,
            "form": form,
            "may_erase": request.principal.units(MANAGE) is None,
            "may_manage_whole": members.may_manage_whole(user, request.principal),
            "has_factor": has_factor(user),
            "may_reset": may_reset(user, request.principal),
            "crumbs": [(_("Members"), reverse("accounts:members")), (user.name, "")],
        },
    )


def _membership(request: Request, pk: UUID, membership_pk: UUID) -> Membership:
    return get_object_or_404(
        memberships_managed_by(request.principal).select_related("user"),
        pk=membership_pk,
        user_id=pk,
    )


def _place(membership: Membership) -> str:
    return membership.unit.name if membership.unit else _("all business units")


@page(MANAGE)
@proved()
def role_change(request: Request, pk: UUID, membership_pk: UUID) -> HttpResponse:
    """Exchange a role for another."""
    membership = _membership(request, pk, membership_pk)
    form = RoleChangeForm(posted(request), initial={"role": membership.role})
    if request.method == "POST" and form.is_valid():
        try:
            members.change_role(
                membership=membership, role=form.cleaned_data["role"], by=request.principal
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The role was changed."))
            return redirect("accounts:member", pk)
    return _ask(
        request,
        membership.user,
        title=_("Change the role of %(name)s") % {"name": membership.user.name},
        question=_("Which role shall %(name)s have in %(unit)s?")
        % {"name": membership.user.name, "unit": _place(membership)},
        confirm_label=_("Change role"),
        form=form,
    )


@page(MANAGE)
@proved()
def role_take(request: Request, pk: UUID, membership_pk: UUID) -> HttpResponse:
    """Take a role away, after asking."""
    membership = _membership(request, pk, membership_pk)
    if request.method == "POST":
        members.take_role(membership=membership, by=request.principal)
        messages.success(request, _("The role was taken away."))
        still = members_visible_to(request.principal).filter(pk=pk).exists()
        return redirect("accounts:member", pk) if still else redirect("accounts:members")
    return _ask(
        request,
        membership.user,
        title=_("Take away a role"),
        question=_("Take the role %(role)s in %(unit)s away from %(name)s?")
        % {
            "role": membership.get_role_display(),
            "unit": _place(membership),
            "name": membership.user.name,
        },
        text=_("It takes effect at once."),
        confirm_label=_("Take role away"),
        danger=True,
    )


@page(MANAGE)
@proved()
def deactivate(request: Request, pk: UUID) -> HttpResponse:
    """Switch an account off, after asking."""
    user = get_object_or_404(members_visible_to(request.principal), pk=pk)
    if request.method == "POST":
        members.deactivate(user=user, by=request.principal)
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
        return redirect("accounts:member", pk)
    return _ask(
        request,
        user,
        title=_("Switch off an account"),
        question=_("Switch off the account of %(name)s?") % {"name": user.name},
        text=_("They are signed out everywhere at once. What they have done stays on record."),
        confirm_label=_("Switch off"),
        danger=True,
    )


@page(MANAGE)
@proved()
def reactivate(request: Request, pk: UUID) -> HttpResponse:
    """Switch an account on again, after asking."""
    user = get_object_or_404(members_visible_to(request.principal), pk=pk)
    if request.method == "POST":
        members.reactivate(user=user, by=request.principal)
        messages.success(request, _("%(name)s can sign in again.") % {"name": user.name})
        return redirect("accounts:member", pk)
    return _ask(
        request,
        user,
        title=_("Switch on an account"),
        question=_("Let %(name)s sign in again?") % {"name": user.name},
        text=_("They get back the roles that are listed on their page."),
        confirm_label=_("Switch on"),
    )


@never_cache
@post_only
@page(MANAGE)
@proved()
def password_link(request: Request, pk: UUID) -> HttpResponse:
    """A new link to set a password, shown once."""
    user = get_object_or_404(members_visible_to(request.principal), pk=pk)
    return _show_link(request, user, is_new=False)


def _show_link(request: Request, user: User, *, is_new: bool) -> HttpResponse:
    path = members.password_link(user=user, by=request.principal)
    link = request.build_absolute_uri(path)
    sent = members.welcome(user=user, link=link, by=request.principal)
    return render(
        request,
        "accounts/member_link.html",
        {
            "member": user,
            "link": link,
            "sent": sent,
            "is_new": is_new,
            "crumbs": [(_("Members"), reverse("accounts:members")), (user.name, "")],
        },
    )


def _ask(request: Request, user: User, **context: object) -> HttpResponse:
    page_of = reverse("accounts:member", args=[user.pk])
    crumbs = [
        (_("Members"), reverse("accounts:members")),
        (user.name, page_of),
        (str(context["title"]), ""),
    ]
    context = {**context, "cancel_url": page_of}
    return render(request, "_components/confirm_page.html", {**context, "crumbs": crumbs})
