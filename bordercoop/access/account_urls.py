"""The part of allauth that an officer meets: nobody registers, addresses are the administrator's.

The names are allauth's own.
"""

from allauth.account import views
from django.urls import include, path, re_path

from . import second_factor, session_list

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("sessions/", session_list.sessions, name="usersessions_list"),
    path("sessions/<int:pk>/end/", session_list.end_one, name="end_session"),
    path("2fa/totp/qr.svg", second_factor.totp_picture, name="mfa_totp_picture"),
    path("2fa/", include("allauth.mfa.urls")),
]
