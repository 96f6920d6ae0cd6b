"""The open page that verifies a paper."""

from django.urls import path

from .. import views

urlpatterns = [path("<str:code>/", views.verify_act, name="verify_act")]
