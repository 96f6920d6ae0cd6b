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
    path("<uuid:uid>/recall/", views.incident_recall, name="incident_recall"),
    path("<uuid:uid>/propose/", views.incident_propose, name="incident_propose"),
    path("<uuid:uid>/proposals/", views.incident_proposals, name="incident_proposals"),
    path(
        "<uuid:uid>/proposals/<uuid:proposal>/answer/",
        views.incident_proposal_answer,
        name="incident_proposal_answer",
    ),
    path(
        "<uuid:uid>/proposals/<uuid:proposal>/withdraw/",
        views.incident_proposal_withdraw,
        name="incident_proposal_withdraw",
    ),
    path("<uuid:uid>/presence/", views.incident_presence, name="incident_presence"),
    path("<uuid:uid>/print/", views.incident_print, name="incident_print"),
    path("<uuid:uid>/verify/", views.incident_verify, name="incident_verify"),
    path("<uuid:uid>/validate/", views.incident_validate, name="incident_validate"),
    path("<uuid:uid>/note/", views.incident_note, name="incident_note"),
    path("<uuid:uid>/measure/", views.incident_measure, name="incident_measure"),
    path("<uuid:uid>/close/", views.incident_close, name="incident_close"),
]
