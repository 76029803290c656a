"""Addresses of inviting a vendor's contacts."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import finding_contacts, previewing, sending, talking

_ONE = "assessments/<uuid:pk>/"
_INVITATION = "invitations/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_ONE}vendor/", sending.sending, name="sending"),
    path(f"{_ONE}vendor/send/", sending.send, name="send"),
    path(f"{_ONE}vendor/revoke/", sending.revoke_all, name="revoke-all"),
    path(f"{_ONE}vendor/preview/", previewing.start, name="vendor-view"),
    path(f"{_ONE}vendor/preview/<slug:key>/", previewing.section, name="vendor-section"),
    path(f"{_ONE}receipts/", sending.receipts_page, name="receipts"),
    path(f"{_ONE}messages/", talking.threads, name="messages"),
    path(f"{_ONE}messages/read/", talking.seen, name="messages-seen"),
    path("findings/<uuid:pk>/contacts/", finding_contacts.contacts, name="finding-contacts"),
    path(f"{_INVITATION}again/", sending.again, name="invitation-again"),
    path(f"{_INVITATION}remind/", sending.remind, name="invitation-remind"),
    path(f"{_INVITATION}extend/", sending.extend, name="invitation-extend"),
    path(f"{_INVITATION}revoke/", sending.revoke, name="invitation-revoke"),
    path(f"{_INVITATION}link/", sending.hand_over, name="invitation-link"),
]
