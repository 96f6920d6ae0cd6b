"""Addresses of the register of border signs."""

from django.urls import path

from .. import views

urlpatterns = [
    path("", views.sign_list, name="signs"),
    path("export/", views.signs_export, name="signs_export"),
    path("inspections/", views.sign_lines, name="sign_lines"),
    path("inspections/<uuid:uid>/", views.sign_line, name="sign_line"),
    path("photos/<uuid:uid>/", views.sign_photo, name="sign_photo"),
    path("<str:code>/", views.sign_page, name="sign"),
    path("<str:code>/inspect/", views.sign_inspect, name="sign_inspect"),
]
