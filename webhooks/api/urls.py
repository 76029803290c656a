"""Addresses of the API of webhooks, below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path

from webhooks.api import deliveries, endpoints

_one = "webhook-endpoints/<uuid:pk>"
_delivery = f"{_one}/deliveries/<uuid:delivery>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhook-endpoints", endpoints.EndpointsView.as_view(), name="webhook-endpoints"),
    path(_one, endpoints.EndpointView.as_view(), name="webhook-endpoint"),
    path(f"{_one}/test", endpoints.TestView.as_view(), name="webhook-test"),
    path(
        f"{_one}/rotate-secret",
        endpoints.RotateSecretView.as_view(),
        name="webhook-rotate-secret",
    ),
    path(f"{_one}/deliveries", deliveries.DeliveriesView.as_view(), name="webhook-deliveries"),
    path(_delivery, deliveries.DeliveryView.as_view(), name="webhook-delivery"),
    path(f"{_delivery}/redeliver", deliveries.RedeliverView.as_view(), name="webhook-redeliver"),
    path(
        f"{_one}/redeliver", deliveries.RedeliverDeadView.as_view(), name="webhook-redeliver-dead"
    ),
]
