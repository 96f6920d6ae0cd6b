"""A joint investigation by programs: the same verbs, the same refusals."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from incidents import actions
from incidents.models import Investigation
from tests import made_files as made
from tests.incidents.cases import FACTS, guideline_in_force

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/investigations/"


def proposal(**more):
    happened = (now() - timedelta(hours=3)).isoformat()
    return {**FACTS, "unit": "LV-DGP", "point": "CCP-LAND", "happened_at": happened, **more}


@pytest.fixture
def programs(cases, api):
    return api(cases.lv), api(cases.by)


def test_a_program_takes_a_case_to_the_exchange(cases, programs):
    guideline_in_force()
    lv, by = programs
    ref = "6c3f8f9c-0000-4000-8000-00000000000d"
    made_ = lv.post(ROOT, proposal(client_ref=ref), format="json")
    assert made_.status_code == 201
    assert lv.post(ROOT, proposal(client_ref=ref), format="json").json() == made_.json()
    case = Investigation.objects.get()
    at = f"{ROOT}{case.uid}/"
    assert by.get(at).json()["can"] == ["agree", "decline"]
    assert lv.get(at).json()["can"] == ["withdraw"]
    assert by.post(f"{at}agree/", {"by_language": "be"}, format="json").json()["state"] == "agreed"
    for program in programs:
        for said in ({"function": "leader", "name": "Leader"},
                     {"function": "interpreter", "name": "Interpreter"}):  # fmt: skip
            assert program.post(f"{at}members/", said, format="json").status_code == 201
    refused = lv.post(f"{at}team-formed/")
    assert (refused.status_code, refused.json()["code"]) == (409, "steps_open")
    for program in programs:
        program.post(f"{at}steps/do_agreed/", {"outcome": "done"}, format="json")
    assert lv.post(f"{at}team-formed/").json()["state"] == "team_formed"
    meet = {"meet_at": (now() + timedelta(hours=5)).isoformat(), "border_sign": "215"}
    assert by.post(f"{at}meeting/", meet, format="json").status_code == 200
    skipped = {"outcome": "skipped", "reason": "Known."}
    lv.post(f"{at}steps/do_team_formed/", skipped, format="json")
    assert lv.post(f"{at}on-site/").json()["state"] == "on_site"
    numbers = []
    for program in programs:
        said = {"kind": "trace", "title": "Shoe print", "text": "Size 43.", "language": "en"}
        numbers.append(program.post(f"{at}entries/", said, format="json").json()["number"])
    assert [one["number"] for one in by.get(f"{at}entries/").json()] == [numbers[1]]
    for program, number in zip(programs, numbers, strict=True):
        given = program.post(f"{at}exchange/", {"numbers": [number]}, format="json")
        assert given.json()[0]["exchanged_at"]
    assert by.post(f"{at}exchange/", {"numbers": [99]}, format="json").status_code == 404
    by.post(f"{at}steps/do_on_site/", {"outcome": "done"}, format="json")
    assert lv.post(f"{at}exchanged/").json()["state"] == "exchanged"
    whole = lv.get(at).json()
    assert [step["settled"] for step in whole["steps"]][:3] == [True, True, True]
    assert whole["guideline"] == "JI 1"


def test_an_entry_by_programs(cases, programs):
    lv, by = programs
    case = cases.at("on_site")
    entry = cases.entry(case)
    at = f"{ROOT}{case.uid}/entries/{entry.number}/"
    assert by.get(at).status_code == 404
    actions.exchange_entries(case, [entry], by=cases.lv)
    said = {"text": "Measured.", "proposed": "Size 44.", "language": "en"}
    assert by.post(f"{at}comments/", said, format="json").status_code == 201
    comment = lv.get(at).json()["comments"][0]
    answer = f"{at}comments/{comment['uid']}/answer/"
    assert by.post(answer, {"state": "accepted"}, format="json").status_code == 403
    assert lv.post(answer, {"state": "accepted"}, format="json").json()["version"] == 2
    said = {"version": 1, "title": "Shoe print", "text": "Size 45."}
    assert lv.post(f"{at}versions/", said, format="json").json()["code"] == "stale_version"
    said = {"version": 2, "language": "ru", "text": "Размер 44."}
    assert by.post(f"{at}translations/", said, format="json").json()["version"] == 3
    hands = {"deed": "handed_over", "holder": "Laboratory", "purpose": "Prints"}
    assert lv.post(f"{at}custody/", hands, format="json").status_code == 201
    file = lv.post(
        f"{at}files/", {"file": made.upload(made.pdf(b"1"), "a.pdf")}, format="multipart"
    )
    assert file.status_code == 201
    whole = by.get(at).json()
    assert whole["unbroken"] is True
    assert whole["texts"] == {"en": "Size 44.", "ru": "Размер 44."}
    assert whole["custody"][-1]["sums"] == [file.json()["sha256"]]
    content = by.get(f"{at}files/{file.json()['uid']}/content/")
    assert b"".join(content.streaming_content).startswith(b"%PDF")
    assert lv.post(f"{at}withdraw/", {"reason": "Old."}, format="json").json()["withdrawn_at"]


def test_who_reads_nothing_finds_nothing(cases, api, people):
    case = cases.at("on_site")
    program = api(people.rix_duty)
    assert program.get(ROOT).json()["results"] == []
    for tail in ("", "entries/"):
        assert program.get(f"{ROOT}{case.uid}/{tail}").status_code == 404
    assert program.post(f"{ROOT}{case.uid}/agree/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"category": "ASY"}, "category"),
        ({"title": "x" * 161}, "title"),
        ({"happened_at": "2026-02-17T08:00:00"}, "happened_at"),
        ({"unit": "XX"}, "unit"),
        ({"sign": "XX"}, "sign"),
        ({"point": "XX"}, "point"),
        ({"lat": 1e9}, "lat"),
    ],
)
def test_a_wrong_proposal_is_refused_at_its_field(programs, wrong, field):
    answer = programs[0].post(ROOT, proposal(**wrong), format="json")
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
