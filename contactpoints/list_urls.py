"""Addresses of the lists and of the places."""

from django.urls import path

from .views import lists, places, places_export, proposals, tree

A = "administration/lists/"
P = "administration/proposals/"

urlpatterns = [
    path("places/", places.place_list, name="places"),
    path("places/export/", places_export, name="places_export"),
    path("places/<str:code>/", places.place_page, name="place"),
    path("places/<str:code>/status/", places.place_status, name="place_status"),
    path(A, lists.list_index, name="lists"),
    path(f"{A}units/", tree.unit_list, name="units"),
    path(f"{A}units/new/", tree.unit_new, name="unit_new"),
    path(f"{A}units/<str:code>/", tree.unit_page, name="unit"),
    path(f"{A}units/<str:code>/move/", tree.unit_move, name="unit_move"),
    path(f"{A}units/<str:code>/retire/", tree.unit_retire, name="unit_retire"),
    path(f"{A}units/<str:code>/restore/", tree.unit_restore, name="unit_restore"),
    path(f"{A}units/<str:code>/desk/", tree.desk_edit, name="desk_edit"),
    path(P, proposals.proposals, name="proposals"),
    path(f"{P}<uuid:uid>/", proposals.proposal, name="proposal"),
    path(f"{P}<uuid:uid>/confirm/", proposals.proposal_confirm, name="proposal_confirm"),
    path(f"{P}<uuid:uid>/decline/", proposals.proposal_decline, name="proposal_decline"),
    path(f"{P}<uuid:uid>/withdraw/", proposals.proposal_withdraw, name="proposal_withdraw"),
    path(f"{A}<slug:slug>/", lists.list_rows, name="list"),
    path(f"{A}<slug:slug>/new/", lists.propose, {"verb": "new"}, name="propose_new"),
    path(f"{A}<slug:slug>/<str:code>/", lists.list_row, name="list_row"),
    path(f"{A}<slug:slug>/<str:code>/change/", lists.propose, {"verb": "change"},
         name="propose_change"),
    path(f"{A}<slug:slug>/<str:code>/retire/", lists.propose, {"verb": "retire"},
         name="propose_retire"),
    path(f"{A}<slug:slug>/<str:code>/restore/", lists.propose, {"verb": "restore"},
         name="propose_restore"),
]  # fmt: skip
