"""The phases that a step of a guideline may belong to: the states of a case that goes on."""

from ..models import ENDED, CaseState


def choices() -> list[tuple[str, str]]:
    """(code, name) in the order of the road."""
    return [(state.value, str(state.label)) for state in CaseState if state not in ENDED]
