"""The open page that verifies a certificate."""

from django.urls import path

from .views import certificates

urlpatterns = [
    path("", certificates.verify_certificate, name="verify_form"),
    path("<str:number>/<str:code>/", certificates.verify_certificate, name="verify_certificate"),
]
