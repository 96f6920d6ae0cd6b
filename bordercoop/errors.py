"""What a verb says when it will not do something. Doors turn it into a page or into JSON."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """A verb refused, and nothing was changed.

    `message` is a whole sentence for the officer: what happened and what to do next. It may be a
    lazy translation; `str(refusal)` gives it in the language active at that moment.
    `fields` maps names of input fields to their sentences.
    """

    code: str = "refused"
    status: int = 409

    def __init__(
        self,
        message: object,
        code: str | None = None,
        status: int | None = None,
        fields: Mapping[str, Sequence[object]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.fields: dict[str, list[object]] = {
            name: list(sentences) for name, sentences in (fields or {}).items()
        }

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """The officer sees the thing and lacks the permission for this verb."""

    code, status = "not_allowed", 403


class Invalid(Refused):
    """What was typed cannot be right; `fields` says where."""

    code, status = "invalid", 400


class Stale(Refused):
    """Somebody saved a newer version meanwhile; `current` is what stands now."""

    code, status = "stale_version", 409
    current: Any

    def __init__(self, message: object, *, current: Any = None, **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.current = current


class KeyReused(Refused):
    """The same Idempotency-Key came with another body."""

    code, status = "key_reused", 422
