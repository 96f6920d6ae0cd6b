"""Addresses of the duty console, the three points, the directory, and a side's people."""

from django.urls import path

from . import views

urlpatterns = [
    path("console/", views.console, name="console"),
    path("console/board/", views.console_board, name="console_board"),
    path("points/", views.contact_points, name="contact_points"),
    path("points/<str:code>/", views.contact_point, name="contact_point"),
    path("contacts/", views.contacts, name="contacts"),
    path("contacts/export/", views.contacts_export, name="contacts_export"),
    path("contacts/call-sheet/", views.call_sheet_page, name="call_sheet"),
    path("rota/", views.rotas, name="rotas"),
    path("rota/<str:code>/", views.rota_of, name="rota"),
    path("rota/<str:code>/export/", views.rota_export, name="rota_export"),
    path("rota/<str:code>/plan/", views.rota_plan, name="rota_plan"),
    path("rota-rules/<uuid:uid>/end/", views.rota_rule_end, name="rota_rule_end"),
    path("shifts/<uuid:uid>/cancel/", views.shift_cancel, name="shift_cancel"),
    path("deliveries/drawn/", views.drawn, name="drawn"),
    path("deliveries/<uuid:uid>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("deliveries/<uuid:uid>/accept/", views.accept, name="accept"),
    path("deliveries/<uuid:uid>/decline/", views.decline, name="decline"),
    path("people/", views.people, name="people"),
    path("people/export/", views.people_export, name="people_export"),
    path("people/invite/", views.person_invite, name="person_invite"),
    path("people/<uuid:uid>/", views.person, name="person"),
    path("people/<uuid:uid>/correct/", views.person_correct, name="person_correct"),
    path("people/<uuid:uid>/post/", views.person_post, name="person_post"),
    path("people/<uuid:uid>/suspend/", views.person_suspend, name="person_suspend"),
    path("people/<uuid:uid>/reinstate/", views.person_reinstate, name="person_reinstate"),
    path("people/<uuid:uid>/invite/", views.person_invite_again, name="person_invite_again"),
    path("people/<uuid:uid>/factor/", views.person_reset_factor, name="person_reset_factor"),
    path("people/<uuid:uid>/sign-out/", views.person_sign_out, name="person_sign_out"),
    path("postings/<uuid:uid>/end/", views.posting_end, name="posting_end"),
    path("why/", views.why, name="why"),
    path("emergency/", views.emergencies, name="emergencies"),
    path("emergency/open/", views.open_one, name="open_emergency"),
    path("emergency/end/", views.end, name="end_emergency"),
    path("emergency/reviews/", views.reviews, name="emergency_reviews"),
    path("emergency/<uuid:uid>/", views.emergency, name="emergency"),
]
