"""Addresses of the act of a joint investigation, below its case."""

from django.urls import path

from .. import views

urlpatterns = [
    path("act/", views.case_act, name="case_act"),
    path("act/draft/", views.case_act_draft, name="case_act_draft"),
    path("act/new/", views.case_act_paragraph, name="case_act_new"),
    path("act/changes/", views.case_act_changes, name="case_act_changes"),
    path("act/sign/", views.case_act_sign, name="case_act_sign"),
    path("act/act.pdf", views.case_act_pdf, name="case_act_pdf"),
    path("act/<uuid:paragraph>/", views.case_act_paragraph, name="case_act_paragraph"),
    path("act/<uuid:paragraph>/move/", views.case_act_move, name="case_act_move"),
    path("act/<uuid:paragraph>/remove/", views.case_act_remove, name="case_act_remove"),
    path("pack.zip", views.case_pack, name="case_pack"),
    path("opinions/", views.case_opinions, name="case_opinions"),
]
