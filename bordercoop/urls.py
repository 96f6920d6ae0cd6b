"""Every address of the portal."""

from django.urls import include, path

from bordercoop.web.health import health
from bordercoop.web.home import home
from bordercoop.web.messages import given_up, resend

urlpatterns = [
    path("", home, name="home"),
    path("messages/", given_up, name="given_up"),
    path("messages/<int:pk>/resend/", resend, name="resend"),
    path("health/", health, name="health"),
    path("accounts/", include("bordercoop.access.account_urls")),
    path("profile/", include("bordercoop.access.urls")),
    path("api/v1/", include("bordercoop.api.urls")),
    path("api/v1/", include("contactpoints.api_urls")),
    path("api/v1/", include("incidents.api_urls")),
    path("", include("contactpoints.urls")),
    path("incidents/", include("incidents.urls")),
    path("", include("contactpoints.list_urls")),
]

handler400 = "bordercoop.web.pages.bad_request"
handler403 = "bordercoop.web.pages.not_allowed"
handler404 = "bordercoop.web.pages.not_found"
handler500 = "bordercoop.web.pages.fault"
