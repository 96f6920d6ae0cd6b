"""Who sees which incident, each once; what is not visible does not exist."""

import uuid

import pytest

from contactpoints.models import Role
from incidents.actions import release_incident, supplement_incident
from incidents.models import Incident, Share

pytestmark = pytest.mark.django_db


def seen(user):
    shares = Share.objects.visible_to(user)
    incidents = set(Incident.objects.visible_to(user).values_list("pk", flat=True))
    assert incidents == {share.incident_id for share in shares}
    assert len(shares) == len(incidents), "an incident appears twice"
    return incidents


@pytest.mark.parametrize(
    ("at", "readers", "others"),
    [
        (
            "LV-DGP",
            "dgp_officer dgp_leader dgp_duty dgp_head lv_hq lv_analyst lv_auditor",
            "rix_officer rix_duty pol_officer pol_duty by_hq by_auditor lv_admin stranger",
        ),
        (
            "LV-DGP-SIL",
            "dgp_officer dgp_leader dgp_duty dgp_head lv_hq lv_representative",
            "rix_duty pol_duty by_hq by_analyst lv_admin",
        ),
        ("LV-SBG", "lv_hq lv_analyst", "dgp_officer dgp_duty dgp_head rix_duty by_hq pol_duty"),
        ("BY-MSQ", "msq_officer msq_duty fp_duty by_hq", "pol_officer pol_duty lv_hq rix_duty"),
    ],
)
def test_an_incident_is_read_within_reach_of_its_unit(
    at, readers, others, people, incident, officer
):
    reporter = officer("re.porter", at, Role.OFFICER)
    case = incident(by=reporter, at=at)
    for who in readers.split():
        assert seen(getattr(people, who)) == {case.pk}, who
    for who in others.split():
        assert seen(getattr(people, who)) == set(), who


def test_what_was_released_is_read_at_the_desk_and_above_it_only(released, people):
    case, _delivery = released()
    for who in ("pol_duty", "pol_head", "pol_officer", "by_hq", "by_analyst"):
        assert seen(getattr(people, who)) == {case.pk}, who
    for who in ("msq_duty", "msq_officer", "fp_duty", "by_admin", "rix_duty", "stranger"):
        assert seen(getattr(people, who)) == set(), who


def test_a_desk_sees_no_copy_of_another_desk_under_the_same_parent(released, people):
    people.msq_duty, people.fp_duty
    case, _delivery = released(desks=("DESK-MSQ",))
    assert seen(people.msq_duty) == {case.pk}
    assert seen(people.fp_duty) == set()
    assert seen(people.msq_officer) == {case.pk}


def test_headquarters_who_see_it_through_three_units_see_it_once(
    released, people, unit, signed_in, api
):
    people.msq_duty
    case, _delivery = released(desks=("DESK-POL", "DESK-MSQ"))
    assert seen(people.by_hq) == {case.pk}
    assert len(api(people.by_hq).get("/api/v1/incidents/").json()["results"]) == 1
    assert len(signed_in(people.by_hq).get("/incidents/").context["rows"]) == 1


def test_seen_twice_the_owners_copy_comes_first_then_the_later_version(
    incident, people, unit, both_sides_on_duty
):
    people.rix_duty, people.msq_duty
    case = incident()
    release_incident(case, desks=[unit("DESK-POL"), unit("DESK-RIX")], by=people.dgp_duty)
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    release_incident(case, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    assert Share.objects.visible_to(people.lv_hq).get().own
    assert Share.objects.visible_to(people.rix_duty).get().version == 1
    assert Share.objects.visible_to(people.by_hq).get().version == 2
    assert Share.objects.visible_to(people.pol_duty).get().version == 1


PAGES = ["", "supplement/", "release/", "?part=timeline", "?part=ladder", "release/?part=preview"]
POSTS = ["supplement/", "release/", "verify/", "validate/", "note/", "measure/", "close/"]
API_POSTS = {
    "supplements/": {"version": 1},
    "release/": {"desks": ["DESK-DGP"]},
    "verify/": None,
    "validate/": None,
    "close/": {"ground": "did_not_occur"},
}


def told(response):
    """Everything a reader is told but the address it asked for and what is new each time."""
    body = response.content.decode()
    for header in ("X-Request-ID", "Set-Cookie"):
        if header in response.headers:
            del response.headers[header]
    return response.status_code, body, sorted(response.headers.items())


@pytest.mark.parametrize("who", ["pol_duty", "by_hq", "rix_duty", "stranger", "lv_admin"])
@pytest.mark.parametrize("category", ["UBC-LND", "ASY", "SIR"])
def test_an_invisible_incident_answers_byte_for_byte_like_one_that_does_not_exist(
    who, category, incident, people, signed_in, api, time_machine
):
    case = incident(category=category)
    time_machine.move_to(case.reported_at, tick=False)
    browser, program = signed_in(getattr(people, who)), api(getattr(people, who))
    other = uuid.uuid4()

    def alike(ask):
        answers = []
        for uid in (case.uid, other):
            status, body, headers = told(ask(uid))
            body = without_tokens(body.replace(str(uid), "UID"))
            answers.append((status, body, [h for h in headers if h[0] != "Content-Length"]))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404

    for page in PAGES:
        alike(lambda uid, page=page: browser.get(f"/incidents/{uid}/{page}"))
    for page in POSTS:
        alike(lambda uid, page=page: browser.post(f"/incidents/{uid}/{page}", {"text": "x"}))
    alike(lambda uid: program.get(f"/api/v1/incidents/{uid}/"))
    for page, body in API_POSTS.items():
        alike(lambda uid, page=page, body=body: program.post(
            f"/api/v1/incidents/{uid}/{page}", body
        ))  # fmt: skip


def without_tokens(body):
    """A page without its CSRF token, which is new each time."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-csrf="[^"]+"', "", body)


@pytest.mark.parametrize(
    "path", ["/incidents/", "/incidents/new/", "/api/v1/incidents/", "/api/v1/deliveries/",
             "/api/v1/units/", "/api/v1/contact-points/"]
)  # fmt: skip
def test_nobody_signed_in_sees_nothing(path, client, incident):
    incident()
    answer = client.get(path)
    assert answer.status_code == (401 if path.startswith("/api/") else 302)
    assert "Eight people" not in answer.content.decode()


def test_a_token_that_expired_or_was_never_issued_reads_nothing(people, incident, api, later):
    from rest_framework.test import APIClient

    incident()
    program = api(people.dgp_duty)
    assert program.get("/api/v1/incidents/").status_code == 200
    for token in ("Token x", "Token " + "a" * 64, "Bearer x", "Token", "Token \0", "Basic YTpi"):
        stranger = APIClient()
        stranger.credentials(HTTP_AUTHORIZATION=token)
        answer = stranger.get("/api/v1/incidents/")
        assert answer.status_code == 401, token
        assert set(answer.json()) == {"code", "detail", "fields"}
    later(days=400)
    assert program.get("/api/v1/incidents/").status_code == 401


def test_the_other_side_sees_the_record_without_the_doors_of_the_owner(released, people, signed_in):
    case, _delivery = released()
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/")
    assert page.status_code == 200
    may = page.context["may"]
    assert {verb for verb, allowed in may.items() if allowed} == {
        "annotate",
        "close",
        "pass_on",
    }
    text = page.content.decode()
    for door in ("supplement", "release", "verify", "validate"):
        assert f"/incidents/{case.uid}/{door}/" not in text
