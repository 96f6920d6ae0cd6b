"""Addresses of the change of shift and of the duty journal of a desk."""

from django.urls import path

from .views import handover as views

urlpatterns = [
    path("handovers/", views.handovers, name="handovers"),
    path("handovers/<uuid:uid>/", views.shift_handover, name="shift_handover"),
    path("handovers/<uuid:uid>/pdf/", views.shift_handover_pdf, name="shift_handover_pdf"),
    path("handovers/<str:code>/", views.desk_handovers, name="desk_handovers"),
    path("journal/", views.journals, name="journals"),
    path("journal/<str:code>/", views.desk_journal, name="desk_journal"),
    path("journal/<str:code>/pdf/", views.desk_journal_pdf, name="desk_journal_pdf"),
]
