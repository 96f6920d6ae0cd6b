"""What the pages of joint operations share."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from ..models import JointOperation, Paper


def operation_of(user: Any, number: str) -> JointOperation:
    """One that the officer reads."""
    rows = JointOperation.objects.visible_to(user).select_related("unit", "by", "activity")
    found: JointOperation = get_object_or_404(rows, number=number)
    return found


def paper_of(word: str) -> str:
    if word not in Paper.values:
        raise Http404
    return word
