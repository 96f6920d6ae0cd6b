"""Addresses of the SOPs: the pages that every kind of procedure has."""

from contactpoints.procedure_urls import addresses

urlpatterns = addresses("sop", "sops/", "sop", "sops")
