"""Handover receipts through the page and through the API: the same verbs, the same refusals."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from bordercoop.api.models import IdempotencyKey
from incidents import actions
from incidents.investigation.receipts import listed
from incidents.models import Handover, HandoverCheck
from tests.incidents.receipts import (
    CLEAR,
    GOODS,
    PERSON,
    answered,
    case_of,
    check_all,
    completed,
    opened,
    prepared,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_sides_on_duty")]
HUGE = "x" * 100_000


@pytest.fixture
def case(people):
    return case_of(people)


@pytest.fixture(params=["html", "api"])
def door(request, signed_in, api):
    """door(user, receipt, deed, item=None, **said) -> status; being sent on counts as 200."""

    def press(user, made, deed, item=None, **said):
        if request.param == "html":
            if "accepted" in said:
                said["taken"] = "yes" if said.pop("accepted") else "no"
            body = {"do": deed, **({"item": item.uid} if item else {}), **said}
            answer = signed_in(user).post(f"/receipts/{made.uid}/", body)
            return {302: 200}.get(answer.status_code, answer.status_code)
        path = {"add": "items", "check": "checks"}.get(deed, deed)
        if deed in ("answer", "remove"):
            path = f"items/{item.uid}/{deed}"
        if deed == "check":
            said["item"] = str(item.uid)
        answer = api(user).post(f"/api/v1/receipts/{made.uid}/{path}/", said)
        return {201: 200}.get(answer.status_code, answer.status_code)

    return press


def test_a_receipt_goes_its_whole_way_through_either_door(case, people, door):
    lv, by = people.lv_representative, people.by_representative
    made = prepared(case, people, kind="persons", items=0, ready=False)
    assert door(lv, made, "open") == 409
    assert door(lv, made, "add", **PERSON) == 200
    for officer in (lv, by):
        team = {one.function: one for one in case.members.filter(side=officer.side)}
        hands = {"member": str(team["leader"].uid), "interpreter": str(team["interpreter"].uid)}
        assert door(officer, made, "hands", **hands) == 200
        assert door(officer, made, "basis", basis=f"{officer.side}-HO-BORDER") == 200
    item = listed(made)[0]
    for kind, said in CLEAR.items():
        assert door(lv, made, "check", item, kind=kind, **said) == 200
    assert door(by, made, "open") == 403
    assert door(lv, made, "open") == 200
    assert door(by, made, "answer", item, accepted=False) == 400
    assert door(by, made, "answer", item, accepted=False, refusal="papers") == 200
    assert door(by, made, "answer", item, accepted=True, condition="Well.") == 200
    made.refresh_from_db()
    assert door(lv, made, "confirm", sha256="0" * 64) == 409
    for officer in (lv, by):
        assert door(officer, made, "confirm", sha256=made.sha256) == 200
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("completed", "accepted")


def test_it_is_stopped_or_cancelled_through_either_door(case, people, door):
    lv, by = people.lv_representative, people.by_representative
    first, second = prepared(case, people), prepared(case, people)
    assert door(by, first, "stop", note="x") == 403
    assert door(lv, first, "stop", note=" ") == 400
    assert door(lv, first, "stop", note="The car has broken down.") == 200
    assert door(by, second, "cancel", reason="time") == 403
    assert door(lv, second, "cancel", reason="because") == 400
    assert door(lv, second, "cancel", reason="time") == 200
    states = dict(Handover.objects.values_list("pk", "state"))
    assert states == {first.pk: "stopped", second.pk: "cancelled"}


def test_the_other_side_finds_no_door_to_the_checks(case, people, door, api):
    made = prepared(case, people, kind="persons")
    item = listed(made)[0]
    assert door(people.by_representative, made, "check", item, kind="age", answer="adult") == 404
    assert HandoverCheck.objects.count() == 0
    answer = api(people.by_representative).get(f"/api/v1/receipts/{made.uid}/checks/")
    assert answer.status_code == 404
    assert api(people.lv_hq).get(f"/api/v1/receipts/{made.uid}/checks/").status_code == 200


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("add", {**GOODS, "condition": HUGE}),
        ("add", {**GOODS, "quantity": "\x00"}),
        ("add", {**GOODS, "description": "a\x00b"}),
        ("basis", {"basis": HUGE}),
        ("hands", {"member": "nobody"}),
        ("hands", {"member": str(uuid.UUID(int=7))}),
        ("plan", {"planned_at": "never"}),
        ("stop", {"note": HUGE}),
        ("cancel", {"reason": "\x00"}),
        ("nonsense", {}),
    ],
    ids=[
        "long",
        "nul",
        "nul words",
        "basis",
        "nobody",
        "stranger",
        "never",
        "note",
        "reason",
        "do",
    ],
)
def test_hostile_input_is_a_sentence_and_changes_nothing(case, people, door, deed, said):
    made = prepared(case, people)
    assert door(people.lv_representative, made, deed, **said) in (400, 404)
    made.refresh_from_db()
    assert (made.state, made.items.count()) == ("prepared", 1)


def test_no_answer_about_persons_is_kept_for_a_key(case, people, api):
    made = prepared(case, people, kind="persons", items=0)
    said = {**PERSON, "client_ref": str(uuid.uuid4())}
    for _time in range(2):
        answer = api(people.lv_representative).post(
            f"/api/v1/receipts/{made.uid}/items/", said, headers={"Idempotency-Key": "one"}
        )
        assert answer.status_code == 201
    assert len(listed(made)) == 1
    assert not IdempotencyKey.objects.exists()


def test_foreign_ids_are_not_found(case, people, door, signed_in, api):
    made, other = prepared(case, people), prepared(case, people)
    assert door(people.lv_representative, made, "remove", listed(other)[0]) == 404
    ghost = uuid.uuid4()
    for client, path in (
        (signed_in(people.lv_representative), f"/receipts/{ghost}/"),
        (signed_in(people.lv_representative), f"/investigations/{ghost}/receipts/"),
        (api(people.lv_representative), f"/api/v1/receipts/{ghost}/"),
        (signed_in(people.stranger), f"/receipts/{made.uid}/"),
        (signed_in(people.dgp_officer), f"/receipts/{made.uid}/pdf/"),
        (api(people.stranger), f"/api/v1/receipts/{made.uid}/"),
        (api(people.stranger), f"/api/v1/investigations/{case.uid}/receipts/"),
    ):
        assert client.get(path).status_code == 404


def test_what_was_typed_is_not_lost(case, people, signed_in):
    made = prepared(case, people)
    typed = {"do": "add", **GOODS, "description": "A rubber boat", "quantity": "many"}
    page = signed_in(people.lv_representative).post(f"/receipts/{made.uid}/", typed)
    assert page.status_code == 400
    assert "A rubber boat" in page.content.decode()
    opened_one = opened(case, people)
    said = {"do": "answer", "item": listed(opened_one)[0].uid, "taken": "no",
            "condition": "It is torn."}  # fmt: skip
    page = signed_in(people.by_representative).post(f"/receipts/{opened_one.uid}/", said)
    assert page.status_code == 400
    assert "It is torn." in page.content.decode()


def test_a_receipt_is_prepared_through_the_page_and_the_api(case, people, signed_in, api):
    wall = (now() + timedelta(days=1)).astimezone(ZoneInfo("Europe/Riga"))
    address = f"/investigations/{case.uid}/receipts/"
    form = {
        "client_ref": uuid.uuid4(), "kind": "persons", "border_sign": "214", "place": "",
        "planned_at_date": f"{wall:%d.%m.%Y}", "planned_at_time": "10:00",
        "planned_at_zone": "Europe/Riga",
    }  # fmt: skip
    browser = signed_in(people.lv_representative)
    assert browser.post(address, {**form, "kind": "cattle"}).status_code == 400
    assert browser.post(address, form).status_code == 302
    assert browser.post(address, form).status_code == 302
    body = {"kind": "goods", "planned_at": (now() + timedelta(days=1)).isoformat()}
    program = api(people.by_representative)
    assert program.post(f"/api/v1{address}", {**body, "planned_at": None}).status_code == 400
    assert program.post(f"/api/v1{address}", body).status_code == 201
    assert [row["side"] for row in program.get(f"/api/v1{address}").data] == ["LV", "BY"]
    assert api(people.lv_auditor).post(f"/api/v1{address}", body).status_code == 403


@pytest.mark.parametrize("state", ["prepared", "opened", "completed", "stopped", "cancelled"])
@pytest.mark.parametrize("kind", ["goods", "persons"])
def test_each_page_reads_in_every_language_to_each_side(case, people, signed_in, kind, state):
    lv, by = people.lv_representative, people.by_representative
    if state == "completed":
        made = completed(case, people, kind=kind)
    elif state == "opened":
        made = opened(case, people, kind=kind)
    else:
        made = prepared(case, people, kind=kind)
        if state == "stopped":
            actions.stop_handover(made, note="x", by=lv)
        elif state == "cancelled":
            actions.cancel_handover(made, reason="time", by=lv)
    readers = [(lv, "lv"), (lv, "ru"), (by, "be"), (by, "ru"), (people.lv_auditor, "lv")]
    for user, language in readers:
        user.language = language
        user.save(update_fields=["language"])
        assert signed_in(user).get(f"/receipts/{made.uid}/").status_code == 200
        assert signed_in(user).get(f"/investigations/{case.uid}/receipts/").status_code == 200


def test_the_paper_is_handed_out_from_the_opening_on(case, people, signed_in, api):
    made = prepared(case, people)
    for by in (people.lv_representative, people.by_representative):
        assert signed_in(by).get(f"/receipts/{made.uid}/pdf/").status_code == 409
    made = answered(opened(case, people), people)
    for by in (people.lv_representative, people.by_representative):
        for client, prefix in ((signed_in(by), ""), (api(by), "/api/v1")):
            answer = client.get(f"{prefix}/receipts/{made.uid}/pdf/")
            assert answer.content.startswith(b"%PDF")
    wrong = api(people.lv_hq).get(f"/api/v1/receipts/{made.uid}/pdf/?languages=lv,lv")
    assert wrong.status_code == 400


def test_a_list_and_a_page_take_few_statements(
    case, people, signed_in, django_assert_max_num_queries
):
    made = check_all(prepared(case, people, kind="persons", items=6), people.lv_representative)
    for _number in range(5):
        prepared(case, people)
    browser = signed_in(people.lv_representative)
    browser.get("/")
    with django_assert_max_num_queries(16):
        browser.get(f"/investigations/{case.uid}/receipts/")
    with django_assert_max_num_queries(30):
        browser.get(f"/receipts/{made.uid}/")


def test_a_refused_check_keeps_what_was_typed_beside_the_reason(case, people, signed_in):
    made = prepared(case, people, kind="persons")
    said = {"kind": "interpreter", "answer": "present", "language": "Dari" * 20, "reason": "Since"}
    answer = signed_in(people.lv_representative).post(
        f"/receipts/{made.uid}/", {"do": "check", "item": listed(made)[0].uid, **said}
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'class="err" role="alert"' in page
    assert f'value="{said["language"]}"' in page
    assert 'value="present" checked' in page
    assert page.count(" checked>") == page.count('value="present" checked') + 1  # the basis
    assert not HandoverCheck.objects.exists()
