"""CAP 1.2, the Common Alerting Protocol of OASIS: messages read, checked and written.

Knows the standard and nothing of the portal: no models, no settings, no words for people. What is
wrong with a message is a `Fault` with a code and facts; whoever asked says it in a language.
"""

from .faults import Fault
from .message import (
    NAMESPACE,
    Area,
    Circle,
    Info,
    Message,
    Reference,
    Resource,
    Value,
)
from .reading import parse
from .writing import write

__all__ = [
    "NAMESPACE",
    "Area",
    "Circle",
    "Fault",
    "Info",
    "Message",
    "Reference",
    "Resource",
    "Value",
    "parse",
    "write",
]
