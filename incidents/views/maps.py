"""Places as the offline map draws them."""

from typing import Any

from bordercoop.reference.models import Place


def on_map(place: Place) -> dict[str, Any]:
    """JSON for the page's script; `lat` and `lon` are WGS 84 degrees or null."""
    return {
        "code": place.code,
        "name": place.name,
        "lat": place.lat,
        "lon": place.lon,
        "kind": place.kind,
        "mode": place.mode,
        "lv": place.name_lv_side,
        "by": place.name_by_side,
        "verified": place.position_verified,
    }
