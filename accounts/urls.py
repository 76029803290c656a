"""Addresses of the accounts pages."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import (
    api_clients,
    api_keys,
    erasing,
    letters,
    log,
    member_factor,
    members,
    notifications,
    organisation,
    profile,
    sample,
    second_factor,
    sessions,
    setup,
    unsubscribe,
)

app_name = "accounts"

_member = "members/<uuid:pk>/"
_client = "api-clients/<uuid:pk>/"
_factor = "profile/second-factor/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("setup/", setup.index, name="setup"),
    path("organisation/", organisation.index, name="organisation"),
    path("organisation/units/add/", organisation.unit_add, name="unit_add"),
    path("organisation/units/<uuid:pk>/", organisation.unit_rename, name="unit_rename"),
    path("organisation/mail/", organisation.mail_test, name="mail_test"),
    path("organisation/sample/", sample.show, name="sample"),
    path("organisation/sample/load/", sample.load, name="sample_load"),
    path("organisation/sample/remove/", sample.remove, name="sample_remove"),
    path("organisation/sample/cancel/", sample.cancel, name="sample_cancel"),
    path("profile/", profile.profile, name="profile"),
    path("profile/sessions/", sessions.index, name="sessions"),
    path(_factor, second_factor.index, name="second_factor"),
    path(f"{_factor}app/", second_factor.app, name="factor_app"),
    path(f"{_factor}app/remove/", second_factor.app_remove, name="factor_app_remove"),
    path(f"{_factor}keys/add/", second_factor.key_add, name="factor_key_add"),
    path(f"{_factor}keys/<int:pk>/", second_factor.key, name="factor_key"),
    path(f"{_factor}keys/<int:pk>/remove/", second_factor.key_remove, name="factor_key_remove"),
    path(f"{_factor}codes/", second_factor.codes, name="factor_codes"),
    path("unit/", profile.choose_unit, name="unit"),
    path("notifications/", notifications.index, name="notifications"),
    path("notifications/read/", notifications.read, name="notifications_read"),
    path("notifications/settings/", notifications.settings, name="notification_settings"),
    path("notifications/calendar/", notifications.calendar, name="calendar_feed"),
    path("notifications/<uuid:pk>/open/", notifications.follow, name="notification_open"),
    path(
        "notifications/stop/<str:token>/", unsubscribe.UnsubscribeView.as_view(), name="unsubscribe"
    ),
    path("letters/", letters.index, name="letters"),
    path("letters/<uuid:pk>/", letters.letter, name="letter"),
    path("letters/<uuid:pk>/again/", letters.again, name="letter_again"),
    path("letters/<uuid:pk>/withdraw/", letters.withdraw, name="letter_withdraw"),
    path("members/", members.index, name="members"),
    path("members/add/", members.add, name="member_add"),
    path(_member, members.member, name="member"),
    path(f"{_member}password-link/", members.password_link, name="member_password_link"),
    path(f"{_member}second-factor/", member_factor.reset, name="member_factor_reset"),
    path(f"{_member}deactivate/", members.deactivate, name="member_deactivate"),
    path(f"{_member}reactivate/", members.reactivate, name="member_reactivate"),
    path(f"{_member}held/", erasing.held, name="member_held"),
    path(f"{_member}erase/", erasing.erase, name="member_erase"),
    path(
        f"{_member}roles/<uuid:membership_pk>/change/",
        members.role_change,
        name="member_role_change",
    ),
    path(
        f"{_member}roles/<uuid:membership_pk>/remove/",
        members.role_take,
        name="member_role_take",
    ),
    path("api-clients/", api_clients.index, name="api_clients"),
    path("api-clients/add/", api_clients.add, name="api_client_add"),
    path(_client, api_clients.client, name="api_client"),
    path(f"{_client}edit/", api_clients.edit, name="api_client_edit"),
    path(f"{_client}switch/", api_clients.switch, name="api_client_switch"),
    path(f"{_client}secret/", api_keys.secret, name="api_client_secret"),
    path(f"{_client}keys/add/", api_keys.key_create, name="api_key_create"),
    path(f"{_client}keys/<uuid:key_pk>/rotate/", api_keys.key_rotate, name="api_key_rotate"),
    path(f"{_client}keys/<uuid:key_pk>/revoke/", api_keys.key_revoke, name="api_key_revoke"),
    path("log/", log.index, name="log"),
    path("log/csv/", log.csv_file_of, name="log_csv"),
    path("log/bundle/", log.bundle_of, name="log_bundle"),
    path("log/<uuid:pk>/", log.event, name="event"),
]
