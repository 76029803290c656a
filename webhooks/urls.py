"""Addresses of the webhook pages."""

from django.urls import URLPattern, URLResolver, path

from webhooks.views import deliveries, endpoints

app_name = "webhooks"

_one = "webhooks/<uuid:pk>/"
_message = f"{_one}messages/<uuid:delivery>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/", endpoints.index, name="endpoints"),
    path("webhooks/add/", endpoints.add, name="endpoint_add"),
    path(_one, endpoints.show, name="endpoint"),
    path(f"{_one}edit/", endpoints.edit, name="endpoint_edit"),
    path(f"{_one}switch/", endpoints.switch, name="endpoint_switch"),
    path(f"{_one}delete/", endpoints.delete, name="endpoint_delete"),
    path(f"{_one}test/", endpoints.test, name="endpoint_test"),
    path(f"{_one}secret/", endpoints.rotate, name="endpoint_secret"),
    path(f"{_one}again/", deliveries.again_all, name="redeliver_all"),
    path(_message, deliveries.show, name="delivery"),
    path(f"{_message}again/", deliveries.again, name="redeliver"),
]
