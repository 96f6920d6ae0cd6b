from django.urls import path

from . import views

urlpatterns = [
    path("", views.profile, name="profile"),
    path("language/", views.language, name="profile_language"),
    path("theme/", views.theme, name="profile_theme"),
    path("hotkeys/", views.hotkeys, name="profile_hotkeys"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/revoke/", views.token_revoke, name="token_revoke"),
    path("tour/", views.tour, name="tour"),
]
