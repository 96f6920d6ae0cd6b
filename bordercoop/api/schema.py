"""What the OpenAPI file says beyond the views: the token, the errors, the idempotency key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from .idempotency import HEADER, Idempotent

ERROR = {
    "type": "object",
    "description": "Every error of the API has this shape.",
    "required": ["code", "detail", "fields"],
    "properties": {
        "code": {"type": "string", "description": "For programs, e.g. stale_version."},
        "detail": {"type": "string", "description": "A sentence in the officer's language."},
        "fields": {
            "type": "object",
            "description": "Sentences by the name of the field they are about.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
MEANING = {
    "400": "The request cannot be right; `fields` says where.",
    "401": "Not signed in, or the token has expired.",
    "403": "The officer may not do this.",
    "415": "The body is of another kind than the one described.",
    "404": "It does not exist, or the officer may not see it.",
    "409": "Refused as things stand: a newer version, another state, nobody on duty.",
    "422": "The Idempotency-Key was used for another request.",
}
# Of addresses that do not exist for everybody.
NOWHERE = OpenApiResponse(ERROR, MEANING["404"])


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "bordercoop.access.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` and what `manage.py issue_token USERNAME` printed.",
        }


class PortalSchema(AutoSchema):
    """Names the idempotency key on every POST that accepts it, and operations as their view does
    (`operation_ids`, by method)."""

    def get_operation_id(self) -> str:
        named: str = getattr(self.view, "operation_ids", {}).get(self.method, "")
        return named or super().get_operation_id()

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method == "POST" and isinstance(self.view, Idempotent):
            parameters.append(
                OpenApiParameter(
                    HEADER,
                    {"type": "string", "minLength": 1, "maxLength": 100},
                    OpenApiParameter.HEADER,
                    description="Sent again with the same key, the request happens once.",
                )
            )
        return parameters


def describe_errors(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add the errors that an operation can answer with, where its view does not name them."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    for path, operations in result.get("paths", {}).items():
        for method, operation in operations.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            for status in _possible(path, method, operation):
                operation["responses"].setdefault(
                    status,
                    {
                        "description": MEANING[status],
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}
                        },
                    },
                )
    return result


def _possible(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    possible = ["401", "403"]
    if "requestBody" in operation or operation.get("parameters"):
        possible.append("400")
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        possible.append("415")
    # Doors that leave no trace do not exist for everybody either (docs/serious.md).
    if "{" in path or path.lstrip("/").startswith(settings.UNTRACED):
        possible.append("404")
    if method == "post":
        possible += ["409", "422"]
    return possible
