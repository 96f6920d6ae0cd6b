"""Addresses of the figures of desks and of the monthly statements of exchange."""

from django.urls import path

from .views import ledger as views
from .views import statements

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/export/", views.ledger_export, name="ledger_export"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<uuid:uid>/", statements.statement, name="statement"),
    path("statements/<uuid:uid>/line/", statements.statement_line, name="statement_line"),
    path("statements/<uuid:uid>/sign/", statements.statement_sign, name="statement_sign"),
    path("statements/<uuid:uid>/recount/", statements.statement_recount, name="statement_recount"),
    path("statements/<uuid:uid>/export/", statements.statement_export, name="statement_export"),
    path("statements/<uuid:uid>/pdf/", statements.statement_pdf, name="statement_pdf"),
]
