"""Addresses of the incident pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.incident_list, name="incidents"),
    path("new/", views.incident_new, name="incident_new"),
    path("form.pdf", views.incident_form_pdf, name="incident_form_pdf"),
    path("<uuid:uid>/", views.incident_detail, name="incident"),
    path("<uuid:uid>/supplement/", views.incident_supplement, name="incident_supplement"),
    path("<uuid:uid>/release/", views.incident_release, name="incident_release"),
    path("<uuid:uid>/print/", views.incident_print, name="incident_print"),
    path("<uuid:uid>/files/", views.incident_files, name="incident_files"),
    path("<uuid:uid>/files/pack.zip", views.incident_files_pack, name="incident_files_pack"),
    path("<uuid:uid>/files/<uuid:file>/", views.incident_file, name="incident_file"),
    path(
        "<uuid:uid>/files/<uuid:file>/hand-over/",
        views.incident_file_hand_over,
        name="incident_file_hand_over",
    ),
    path(
        "<uuid:uid>/files/<uuid:file>/withdraw/",
        views.incident_file_withdraw,
        name="incident_file_withdraw",
    ),
    path("<uuid:uid>/verify/", views.incident_verify, name="incident_verify"),
    path("<uuid:uid>/validate/", views.incident_validate, name="incident_validate"),
    path("<uuid:uid>/note/", views.incident_note, name="incident_note"),
    path("<uuid:uid>/measure/", views.incident_measure, name="incident_measure"),
    path("<uuid:uid>/close/", views.incident_close, name="incident_close"),
]
