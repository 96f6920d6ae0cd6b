"""A POST that is sent twice happens once: the header `Idempotency-Key`, unique per account."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.errors import Invalid, KeyReused

from .models import IdempotencyKey

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=30)

# One statement. It waits for an unfinished twin: when that one commits nothing is inserted, when it
# rolls back this one takes the place.
CLAIM = """
INSERT INTO api_idempotencykey (user_id, key, fingerprint, status, created_at)
VALUES (%s, %s, %s, 0, %s) ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""


class Idempotent:
    """Mixin for API views, before the view class: every POST accepts the key, none requires it.

    With the key the verb and the key are one transaction. The same key with the same body gets the
    first answer again, with the header `Idempotent-Replayed: true`; with another body it is
    refused with 422 `key_reused`. A request that was refused leaves no key behind.
    """

    post: Any

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get(HEADER)
        if request.method == "POST" and key is not None and request.user.is_authenticated:
            post = getattr(self, "post", None)
            if post is not None:
                self.post = functools.partial(once, post, key)


def once(
    post: Callable[..., Response], key: str, request: Request, *args: Any, **kwargs: Any
) -> Response:
    """Run `post`, or give the answer that it gave before."""
    if not 1 <= len(key) <= 100 or not key.isprintable():
        sentence = _("An Idempotency-Key has 1 to 100 printable characters.")
        raise Invalid(sentence, fields={HEADER: [sentence]})
    mark = fingerprint(request)
    account = request.user.pk
    assert account is not None
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [account, key, mark, timezone.now()])
            claimed = cursor.fetchone()
        if claimed is None:
            return again(IdempotencyKey.objects.get(user_id=account, key=key), mark)
        response = post(request, *args, **kwargs)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        else:
            IdempotencyKey.objects.filter(pk=claimed[0]).update(
                status=response.status_code,
                body=json.loads(JSONRenderer().render(response.data))
                if response.data is not None
                else None,
            )
    return response


def again(first: IdempotencyKey, mark: str) -> Response:
    if first.fingerprint != mark:
        raise KeyReused(
            _(
                "This Idempotency-Key was used for another request. "
                "Take a new key and send it again."
            )
        )
    return Response(first.body, status=first.status, headers={"Idempotent-Replayed": "true"})


def fingerprint(request: Request) -> str:
    """What makes two requests the same: method, path and what the body means, not its spacing."""
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), default=_sum_of)
    told = "\n".join([str(request.method), request.path, body])
    return hashlib.sha256(told.encode()).hexdigest()


def _sum_of(upload: UploadedFile) -> dict[str, Any]:
    """An uploaded file is the same when its name and its bytes are. Read in pieces."""
    summed = hashlib.sha256()
    for piece in upload.chunks():
        summed.update(piece)
    return {"name": upload.name, "sha256": summed.hexdigest()}


def forget_old_keys() -> int:
    """Remove keys that nobody will repeat any more; the number removed."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
