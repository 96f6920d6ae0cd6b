"""Addresses of the risk register, the matrix and its scales, section levels and public events."""

from django.urls import path

from .views import event_deeds, events, levels, matrix, risks, treatments

urlpatterns = [
    path("register/", risks.risk_register, name="risk_register"),
    path("register/export/", risks.risk_register_export, name="risk_register_export"),
    path("register/new/", risks.risk_new, name="risk_new"),
    path("register/<uuid:uid>/", risks.risk_page, name="risk_page"),
    path("register/<uuid:uid>/change/", risks.risk_change, name="risk_change"),
    path("register/<uuid:uid>/assess/", risks.risk_assess, name="risk_assess"),
    path("register/<uuid:uid>/history/", risks.risk_history, name="risk_history"),
    path("treatments/", treatments.risk_treatments, name="risk_treatments"),
    path("treatments/<uuid:uid>/", treatments.risk_treatment, name="risk_treatment"),
    path("matrix/", matrix.risk_matrix, name="risk_matrix"),
    path("matrix/<str:form>/", matrix.risk_matrix_file, name="risk_matrix_file"),
    path("scales/", matrix.risk_scales, name="risk_scales"),
    path("scales/<uuid:uid>/", matrix.risk_scales_version, name="risk_scales_version"),
    path("scales/<uuid:uid>/edit/", matrix.risk_scales_edit, name="risk_scales_edit"),
    path("sections/", levels.section_levels, name="section_levels"),
    path("sections/<str:code>/", levels.section_level, name="section_level"),
    path("events/", events.public_events, name="public_events"),
    path("events/tie/", event_deeds.public_event_tie, name="public_event_tie"),
    path("events/<uuid:uid>/", events.public_event, name="public_event"),
    path("events/<uuid:uid>/assess/", events.public_event_assess, name="public_event_assess"),
    path("events/<uuid:uid>/now/", events.public_event_now, name="public_event_now"),
    path(
        "events/<uuid:uid>/versions/<uuid:version>/",
        events.public_event_version,
        name="public_event_version",
    ),
]
