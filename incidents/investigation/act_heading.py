"""What stands above the paragraphs of an act: what it is about, where and when, who took part."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.reference.sides import Side
from bordercoop.reference.wording import unseen_left_out

from ..content import moment_of, utc_text
from ..models import Act, CaseMember, Investigation

# Beside the functions of a team's members.
REPRESENTATIVE = "representative"


def above(case: Investigation) -> dict[str, Any]:
    """The parts of the content of an act that come from its case, as it is at this moment."""
    return _seen({"heading": _heading(case), "teams": _teams(case)})


def _seen(value: Any) -> Any:
    """The same without characters that a screen and a paper would show in different ways."""
    if isinstance(value, str):
        return unseen_left_out(value)
    if isinstance(value, dict):
        return {key: _seen(each) for key, each in value.items()}
    return [_seen(each) for each in value] if isinstance(value, list) else value


def content_of(case: Investigation, act: Act) -> dict[str, Any]:
    """The content of the act; of one that was begun without heading and teams, with the case's."""
    content = act.content
    return content if "heading" in content else {**above(case), **content}


def _heading(case: Investigation) -> dict[str, Any]:
    return {
        "title": {language: case.said_in(language)[0] for language in case.languages},
        "happened_at": utc_text(case.happened_at),
        "sign": {language: case.sign.name_in(language) for language in case.languages}
        if case.sign
        else {},
        "border_sign": case.border_sign,
        "place": case.place,
        "lat": case.lat,
        "lon": case.lon,
        "exercise": case.exercise,
        "historic": case.historic,
    }


def _teams(case: Investigation) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {"LV": [], "BY": []}
    for part in case.sides.select_related("representative"):
        if part.representative is not None:
            name = part.representative.display_name
            found[part.side].append({"name": name, "function": REPRESENTATIVE})
    for member in CaseMember.objects.filter(investigation=case, ended_at=None).order_by("pk"):
        found[member.side].append({"name": member.name, "function": member.function})
    return found


# --- in the active language


def title_of(heading: Mapping[str, Any]) -> str:
    """The title in the active language, else in Latvia's column."""
    said: Mapping[str, str] = heading["title"]
    return _of_language(said)


def place_of(heading: Mapping[str, Any]) -> str:
    parts = [_of_language(heading["sign"]), heading["border_sign"], heading["place"]]
    if heading["lat"] is not None and heading["lon"] is not None:
        parts.append(f"{heading['lat']:.4f}, {heading['lon']:.4f}")
    return ", ".join(part for part in parts if part)


def _of_language(said: Mapping[str, str]) -> str:
    return said.get((get_language() or "").split("-")[0]) or next(iter(said.values()), "")


def took_part_label(side: str) -> str:
    return _("Took part for %(side)s") % {"side": Side(side).label}


def took_part(team: Iterable[Mapping[str, str]]) -> str:
    """ "Anna Ozola (Border representative, Leads the team); Juris Kalns (Interpreter)"."""
    people: dict[str, list[str]] = {}
    for each in team:
        people.setdefault(each["name"], []).append(_function(each["function"]))
    return "; ".join(f"{name} ({', '.join(functions)})" for name, functions in people.items())


def _function(code: str) -> str:
    if code == REPRESENTATIVE:
        return _("Border representative")
    return str(CaseMember.Function(code).label)


def rows_of(content: Mapping[str, Any], side: str) -> dict[str, Any]:
    """What the page shows a reader of `side` above the paragraphs: `titles` as (language, text),
    `place`, `happened`, `teams` as (label, who)."""
    heading = content["heading"]
    texts = dict.fromkeys(heading["title"].values())
    titles = [(next(c for c, t in heading["title"].items() if t == text), text) for text in texts]
    return {
        "titles": titles,
        "place": place_of(heading),
        "happened": moment_of(heading["happened_at"]),
        "teams": [
            (took_part_label(s), took_part(content["teams"][s]))
            for s in sorted(("LV", "BY"), key=lambda each: each != side)
        ],
    }
