"""What every door says in the same words, and the one shape of an error in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

# Word for word the same for what does not exist and for what the reader may not see.
NOT_FOUND = _("Nothing was found at this address, or it is not yours to see. Go back to the list.")
NOT_SIGNED_IN = _("You are not signed in. Sign in, or send a valid token, and try again.")
NOT_ALLOWED = _("You may not do this. Ask the head of your unit if you should be able to.")
TOO_OLD = _("The page was open for too long to be sent. Reload it and send it again.")
BAD_CHARACTERS = _(
    "The text contains characters that cannot be stored (NUL or broken Unicode). "
    "Remove them and send it again."
)
BAD_REQUEST = _("The portal could not read this request. Go back, check it and send it again.")
TOO_LARGE = _("This is too much at once. Shorten the text and send it again.")
FAULT = _(
    "Something went wrong in the portal, and the operators can see it. Nothing was saved. "
    "Try again, and call the other desk if it is urgent."
)


def answer(
    code: str, detail: object, fields: Mapping[str, Sequence[object]] | None = None
) -> dict[str, Any]:
    """`{"code", "detail", "fields"}`, as the API and scripts get every error."""
    return {
        "code": code,
        "detail": str(detail),
        "fields": {
            name: [str(sentence) for sentence in sentences]
            for name, sentences in (fields or {}).items()
        },
    }
