"""The wall around guests for programs, which sign in with a token."""

from typing import Any

from django.http import Http404
from rest_framework.permissions import BasePermission

from .guests import kept_out


class WithinTheWall(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        if kept_out(request.user, request.path, request.method or ""):
            raise Http404
        return True
