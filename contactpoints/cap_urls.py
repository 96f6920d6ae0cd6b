"""Addresses of the CAP messages in and out."""

from django.urls import path

from .views import cap as views

urlpatterns = [
    path("cap/", views.cap_messages, name="cap_messages"),
    path("cap/<uuid:uid>/", views.cap_message, name="cap_message"),
    path("cap/<uuid:uid>/xml/", views.cap_message_xml, name="cap_message_xml"),
    path("cap/<uuid:uid>/receipt/", views.cap_message_receipt, name="cap_message_receipt"),
    path("deliveries/<uuid:uid>/cap/", views.delivery_cap, name="delivery_cap"),
    path(
        "deliveries/<uuid:uid>/cap/answer/", views.delivery_cap_answer, name="delivery_cap_answer"
    ),
]
