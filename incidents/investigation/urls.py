"""Addresses of joint investigations."""

from django.urls import path

from .. import views

urlpatterns = [
    path("", views.investigations, name="investigations"),
    path("new/", views.investigation_new, name="investigation_new"),
    path("<uuid:uid>/", views.investigation, name="investigation"),
    path("<uuid:uid>/do/", views.investigation_do, name="investigation_do"),
    path("<uuid:uid>/steps/", views.investigation_steps, name="investigation_steps"),
    path("<uuid:uid>/steps/<str:code>/", views.investigation_step, name="investigation_step"),
    path(
        "<uuid:uid>/team/<uuid:member>/end/",
        views.investigation_member_end,
        name="investigation_member_end",
    ),
    path("<uuid:uid>/exchange/", views.case_exchange, name="case_exchange"),
    path("<uuid:uid>/entries/new/", views.case_entry_new, name="case_entry_new"),
    path("<uuid:uid>/entries/<int:number>/", views.case_entry, name="case_entry"),
    path("<uuid:uid>/entries/<int:number>/do/", views.case_entry_do, name="case_entry_do"),
    path(
        "<uuid:uid>/entries/<int:number>/comments/<uuid:comment>/",
        views.case_comment_answer,
        name="case_comment_answer",
    ),
    path("<uuid:uid>/entries/<int:number>/files/<uuid:file>/", views.case_file, name="case_file"),
]
