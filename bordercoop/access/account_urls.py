"""The part of allauth that an officer meets: nobody registers, addresses are the administrator's.

The names are allauth's own.
"""

from allauth.account import views
from django.urls import include, path, re_path

from . import factor_views, session_list

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
    path("2fa/totp/qr.svg", factor_views.totp_picture, name="mfa_totp_picture"),
    path("2fa/totp/activate/", factor_views.ActivateTotp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", factor_views.DeactivateTotp.as_view(), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/generate/",
        factor_views.RenewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/add/", factor_views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        factor_views.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    # The rest as allauth has it; the addresses above come first.
    path("2fa/", include("allauth.mfa.urls")),
]
