"""From bytes to a message, or to the reason why not.

Only UTF-8 is taken, and no document type: the standard forbids entities other than those of XML
(3.3.2), and nothing else needs one. A signature is kept and not verified; a message must not be
refused because of it (3.3.2.1).
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from .faults import Fault
from .message import (
    NAMESPACE,
    Area,
    Circle,
    Info,
    Message,
    Point,
    Reference,
    Resource,
    Value,
)
from .rules import check
from .schema import root_of, validate

PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
DECLARED = re.compile(r"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?")
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
# Marks of UTF-32 and UTF-16, and how a `<` begins in them without a mark.
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\x00<")


def parse(raw: bytes, *, most: int) -> Message:
    """The message in `raw`, of at most `most` bytes. Raises Fault."""
    if len(raw) > most:
        raise Fault("too_large", size=len(raw), most=most)
    root = root_of(_text(raw))
    validate(root)
    message = _message(root)
    check(message)
    return message


def _text(raw: bytes) -> str:
    """The document as characters, without a mark of the byte order."""
    if not raw.strip():
        raise Fault("empty")
    if raw.startswith(OTHER_MARKS):
        raise Fault("encoding")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault("encoding") from error
    if "\x00" in text:
        raise Fault("characters_stored")
    declared = DECLARED.match(text)
    if declared and declared[1].lower() not in ("utf-8", "utf8"):
        raise Fault("encoding")
    at = 0
    while found := PROLOG.match(text, at):
        at = found.end()
    if text.startswith("<!", at):  # a document type stands before the root element or nowhere
        raise Fault("doctype")
    return text


def _one(element: Any, name: str) -> str:
    return element.findtext(f"{{{NAMESPACE}}}{name}") or ""


def _all(element: Any, name: str) -> list[Any]:
    return list(element.findall(f"{{{NAMESPACE}}}{name}"))


def _texts(element: Any, name: str) -> tuple[str, ...]:
    return tuple(one.text or "" for one in _all(element, name))


def _values(element: Any, name: str) -> tuple[Value, ...]:
    return tuple(Value(_one(one, "valueName"), _one(one, "value")) for one in _all(element, name))


def _time(text: str, element: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Fault("time", element=element) from error
    if at.tzinfo is None or not 1900 <= at.year <= 2199:
        raise Fault("time", element=element)
    return at


def _time_of(element: Any, name: str) -> datetime | None:
    text = _one(element, name)
    return _time(text, name) if text else None


def _listed(text: str) -> tuple[str, ...]:
    """A group of words between spaces; those that hold spaces stand in quotes (3.2.1)."""
    return tuple(quoted or word for quoted, word in re.findall(r'"([^"]*)"|([^\s"]+)', text))


def _references(text: str) -> tuple[Reference, ...]:
    found = []
    for word in text.split():
        parts = word.split(",")
        if len(parts) != 3 or not all(parts):
            raise Fault("references")
        found.append(Reference(parts[0], parts[1], _time(parts[2], "references")))
    return tuple(found)


def _decimal(text: str, element: str) -> Decimal:
    if not DECIMAL.fullmatch(text.strip()):
        raise Fault("position", element=element)
    return Decimal(text.strip())


def _point(text: str, element: str) -> Point:
    lat, _comma, lon = text.partition(",")
    return _decimal(lat, element), _decimal(lon, element)


def _circle(text: str) -> Circle:
    parts = text.split()
    if len(parts) != 2:
        raise Fault("position", element="circle")
    lat, lon = _point(parts[0], "circle")
    return Circle(lat, lon, _decimal(parts[1], "circle"))


def _height(element: Any, name: str) -> Decimal | None:
    text = _one(element, name)
    return _decimal(text, name) if text else None


def _area(element: Any) -> Area:
    return Area(
        description=_one(element, "areaDesc"),
        polygons=tuple(
            tuple(_point(pair, "polygon") for pair in text.split())
            for text in _texts(element, "polygon")
        ),
        circles=tuple(_circle(text) for text in _texts(element, "circle")),
        geocodes=_values(element, "geocode"),
        altitude=_height(element, "altitude"),
        ceiling=_height(element, "ceiling"),
    )


def _resource(element: Any) -> Resource:
    size = _one(element, "size").strip()
    if size and not re.fullmatch(r"\+?\d{1,15}", size):
        raise Fault("position", element="size")
    return Resource(
        description=_one(element, "resourceDesc"),
        mime=_one(element, "mimeType"),
        size=int(size) if size else None,
        uri=_one(element, "uri"),
        content=_one(element, "derefUri"),
        digest=_one(element, "digest"),
    )


def _info(element: Any) -> Info:
    return Info(
        language=_one(element, "language"),
        categories=_texts(element, "category"),
        event=_one(element, "event"),
        responses=_texts(element, "responseType"),
        urgency=_one(element, "urgency"),
        severity=_one(element, "severity"),
        certainty=_one(element, "certainty"),
        audience=_one(element, "audience"),
        event_codes=_values(element, "eventCode"),
        effective=_time_of(element, "effective"),
        onset=_time_of(element, "onset"),
        expires=_time_of(element, "expires"),
        sender_name=_one(element, "senderName"),
        headline=_one(element, "headline"),
        description=_one(element, "description"),
        instruction=_one(element, "instruction"),
        web=_one(element, "web"),
        contact=_one(element, "contact"),
        parameters=_values(element, "parameter"),
        resources=tuple(_resource(one) for one in _all(element, "resource")),
        areas=tuple(_area(one) for one in _all(element, "area")),
    )


def _message(root: Any) -> Message:
    return Message(
        identifier=_one(root, "identifier"),
        sender=_one(root, "sender"),
        sent=_time(_one(root, "sent"), "sent"),
        status=_one(root, "status"),
        kind=_one(root, "msgType"),
        source=_one(root, "source"),
        scope=_one(root, "scope"),
        restriction=_one(root, "restriction"),
        addresses=_listed(_one(root, "addresses")),
        codes=_texts(root, "code"),
        note=_one(root, "note"),
        references=_references(_one(root, "references")),
        incidents=_listed(_one(root, "incidents")),
        infos=tuple(_info(one) for one in _all(root, "info")),
        signatures=tuple(
            etree.tostring(one, method="c14n", with_tail=False)
            for one in root
            if one.tag.startswith(SIGNATURE)
        ),
    )
