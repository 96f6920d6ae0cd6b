"""A CAP 1.2 message as values: every element of the standard, texts as they were written.

Times carry their offset. Numbers are decimals, so that they are written as they were read. What is
absent is "", an empty tuple or None. The comments name the element where the name differs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
# An info without a language is in this one (3.2.2).
DEFAULT_LANGUAGE = "en-US"
Point = tuple[Decimal, Decimal]


def written_time(at: datetime) -> str:
    """As the standard wants it (3.3.2): whole seconds, an offset, `-00:00` for UTC."""
    text = at.replace(microsecond=0).isoformat()
    return f"{text[:-6]}-00:00" if at.utcoffset() == timedelta(0) else text


@dataclass(frozen=True)
class Reference:
    """Names an earlier message."""

    sender: str
    identifier: str
    sent: datetime

    @property
    def text(self) -> str:
        return f"{self.sender},{self.identifier},{written_time(self.sent)}"


@dataclass(frozen=True)
class Value:
    """A valueName and a value."""

    name: str
    value: str


@dataclass(frozen=True)
class Resource:
    description: str  # resourceDesc
    mime: str  # mimeType
    size: int | None = None
    uri: str = ""
    content: str = ""  # derefUri: Base64
    digest: str = ""


@dataclass(frozen=True)
class Circle:
    """WGS 84 degrees, and a radius in kilometres."""

    lat: Decimal
    lon: Decimal
    radius: Decimal


@dataclass(frozen=True)
class Area:
    """`altitude` and `ceiling` are feet above mean sea level."""

    description: str  # areaDesc
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Value, ...] = ()
    altitude: Decimal | None = None
    ceiling: Decimal | None = None


@dataclass(frozen=True)
class Info:
    """What a message says, in one language."""

    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    language: str = ""
    responses: tuple[str, ...] = ()  # responseType
    audience: str = ""
    event_codes: tuple[Value, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Value, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def tongue(self) -> str:
        """The language that holds: its tag, or the one of the standard."""
        return self.language or DEFAULT_LANGUAGE


@dataclass(frozen=True)
class Message:
    """`signatures` are the enveloped XML signatures, as canonical XML; nobody has verified them."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str  # msgType
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()
    signatures: tuple[bytes, ...] = ()

    @property
    def reference(self) -> Reference:
        """How a later message names this one."""
        return Reference(self.sender, self.identifier, self.sent)
