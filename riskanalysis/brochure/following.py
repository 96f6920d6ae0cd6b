"""The brochure follows procedures and scales: a message in the outbox, and its channel."""

from typing import Any

from bordercoop.outbox.relay import post
from bordercoop.reference.models import Procedure, ProcedureVersion


def queue_brochure(verb: str, told: list[tuple[str, str, Any]]) -> None:
    """settings.FOLLOWERS: versions came into force or were withdrawn; SOPs among them, and scales,
    want another edition. In the transaction of the verb, so that no killed process loses it."""
    for about, _side, _facts in told:
        if verb == "matrix.in_force":
            post("brochure", f"brochure:{about}:in_force", {})
            continue
        uid = about.partition(":")[2]
        version = ProcedureVersion.objects.filter(uid=uid).of_kind(Procedure.Kind.SOP).first()
        if version is not None:
            post("brochure", f"brochure:{uid}:{version.state}", {})


def carry_out(_payload: dict[str, Any], *, key: str) -> None:
    """settings.OUTBOX_CHANNELS: build what holds now. Twice is once."""
    from ..actions import build_brochure

    build_brochure()
