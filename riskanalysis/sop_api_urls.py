"""Addresses of the SOPs' part of the API: the doors that every kind of procedure has."""

from contactpoints.procedures_api import doors

urlpatterns = doors("sop", "sops")
