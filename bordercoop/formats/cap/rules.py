"""What the standard says in words and its schema does not check (CAP 1.2, chapter 3)."""

import re

from .faults import Fault
from .message import Area, Info, Message, Point

# 3.2.1: no spaces, commas, or characters with a meaning of their own.
NAME = re.compile(r"[^\s,<&]+")
LONGEST_NAME = 200
MOST_INFOS = 40
REFERRING = ("Update", "Cancel", "Ack", "Error")


def check(message: Message, *, unnamed: bool = False) -> None:
    """Raise Fault unless the message keeps the rules of the standard. `unnamed`: it need not refer
    to another."""
    for element, text in (("identifier", message.identifier), ("sender", message.sender)):
        if not text:
            raise Fault("missing", element=element)
        if not NAME.fullmatch(text):
            raise Fault("characters", element=element)
        if len(text) > LONGEST_NAME:
            raise Fault("too_long", element=element, most=LONGEST_NAME)
    needed = {
        "restriction": message.scope == "Restricted" and not message.restriction.strip(),
        "addresses": message.scope == "Private" and not message.addresses,
        "references": message.kind in REFERRING and not (message.references or unnamed),
    }
    for element, lacks in needed.items():
        if lacks:
            raise Fault("missing", element=element)
    if len(message.infos) > MOST_INFOS:
        raise Fault("too_many", element="info", most=MOST_INFOS)
    for info in message.infos:
        _check_info(info)


def _check_info(info: Info) -> None:
    if not info.event.strip():
        raise Fault("missing", element="event")
    for area in info.areas:
        _check_area(area)


def _check_area(area: Area) -> None:
    for polygon in area.polygons:
        if len(polygon) < 4 or polygon[0] != polygon[-1]:
            raise Fault("position", element="polygon")
        for point in polygon:
            _check_point(point, "polygon")
    for circle in area.circles:
        _check_point((circle.lat, circle.lon), "circle")
        if circle.radius < 0:
            raise Fault("position", element="circle")
    if area.ceiling is not None and area.altitude is None:
        raise Fault("missing", element="altitude")


def _check_point(point: Point, element: str) -> None:
    lat, lon = point
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Fault("position", element=element)
