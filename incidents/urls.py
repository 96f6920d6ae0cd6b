"""Addresses of the incident pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.incident_list, name="incidents"),
    path("new/", views.incident_new, name="incident_new"),
    path("near/", views.incident_near, name="incident_near"),
    path("form.pdf", views.incident_form_pdf, name="incident_form_pdf"),
    path("map/", views.incident_map, name="incident_map"),
    path("filters/", views.saved_filters, name="saved_filters"),
    path("filters/chips/", views.filter_chips, name="filter_chips"),
    path("filters/<uuid:uid>/rename/", views.filter_rename, name="filter_rename"),
    path("filters/<uuid:uid>/delete/", views.filter_delete, name="filter_delete"),
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
    path("<uuid:uid>/impact/", views.incident_impact, name="incident_impact"),
    path("<uuid:uid>/return/", views.incident_return, name="incident_return"),
    path("<uuid:uid>/resubmit/", views.incident_resubmit, name="incident_resubmit"),
    path("<uuid:uid>/withdraw/", views.incident_withdraw, name="incident_withdraw"),
    path("<uuid:uid>/reopen/", views.incident_reopen, name="incident_reopen"),
    path("<uuid:uid>/versions/", views.incident_versions, name="incident_versions"),
    path("<uuid:uid>/note/", views.incident_note, name="incident_note"),
    path("<uuid:uid>/measure/", views.incident_measure, name="incident_measure"),
    path("<uuid:uid>/close/", views.incident_close, name="incident_close"),
    path("<uuid:uid>/sealed/", views.incident_sealed, name="incident_sealed"),
    path("<uuid:uid>/sealed/new/", views.incident_sealed_new, name="incident_sealed_new"),
    path(
        "<uuid:uid>/sealed/release/", views.incident_sealed_release, name="incident_sealed_release"
    ),
    path("<uuid:uid>/sealed/recall/", views.incident_sealed_recall, name="incident_sealed_recall"),
    path(
        "<uuid:uid>/sealed/acknowledge/",
        views.incident_sealed_acknowledge,
        name="incident_sealed_acknowledge",
    ),
    path(
        "<uuid:uid>/sealed/<uuid:person>/",
        views.incident_sealed_person,
        name="incident_sealed_person",
    ),
    path("<uuid:uid>/retention/", views.incident_retention, name="incident_retention"),
    path("<uuid:uid>/hold/", views.incident_hold, name="incident_hold"),
    path("<uuid:uid>/consents/", views.incident_consents, name="incident_consents"),
    path("<uuid:uid>/marking/", views.incident_mark, name="incident_mark"),
    path("<uuid:uid>/pass-on/", views.incident_pass_on, name="incident_pass_on"),
    path("<uuid:uid>/consents/ask/", views.incident_ask_consent, name="incident_ask_consent"),
    path("consents/<uuid:uid>/give/", views.consent_give, name="consent_give"),
    path("consents/<uuid:uid>/refuse/", views.consent_refuse, name="consent_refuse"),
    path("<uuid:uid>/links/", views.incident_links, name="incident_links"),
    path("<uuid:uid>/unlink/", views.incident_unlink, name="incident_unlink"),
    path("<uuid:uid>/merge/", views.incident_merge, name="incident_merge"),
    path("<uuid:uid>/unmerge/", views.incident_unmerge, name="incident_unmerge"),
    path("<uuid:uid>/paired/<uuid:other>/", views.incident_paired, name="incident_paired"),
]
