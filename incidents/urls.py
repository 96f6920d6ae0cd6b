"""Addresses of the incident pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.incident_list, name="incidents"),
    path("new/", views.incident_new, name="incident_new"),
    path("near/", views.incident_near, name="incident_near"),
    path("form.pdf", views.incident_form_pdf, name="incident_form_pdf"),
    path("<uuid:uid>/", views.incident_detail, name="incident"),
    path("<uuid:uid>/supplement/", views.incident_supplement, name="incident_supplement"),
    path("<uuid:uid>/release/", views.incident_release, name="incident_release"),
    path("<uuid:uid>/print/", views.incident_print, name="incident_print"),
    path("<uuid:uid>/verify/", views.incident_verify, name="incident_verify"),
    path("<uuid:uid>/validate/", views.incident_validate, name="incident_validate"),
    path("<uuid:uid>/note/", views.incident_note, name="incident_note"),
    path("<uuid:uid>/measure/", views.incident_measure, name="incident_measure"),
    path("<uuid:uid>/close/", views.incident_close, name="incident_close"),
    path("<uuid:uid>/links/", views.incident_links, name="incident_links"),
    path("<uuid:uid>/unlink/", views.incident_unlink, name="incident_unlink"),
    path("<uuid:uid>/merge/", views.incident_merge, name="incident_merge"),
    path("<uuid:uid>/unmerge/", views.incident_unmerge, name="incident_unmerge"),
    path("<uuid:uid>/paired/<uuid:other>/", views.incident_paired, name="incident_paired"),
]
