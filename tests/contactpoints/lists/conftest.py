"""What tests of the lists share: a proposal in one call, and the same case through each door."""

import re

import pytest

from bordercoop.reference import lists
from contactpoints import actions

NEW_NAMES = {
    "name_en": "Lost cattle",
    "name_lv": "Pazuduši lopi",
    "name_be": "Згубленая жывёла",
    "name_ru": "Пропавший скот",
}
NEW_CATEGORY = {
    **NEW_NAMES,
    "parent": "RGM",
    "crosses": True,
    "borders": ["land"],
    "tile": False,
    "icon": "paw",
    "cap": "Safety",
    "tso": "PSW/SUS",
    "source": "Agreed at the meeting in Daugavpils.",
    "verified": False,
}


@pytest.fixture
def propose(people):
    """Propose by lv_admin, unless told otherwise; the names of REF by default."""

    def make(listed="categories", code="REF", deed="change", by=None, **more):
        row = lists.LISTS[listed].row(code)
        given = {
            "values": {"name_lv": "Ieceļošana liegta"} if deed == "change" else None,
            "version": row.version if row else 0,
            "reason": "The courts use this word.",
            **more,
        }
        return actions.propose_change(listed, code, deed=deed, by=by or people.lv_admin, **given)

    return make


@pytest.fixture
def row():
    return lambda code="REF", listed="categories": lists.LISTS[listed].row(code)


@pytest.fixture
def typed():
    """What a form of a page would send: every field with the value it shows."""

    def read(client, address, **changes):
        page = client.get(address).content.decode()
        fields = {}
        for tag in re.findall(r"<input[^>]*>", page):
            name = re.search(r'name="([^"]+)"', tag)
            if not name or name[1] in ("csrf", "csrfmiddlewaretoken", "next", "language", "theme"):
                continue
            value = re.search(r'value="([^"]*)"', tag)
            if 'type="checkbox"' in tag or 'type="radio"' in tag:
                if " checked" in tag:
                    fields.setdefault(name[1], []).append(value[1] if value else "on")
            else:
                fields[name[1]] = value[1] if value else ""
        for name, inside in re.findall(
            r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S
        ):
            chosen = re.search(r'value="([^"]*)" selected', inside)
            fields[name] = chosen[1] if chosen else ""
        for name, inside in re.findall(
            r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S
        ):
            fields[name] = inside
        return {**fields, **changes}

    return read
