"""Lists of the API: `{"next", "previous", "results"}`, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from bordercoop import keyset
from bordercoop.errors import Invalid


class NewestFirst(BasePagination):
    """Pages by an opaque cursor, over the view's `ordering` (default: newest id first).

    The addresses of the neighbours are absolute, or null. Nothing is counted and nothing is
    skipped over; rows that arrive meanwhile shift no page.
    """

    page_size = 50
    max_page_size = 200
    cursor_query_param = "cursor"
    page_size_query_param = "page_size"

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: Any = None
    ) -> list[Any]:
        if not isinstance(queryset, QuerySet):
            raise TypeError("Only a queryset has pages by the place of a row.")
        ordering: Sequence[str] = getattr(view, "ordering", None) or ("-id",)
        cursor = request.query_params.get(self.cursor_query_param, "")
        self.page = self.rows(queryset, ordering, self.size(request), cursor, request)
        self.address = remove_query_param(request.build_absolute_uri(), self.cursor_query_param)
        return self.page.rows

    def rows(
        self,
        queryset: QuerySet[Any],
        ordering: Sequence[str],
        size: int,
        cursor: str,
        request: Request,
    ) -> keyset.Page:
        return keyset.page(queryset, ordering, size=size, cursor=cursor)

    def size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit() and len(asked) < 6 and int(asked) > 0):
            sentence = _("A page has from 1 to 200 rows.")
            raise Invalid(sentence, fields={self.page_size_query_param: [sentence]})
        return min(int(asked), self.max_page_size)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._link(self.page.next),
                "previous": self._link(self.page.previous),
                "results": data,
            }
        )

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return str(replace_query_param(self.address, self.cursor_query_param, cursor))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": self.cursor_query_param,
                "required": False,
                "in": "query",
                "description": "The cursor of a neighbouring page, as found in next and previous.",
                "schema": {"type": "string"},
            },
            {
                "name": self.page_size_query_param,
                "required": False,
                "in": "query",
                "description": "Rows on a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
            },
        ]
