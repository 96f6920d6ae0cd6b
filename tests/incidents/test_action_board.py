"""The action board: who does what by when, each side its own, read by both where both were told."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.models import Role
from incidents.actions import (
    add_task,
    ask_consent,
    assign_task,
    comment_task,
    drop_task,
    finish_task,
    give_consent,
    merge_incidents,
    move_task,
    pass_on,
    record_task,
    release_incident,
)
from incidents.models import Measure, Share, Task, TaskComment
from incidents.tidings import readable_tasks
from incidents.tiles import tasks_of
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=3)


def refused(verb, *args, error=Refused, **more):
    with pytest.raises(error) as refusal, transaction.atomic():
        verb(*args, **more)
    return refusal.value


def seen(case, user):
    """What the board shows; nothing to who holds no copy."""
    share = Share.objects.visible_to(user).filter(incident=case).first()
    if share is None:
        return set()
    return {task.what for task in readable_tasks(case, share, user)}


def typed(**changes):
    return {
        "client_ref": str(uuid.uuid4()), "what": "Call the patrol.", "who": "",
        "due_date": "", "due_time": "", "due_zone": "Europe/Riga", "audience": "own", **changes,
    }  # fmt: skip


def test_a_task_says_what_who_and_by_when(incident, people, unit):
    case, due = incident(), now() + SOON
    task = add_task(case, what="Call the patrol.", officer=people.dgp_leader, due_at=due,
                    by=people.dgp_officer)  # fmt: skip
    assert (task.side, task.state, task.officer, task.due_at) == (
        "LV", "open", people.dgp_leader, due,
    )  # fmt: skip
    to_desk = add_task(case, what="Ask Polotsk.", unit=unit("DESK-DGP"), by=people.dgp_officer)
    assert to_desk.assigned.code == "DESK-DGP"
    assert [step.deed for step in task.steps.all()] == ["added"]
    assert Entry.objects.filter(verb="incident.task_added").count() == 2
    assert "patrol" not in str(list(Entry.objects.values()))


def test_who_may_not_write_for_the_unit_adds_none(incident, people, officer):
    case = incident()
    refused(add_task, case, what="x", by=officer("an.alyst", "LV-DGP", Role.ANALYST),
            error=NotAllowed)  # fmt: skip
    assert refused(add_task, case, what="x", by=people.pol_duty).status == 404
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "a\0b"}, "what"),
        ({"what": "x" * 100_000}, "what"),
        ({"what": "NATO SECRET"}, "what"),
        ({"audience": "everybody"}, "audience"),
        ({"who": "officer:nobody"}, "who"),
        ({"due_date": "01.01.2020", "due_time": "08:00"}, "due"),
        ({"due_date": "99"}, "due"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field_and_kept(
    changes, field, incident, people, signed_in
):
    case = incident()
    given = typed(**changes)
    answer = signed_in(people.dgp_officer).post(f"/incidents/{case.uid}/board/", given)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    if "what" not in changes:
        assert "Call the patrol." in answer.content.decode()
    assert not Task.objects.exists()


def test_it_is_given_only_to_those_of_the_own_side_who_read_the_incident(
    released, people, unit, officer
):
    case, _delivery = released()
    elsewhere = officer("else.where", "LV-RIX", Role.OFFICER)
    for who in (
        {"officer": people.pol_duty}, {"officer": elsewhere}, {"unit": unit("DESK-POL")},
        {"unit": unit("LV-RIX")}, {"officer": people.dgp_duty, "unit": unit("LV-DGP")},
    ):  # fmt: skip
        refusal = refused(add_task, case, what="x", by=people.dgp_duty, error=Invalid, **who)
        assert list(refusal.fields) == ["who"]
    add_task(case, what="x", unit=unit("LV-SBG"), by=people.dgp_duty)
    add_task(case, what="x", officer=people.pol_duty, by=people.pol_duty)


def test_the_same_ref_is_the_same_task_and_other_words_are_another(incident, people):
    case, ref = incident(), uuid.uuid4()
    first = add_task(case, what="One.", client_ref=ref, by=people.dgp_officer)
    finish_task(first, by=people.dgp_officer)
    assert add_task(case, what="One.", client_ref=ref, by=people.dgp_officer) == first
    for _ in range(2):
        add_task(case, what="Two.", client_ref=ref, by=people.dgp_officer)
    assert Task.objects.count() == 2


def test_the_other_side_reads_what_is_for_both_and_a_late_desk_too(released, people, unit):
    case, _delivery = released()
    people.msq_duty
    add_task(case, what="Ours.", by=people.dgp_duty)
    add_task(case, what="For both.", audience="shared", by=people.dgp_duty)
    add_task(case, what="Theirs.", by=people.pol_duty)
    assert seen(case, people.dgp_leader) == {"Ours.", "For both."}
    assert seen(case, people.pol_duty) == {"For both.", "Theirs."}
    assert seen(case, people.msq_duty) == set()
    release_incident(case, desks=[unit("DESK-MSQ")], fields=["headline"], by=people.dgp_duty)
    assert seen(case, people.msq_duty) == {"For both.", "Theirs."}


def test_a_desk_told_without_the_backlog_reads_the_tasks_given_from_then_on(
    released, people, unit, api
):
    case, _delivery = released()
    people.msq_duty
    add_task(case, what="Before.", audience="shared", by=people.dgp_duty)
    release_incident(case, desks=[unit("DESK-MSQ")], backlog=False, by=people.dgp_duty)
    after = add_task(case, what="After.", audience="shared", by=people.dgp_duty)
    assert seen(case, people.msq_duty) == {"After."}
    listed = api(people.msq_duty).get(f"/api/v1/incidents/{case.uid}/tasks/").json()["results"]
    assert [task["what"] for task in listed] == ["After."]
    before = case.tasks.get(what="Before.")
    assert refused(comment_task, before, text="x", by=people.msq_duty).code == "not_found"
    assert comment_task(after, text="x", by=people.msq_duty).task == after


def test_who_was_passed_a_copy_on_reads_no_task_of_the_two_sides(released, people, officer, unit):
    case, _delivery = released()
    frontex = unit("EU-FRX")
    give_consent(ask_consent(case, to=frontex, purpose="x", by=people.pol_duty), by=people.dgp_duty)
    add_task(case, what="For both.", audience="shared", by=people.dgp_duty)
    pass_on(case, to=frontex, by=people.pol_duty)
    assert seen(case, officer("frx.duty", "EU-FRX", Role.OFFICER)) == set()


def test_the_board_of_a_record_shows_the_tasks_of_those_merged_into_it(incident, people, signed_in):
    case, twin = incident(), incident()
    add_task(case, what="Of the one.", by=people.dgp_duty)
    task = add_task(twin, what="Of the other.", by=people.dgp_duty)
    merge_incidents(case, twin, reason="One event.", by=people.lv_hq)
    browser = signed_in(people.dgp_duty)
    moved = browser.get(f"/incidents/{twin.uid}/board/")
    assert moved.url.startswith(f"/incidents/{case.uid}/board/")
    page = browser.get(moved.url)
    assert [t.what for t in page.context["groups"][0]["going"]] == ["Of the one.", "Of the other."]
    assert twin.number in page.content.decode()
    done = {"do": "finish", "version": 1, "back": "board"}
    answer = browser.post(f"/incidents/{twin.uid}/board/{task.uid}/", done, follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"/incidents/{case.uid}/board/")
    record = browser.get(f"/incidents/{case.uid}/")
    assert record.context["tasks"] == {"open": 1, "late": 0}


@pytest.mark.parametrize("category", ["ASY", "SIR"])
def test_what_never_crosses_has_no_task_for_both(category, incident, people, signed_in, api):
    case = incident(category=category)
    refusal = refused(add_task, case, what="x", audience="shared", by=people.dgp_officer)
    assert refusal.code == "never_released"
    board = f"/incidents/{case.uid}/board/"
    browser = signed_in(people.dgp_officer)
    assert 'value="shared"' not in browser.get(board).content.decode()
    assert browser.post(board, typed(audience="shared")).status_code == 403
    answer = api(people.dgp_officer).post(
        f"/api/v1/incidents/{case.uid}/tasks/", {"what": "x", "audience": "shared"}
    )
    assert answer.status_code == 403
    add_task(case, what="Ours.", by=people.dgp_officer)
    assert Task.objects.count() == 1


STEPS = {
    "assign": lambda task, by, **more: assign_task(task, due_at=task.at + SOON, by=by, **more),
    "move": lambda task, by, **more: move_task(task, state="in_progress", by=by, **more),
    "finish": lambda task, by, **more: finish_task(task, by=by, **more),
    "drop": lambda task, by, **more: drop_task(task, reason="No need.", by=by, **more),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_safe_twice_and_refused_late(step, incident, people):
    task = add_task(incident(), what="x", by=people.dgp_officer)
    STEPS[step](task, people.dgp_officer, version=1)
    STEPS[step](task, people.dgp_leader, version=1)  # pressed twice, or by two
    task.refresh_from_db()
    assert (task.version, task.steps.count()) == (2, 2)
    other = add_task(task.incident, what="y", by=people.dgp_officer)
    comment_task(other, text="A comment changes nothing.", by=people.dgp_leader)
    assign_task(other, officer=people.dgp_leader, by=people.dgp_leader)
    refused(STEPS[step], other, people.dgp_officer, version=1, error=Stale)
    other.refresh_from_db()
    assert (other.version, other.state) == (2, "open")


@pytest.mark.parametrize("step", STEPS)
def test_each_side_changes_its_own_tasks_only(step, released, people, signed_in, api):
    case, _delivery = released()
    shared = add_task(case, what="x", audience="shared", by=people.dgp_duty)
    own = add_task(case, what="y", by=people.dgp_duty)
    assert refused(STEPS[step], shared, people.pol_duty).status == 403
    assert refused(STEPS[step], own, people.pol_duty).status == 404
    do = {"move": "in_progress"}.get(step, step)
    given = {"do": do, "version": 1, "reason": "x", "who": "", "due_date": "", "due_time": ""}
    path = f"/incidents/{case.uid}/board/"
    browser = signed_in(people.pol_duty)
    assert browser.post(f"{path}{own.uid}/", given).status_code == 404
    if step != "assign":  # the form sends what stands already, which is no change
        assert browser.post(f"{path}{shared.uid}/", given).status_code == 403
    program = api(people.pol_duty)
    path = f"/api/v1/incidents/{case.uid}/tasks/"
    door, body = ("assign", {"version": 1}) if step == "assign" else (
        "move", {"version": 1, "reason": "x",
                 "state": {"move": "in_progress", "finish": "done", "drop": "dropped"}[step]},
    )  # fmt: skip
    assert program.post(f"{path}{own.uid}/{door}/", body).status_code == 404
    assert program.post(f"{path}{shared.uid}/{door}/", body).status_code == 403
    assert set(Task.objects.values_list("version", flat=True)) == {1}


def test_who_has_to_do_it_may_finish_it_without_writing_for_the_unit(incident, people, officer):
    case = incident()
    interpreter = officer("in.terpreter", "LV-DGP", Role.INTERPRETER)
    task = add_task(case, what="Translate it.", officer=interpreter, by=people.dgp_officer)
    other = add_task(case, what="x", by=people.dgp_officer)
    finish_task(task, by=interpreter)
    refused(finish_task, other, by=interpreter, error=NotAllowed)


def test_an_ended_task_is_opened_again_before_anything_else(incident, people):
    by = people.dgp_officer
    task = finish_task(add_task(incident(), what="x", by=by), by=by)
    first = task.ended_at
    refused(drop_task, task, reason="x", by=by)
    refused(assign_task, task, officer=by, by=by)
    assert finish_task(task, by=by).ended_at == first
    task = move_task(task, state="open", by=by)
    assert (task.state, task.ended_at) == ("open", None)
    task = drop_task(task, reason="No need.", by=by)
    assert (task.state, task.reason) == ("dropped", "No need.")
    refused(finish_task, task, by=by)
    refused(move_task, task, state="done", by=by, error=Invalid)
    assert [step.deed for step in task.steps.order_by("number")] == [
        "added", "finished", "moved", "dropped",
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["", " ", "a\0b", "x" * 2001, "NATO SECRET"])
def test_dropping_needs_a_sound_reason(reason, incident, people, signed_in):
    case = incident()
    task = add_task(case, what="x", by=people.dgp_officer)
    refused(drop_task, task, reason=reason, by=people.dgp_officer, error=Invalid)
    answer = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/board/{task.uid}/", {"do": "drop", "version": 1, "reason": reason}
    )
    assert answer.status_code == 400
    assert answer.context["drop_form"].errors


def test_both_sides_comment_what_is_for_both(released, people):
    case, _delivery = released()
    shared = add_task(case, what="x", audience="shared", by=people.dgp_duty)
    own = add_task(case, what="y", by=people.dgp_duty)
    ref = uuid.uuid4()
    for _ in range(2):
        comment_task(shared, text="We are there.", client_ref=ref, by=people.pol_duty)
    comment_task(shared, text="Another.", client_ref=ref, by=people.pol_duty)
    comment_task(own, text="Quiet.", by=people.dgp_leader)
    assert refused(comment_task, own, text="x", by=people.pol_duty).status == 404
    refused(comment_task, shared, text="NATO SECRET", by=people.pol_duty, error=Invalid)
    assert [row.text for row in TaskComment.objects.order_by("pk")] == [
        "We are there.", "Another.", "Quiet.",
    ]  # fmt: skip
    assert [row.audience for row in TaskComment.objects.order_by("pk")] == [
        "shared", "shared", "own",
    ]  # fmt: skip


def test_a_finished_task_becomes_a_measure_once(released, people, signed_in):
    case, _delivery = released()
    task = add_task(case, what="Call the patrol.", audience="shared", by=people.dgp_duty)
    refused(record_task, task, by=people.dgp_duty)
    task = finish_task(task, by=people.dgp_duty)
    browser = signed_in(people.dgp_duty)
    for _ in range(2):
        answer = browser.post(f"/incidents/{case.uid}/board/{task.uid}/", {"do": "measure"})
        assert answer.status_code == 302
    record_task(task, by=people.dgp_leader)
    measure = Measure.objects.get()
    assert (measure.text, measure.audience, measure.done_at) == (
        "Call the patrol.", "shared", task.ended_at,
    )  # fmt: skip
    refused(record_task, task, by=people.pol_duty, error=NotAllowed)


def test_what_is_overdue_is_marked_and_told_to_who_has_to_do_it(
    released, people, unit, later, signed_in, api
):
    case, _delivery = released()
    for what, who, due in (
        ("Later.", {"officer": people.dgp_duty}, 48),
        ("Late.", {"unit": unit("DESK-DGP")}, 1),
        ("Whenever.", {"officer": people.dgp_duty}, None),
        ("Not mine.", {"officer": people.dgp_leader}, 1),
    ):
        due_at = now() + timedelta(hours=due) if due else None
        add_task(case, what=what, due_at=due_at, by=people.dgp_officer, **who)
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    later(hours=2)
    tile = tasks_of(people.dgp_duty)[0]
    assert (tile["count"], tile["urgent"], tile["url"]) == (3, True, "/incidents/tasks/")
    browser = signed_in(people.dgp_duty)
    mine = [task.what for task in browser.get("/incidents/tasks/").context["tasks"]]
    assert mine == ["Late.", "Later.", "Whenever."]
    listed = api(people.dgp_duty).get("/api/v1/tasks/").json()["results"]
    assert {task["what"]: task["overdue"] for task in listed} == {
        "Late.": True, "Later.": False, "Whenever.": False,
    }  # fmt: skip
    page = browser.get(f"/incidents/{case.uid}/").content.decode()
    assert "4 tasks are open" in page
    assert "2 are overdue" in page
    assert browser.get(f"/incidents/{case.uid}/board/").content.decode().count("Overdue") == 2
    assert not any(tile["urgent"] for tile in tasks_of(people.pol_duty) if "asks" in tile["title"])


def test_the_list_finds_incidents_with_overdue_tasks_of_the_readers_side(
    released, people, later, signed_in, api
):
    (own, _), (shared, _), (fresh, _) = released(), released(), released()
    add_task(own, what="x", due_at=now() + SOON, by=people.dgp_duty)
    add_task(shared, what="x", due_at=now() + SOON, audience="shared", by=people.dgp_duty)
    add_task(fresh, what="x", by=people.dgp_duty)
    later(hours=4)

    def found(user, which):
        rows = signed_in(user).get(f"/incidents/?tasks={which}").context["rows"]
        listed = api(user).get(f"/api/v1/incidents/?tasks={which}").json()["results"]
        assert {row.number for row in rows} == {row["number"] for row in listed}
        return {row.number for row in rows}

    assert found(people.dgp_duty, "overdue") == {own.number, shared.number}
    assert found(people.dgp_duty, "open") == {own.number, shared.number, fresh.number}
    assert found(people.pol_duty, "overdue") == set()
    add_task(shared, what="Theirs.", by=people.pol_duty)
    assert found(people.pol_duty, "open") == {shared.number}
    assert signed_in(people.dgp_duty).get("/incidents/?tasks=all").status_code == 400


def test_the_whole_life_of_a_task_through_the_pages(incident, people, signed_in):
    case, browser = incident(), signed_in(people.dgp_officer)
    board = f"/incidents/{case.uid}/board/"
    given = typed(who=f"officer:{people.dgp_leader.uid}", due_date=f"{now() + SOON * 9:%d.%m.%Y}",
                  due_time="23:59")  # fmt: skip
    for _ in range(2):
        assert browser.post(board, given).status_code == 302
    task = Task.objects.get()
    assert task.officer == people.dgp_leader
    assert "Call the patrol." in browser.get(board).content.decode()
    path = f"{board}{task.uid}/"
    start = {"do": "in_progress", "version": 1, "back": "board"}
    assert browser.post(path, start)["Location"] == board
    assert browser.post(path, {"do": "finish", "version": 1}).status_code == 409
    assert browser.post(path, {"do": "comment", "text": ""}).status_code == 400
    assert browser.post(path, {"do": "comment", "text": "On it.",
                               "client_ref": str(uuid.uuid4())}).status_code == 302  # fmt: skip
    assert browser.post(path, {"do": "nonsense", "version": 2}).status_code == 400
    assert browser.post(path, {"do": "finish", "version": "x" * 50}).status_code == 409
    assert browser.post(path, {"do": "finish", "version": 2}).status_code == 302
    page = browser.get(path).content.decode()
    assert "On it." in page
    assert Task.objects.get().state == "done"


def test_the_whole_life_of_a_task_through_the_api(incident, people, api):
    case, program = incident(), api(people.dgp_officer)
    path = f"/api/v1/incidents/{case.uid}/tasks/"
    body = {"what": "Call.", "unit": "DESK-DGP", "due_at": (now() + SOON).isoformat()}
    for _ in range(2):
        answer = program.post(path, body, HTTP_IDEMPOTENCY_KEY="k")
    assert set(answer.json()) == {"uid", "state", "version"}
    one = f"{path}{answer.json()['uid']}/"
    assert [task["what"] for task in program.get(path).json()["results"]] == ["Call."]
    assert program.post(f"{one}assign/", {"version": 1, "unit": "NOWHERE"}).status_code == 400
    assert program.post(f"{one}assign/", {"version": 1, "officer": str(uuid.uuid4())}).json()[
        "fields"
    ].keys() == {"officer"}
    officer = str(people.dgp_officer.uid)
    assert program.post(f"{one}assign/", {"version": 1, "officer": officer}).json()["version"] == 2
    late = program.post(f"{one}move/", {"version": 1, "state": "in_progress"})
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    assert program.post(f"{one}move/", {"version": 2, "state": "dropped"}).status_code == 400
    assert program.post(f"{one}move/", {"version": 2, "state": "done"}).json()["state"] == "done"
    assert program.post(f"{one}comments/", {"text": "Done."}).status_code == 201
    assert program.post(f"{one}measure/").status_code == 201
    whole = program.get(one).json()
    assert (whole["recorded"], whole["officer"]) == (True, officer)
    assert [step["deed"] for step in whole["steps"]] == [
        "added", "assigned", "finished", "recorded",
    ]  # fmt: skip
    assert [comment["text"] for comment in whole["comments"]] == ["Done."]


def test_the_database_keeps_tasks_and_their_steps(incident, people):
    task = add_task(incident(), what="x", by=people.dgp_officer)
    for statement, rule in (
        ("DELETE FROM incidents_task", "Cannot delete"),
        ("UPDATE incidents_taskstep SET deed = 'moved'", "Cannot update"),
        ("UPDATE incidents_task SET state = 'done'", "an_ended_task_has_its_time"),
        (
            "UPDATE incidents_task SET state = 'dropped', ended_at = now()",
            "dropping_a_task_has_a_reason",
        ),
    ):
        with refused_by_database(rule):
            sql(statement)
    assert task.steps.count() == 1


def test_a_board_costs_the_same_for_one_task_and_for_ten(incident, people, signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case, browser, counts = incident(), signed_in(people.dgp_officer), {}
    for tasks in (1, 9):
        for _ in range(tasks):
            add_task(case, what="x", officer=people.dgp_leader, by=people.dgp_officer)
        for path in (f"/incidents/{case.uid}/board/", "/incidents/tasks/"):
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts.setdefault(path, []).append(len(queries))
    assert all(first == second <= 20 for first, second in counts.values()), counts
