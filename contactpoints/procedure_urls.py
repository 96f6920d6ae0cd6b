"""Addresses of guidelines and procedures: the same pages for every kind, under names of its own."""

from typing import Any

from django.urls import path

from .views import procedure_editing as editing
from .views import procedures as pages


def addresses(kind: str, base: str, one: str, many: str) -> list[Any]:
    """The pages of a kind under `base`; the list is named `many`, the others begin with `one`."""
    at = {"kind": kind}
    version = f"{base}<str:code>/<int:number>/"
    return [
        path(base, pages.procedures, at, name=many),
        path(f"{base}<str:code>/", pages.procedure, at, name=one),
        path(f"{base}<str:code>/pdf/", pages.procedure_pdf, at, name=f"{one}_pdf"),
        path(f"{base}<str:code>/readers/", pages.procedure_readers, at, name=f"{one}_readers"),
        path(f"{base}<str:code>/lesson/", pages.procedure_lesson, at, name=f"{one}_lesson"),
        path(version, pages.procedure_version, at, name=f"{one}_version"),
        path(f"{version}changes/", pages.procedure_diff, at, name=f"{one}_diff"),
        path(f"{version}edit/", editing.procedure_edit, at, name=f"{one}_edit"),
        path(f"{version}step/", editing.procedure_step, at, name=f"{one}_step_new"),
        path(f"{version}steps/<str:step>/", editing.procedure_step, at, name=f"{one}_step"),
    ]


urlpatterns = addresses("guideline", "guidelines/", "guideline", "guidelines")
