"""From a message to bytes: UTF-8, in the order of the schema, valid or not at all."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from .message import NAMESPACE, Area, Info, Message, Resource, Value, written_time
from .rules import check
from .schema import validate

# What XML 1.0 cannot hold at all.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(message: Message, *, unnamed: bool = False) -> bytes:
    """The message as a document. Raises Fault when it breaks the schema or a rule: what is invalid
    is not sent. `unnamed`: an Error may refer to nothing, since what it answers could not be read.
    """
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _fill(root, message)
    for signature in message.signatures:
        root.append(etree.fromstring(signature, etree.XMLParser(resolve_entities=False)))
    check(message, unnamed=unnamed)
    # A validator looks at what was written, not at what was meant.
    raw: bytes = etree.tostring(
        root,
        xml_declaration=True,
        encoding="UTF-8",
        pretty_print=not message.signatures,
    )
    validate(etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True)))
    return raw


def _add(parent: Any, name: str, said: object) -> None:
    """One element, unless there is nothing to say."""
    if isinstance(said, datetime):
        said = written_time(said)
    elif isinstance(said, Decimal):
        said = format(said, "f")
    if said not in ("", None):
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = UNWRITABLE.sub("", str(said))


def _add_all(parent: Any, name: str, said: Iterable[object]) -> None:
    for one in said:
        _add(parent, name, one)


def _add_values(parent: Any, name: str, values: Iterable[Value]) -> None:
    for value in values:
        element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        for part, said in (("valueName", value.name), ("value", value.value)):
            child = etree.SubElement(element, f"{{{NAMESPACE}}}{part}")
            child.text = UNWRITABLE.sub("", said)


def _listed(words: Iterable[str]) -> str:
    return " ".join(f'"{word}"' if re.search(r"\s", word) else word for word in words)


def _fill(root: Any, message: Message) -> None:
    _add(root, "identifier", message.identifier)
    _add(root, "sender", message.sender)
    _add(root, "sent", message.sent)
    _add(root, "status", message.status)
    _add(root, "msgType", message.kind)
    _add(root, "source", message.source)
    _add(root, "scope", message.scope)
    _add(root, "restriction", message.restriction)
    _add(root, "addresses", _listed(message.addresses))
    _add_all(root, "code", message.codes)
    _add(root, "note", message.note)
    _add(root, "references", " ".join(one.text for one in message.references))
    _add(root, "incidents", _listed(message.incidents))
    for info in message.infos:
        _fill_info(etree.SubElement(root, f"{{{NAMESPACE}}}info"), info)


def _fill_info(element: Any, info: Info) -> None:
    _add(element, "language", info.language)
    _add_all(element, "category", info.categories)
    _add(element, "event", info.event)
    _add_all(element, "responseType", info.responses)
    _add(element, "urgency", info.urgency)
    _add(element, "severity", info.severity)
    _add(element, "certainty", info.certainty)
    _add(element, "audience", info.audience)
    _add_values(element, "eventCode", info.event_codes)
    _add(element, "effective", info.effective)
    _add(element, "onset", info.onset)
    _add(element, "expires", info.expires)
    _add(element, "senderName", info.sender_name)
    _add(element, "headline", info.headline)
    _add(element, "description", info.description)
    _add(element, "instruction", info.instruction)
    _add(element, "web", info.web)
    _add(element, "contact", info.contact)
    _add_values(element, "parameter", info.parameters)
    for resource in info.resources:
        _fill_resource(etree.SubElement(element, f"{{{NAMESPACE}}}resource"), resource)
    for area in info.areas:
        _fill_area(etree.SubElement(element, f"{{{NAMESPACE}}}area"), area)


def _fill_resource(element: Any, resource: Resource) -> None:
    _add(element, "resourceDesc", resource.description)
    _add(element, "mimeType", resource.mime)
    _add(element, "size", resource.size)
    _add(element, "uri", resource.uri)
    _add(element, "derefUri", resource.content)
    _add(element, "digest", resource.digest)


def _fill_area(element: Any, area: Area) -> None:
    _add(element, "areaDesc", area.description)
    for polygon in area.polygons:
        _add(element, "polygon", " ".join(f"{lat:f},{lon:f}" for lat, lon in polygon))
    for circle in area.circles:
        _add(element, "circle", f"{circle.lat:f},{circle.lon:f} {circle.radius:f}")
    _add_values(element, "geocode", area.geocodes)
    _add(element, "altitude", area.altitude)
    _add(element, "ceiling", area.ceiling)
