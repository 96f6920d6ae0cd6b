"""Addresses of the contact points' part of the API."""

from django.urls import path

from . import api, exports_api, places_api

urlpatterns = [
    path("units/", api.UnitList.as_view()),
    path("contact-points/", api.ContactPointList.as_view()),
    path("contacts/export/", exports_api.ContactsExport.as_view()),
    path("places/export/", exports_api.PlacesExport.as_view()),
    path("rota/<str:code>/export/", exports_api.RotaExport.as_view()),
    path("places/", places_api.PlaceList.as_view()),
    path("deliveries/", api.DeliveryList.as_view()),
    path("deliveries/<uuid:uid>/", api.DeliveryDetail.as_view()),
    path("deliveries/<uuid:uid>/acknowledge/", api.Acknowledge.as_view()),
    path("deliveries/<uuid:uid>/accept/", api.Accept.as_view()),
    path("deliveries/<uuid:uid>/decline/", api.Decline.as_view()),
]
