"""Bulk import: columns mapped, a dry run, then every row once, whoever died meanwhile."""

import csv
import io
import json
import uuid

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions as people_actions
from incidents import actions
from incidents.actions import import_work as work
from incidents.models import Import, Incident, NumberSeries, Share
from tests import made_files
from tests.incidents.doors import refused_by_database

pytestmark = pytest.mark.django_db
HEAD = "Kategorija;Smagums;Virsraksts;Datums;Laiks;Vieta;Platums;Garums;Cilvēki\n"
GOOD = "UBC-LND;3;Astoņi cilvēki pie robežzīmes 214;17.02.2026;08:00;;55,7912;27,3010;8\n"
WRONG = "NOPE;9;;17.02.2026;08:00;Nowhere;;;many\n"


def table(*rows, head=HEAD):
    return (head + "".join(rows)).encode()


@pytest.fixture
def upload(people, unit):
    def make(*rows, by=None, at="LV-DGP", name="a.csv", head=HEAD):
        return actions.upload_import(
            made_files.upload(table(*rows, head=head), name), unit=unit(at),
            by=by or people.dgp_head,
        )  # fmt: skip

    return make


@pytest.fixture
def checked(upload, people, carry_out):
    def make(*rows, by=None, **how):
        run = upload(*rows, by=by, **how)
        actions.map_import(run, mapping=run.mapping, by=by or people.dgp_head)
        carry_out()
        run.refresh_from_db()
        assert run.state == "checked"
        return run

    return make


def finished(run, carry_out):
    carry_out()
    run.refresh_from_db()
    return run.state, run.made, run.known, run.wrong


def test_headers_of_four_languages_and_of_other_systems_are_understood(upload):
    for head in (
        HEAD,
        "category;severity;headline;happened_at;place;lat;lon;people_total\n",
        "Катэгорыя;Цяжкасць;Загаловак;Дата;Час;Месца;Шырата;Даўгата;Людзей\n",
        "Категория;Степень;Заголовок;Дата;Время;Место;Широта;Долгота;Людей\n",
    ):
        run = upload("a;b;c;d;e;f;g;h;i\n", head=head, name=f"{uuid.uuid4()}.csv")
        targets = [run.mapping[str(n)] for n in range(len(run.headers))]
        assert targets[:3] == ["category", "severity", "headline"], head
        assert {"place", "lat", "lon", "people_total"} <= set(targets), head
        assert targets[3] in ("happened", "happened_date")


def test_a_dry_run_counts_and_logs_nothing(checked, people):
    run = checked(GOOD, WRONG, GOOD)
    assert (run.made, run.known, run.wrong) == (2, 0, 1)
    assert not Incident.objects.exists()
    assert not NumberSeries.objects.exists()
    fault = run.faults.get()
    assert fault.number == 3
    assert {target for target, _sentence in fault.sentences} == {
        "category", "severity", "headline", "place", "people_total",
    }  # fmt: skip


def test_a_row_becomes_what_the_officer_would_have_reported(checked, people, carry_out):
    run = checked(GOOD)
    run = actions.start_import(run, mode="all", by=people.dgp_head)
    assert finished(run, carry_out) == ("done", 1, 0, 0)
    case = Incident.objects.get()
    assert (case.unit.code, case.state, case.reported_by) == ("LV-DGP", "submitted",
                                                              people.dgp_head)  # fmt: skip
    assert case.number.startswith("LV-DGP-2026-")
    said = case.versions.get().content
    assert said["happened_at"] == "2026-02-17T06:00:00Z"
    assert (said["lat"], said["lon"], said["people_total"]) == (55.7912, 27.301, 8)
    share = Share.objects.get()
    assert share.own
    assert (share.handling, share.tlp) == ("H1", "AMBER")
    entry = Entry.objects.get(verb="incident.reported")
    assert (entry.actor, entry.about, entry.side) == (people.dgp_head, case.ref, "LV")
    assert entry.facts["import"] == str(run.uid)
    assert Entry.objects.filter(verb="import.done", about=run.ref).get().facts["made"] == 1
    with pytest.raises(Refused):
        actions.verify_incident(case, by=people.dgp_head)


@pytest.mark.parametrize("mode", ["rows", "all"])
def test_numbers_follow_each_other_in_both_modes(mode, checked, people, carry_out, incident):
    incident()
    run = checked(*[GOOD.replace("214", str(n)) for n in range(5)])
    run = actions.start_import(run, mode=mode, by=people.dgp_head)
    assert finished(run, carry_out)[:2] == ("done", 5)
    incident()
    numbers = sorted(int(n.rpartition("-")[2]) for n in
                     Incident.objects.values_list("number", flat=True))  # fmt: skip
    assert numbers == list(range(numbers[0], numbers[0] + 7))


def test_all_or_nothing_refuses_a_file_with_a_wrong_row(checked, people):
    run = checked(GOOD, WRONG)
    with pytest.raises(Refused, match="wrong"):
        run = actions.start_import(run, mode="all", by=people.dgp_head)
    assert not Incident.objects.exists()


def test_a_row_that_turned_wrong_takes_all_back(checked, people, carry_out, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 2)
    run = checked(*[GOOD] * 5)
    run = actions.start_import(run, mode="all", by=people.dgp_head)
    takes, count = work._take, iter(range(9))

    def later(run, batch, read, *, numbers):
        if next(count) < 2:
            return takes(run, batch, read, numbers=numbers)
        return takes(run, [(9, batch[-1][1], ["NOPE"])], read, numbers=numbers)

    monkeypatch.setattr(work, "_take", later)
    assert finished(run, carry_out) == ("refused", 0, 0, 1)
    assert not Incident.objects.exists()


def test_row_by_row_logs_what_is_right(checked, people, carry_out):
    run = checked(GOOD, WRONG, GOOD)
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    assert finished(run, carry_out) == ("done", 2, 0, 1)
    assert Incident.objects.count() == 2


def test_a_killed_worker_loses_and_doubles_nothing(checked, people, carry_out, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 3)
    run = checked(*[GOOD.replace("214", str(n)) for n in range(10)])
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    message = Message.objects.filter(channel="import").latest("pk")
    logs, count = work._log, iter(range(9))

    def dies(*given):
        logs(*given)
        if next(count) == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(work, "_log", dies)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            actions.advance_import(message.payload["run"], message.payload["turn"])
    # The test's own transaction holds what the first batch committed; go on as the outbox would.
    run.refresh_from_db()
    actions.advance_import(str(run.uid), run.turn)
    assert finished(run, carry_out) == ("done", 10, 0, 0)
    assert Incident.objects.count() == 10
    actions.advance_import(str(run.uid), run.turn)
    assert Incident.objects.count() == 10


def test_the_work_goes_on_in_slices(checked, people, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 1)
    run = checked(GOOD, GOOD, GOOD)
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    actions.advance_import(str(run.uid), run.turn, seconds=0)
    run.refresh_from_db()
    assert (run.state, run.made) == ("running", 1)
    keys = Message.objects.filter(channel="import").values_list("key", flat=True)
    assert f"{run.ref}:{run.turn}:{run.offset}" in keys
    # A message of the pass before does nothing.
    actions.advance_import(str(run.uid), run.turn - 1)
    run.refresh_from_db()
    assert run.made == 1


def test_the_same_file_is_imported_once_by_its_side(checked, people, carry_out, unit):
    run = checked(GOOD)
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    carry_out()
    again = checked(GOOD)
    assert (again.made, again.known) == (0, 1)
    other = checked(GOOD, by=people.lv_hq)
    for each, by in ((again, people.dgp_head), (other, people.lv_hq)):
        with pytest.raises(Refused, match="already"):
            actions.start_import(each, mode="rows", by=by)
    assert Incident.objects.count() == 1
    with refused_by_database("file_is_imported_once"):
        Import.objects.filter(pk=other.pk).update(claim=run.sha256)


def test_a_stopped_import_goes_on_where_it_was(checked, people, carry_out, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 1)
    run = checked(GOOD, GOOD, GOOD)
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    actions.advance_import(str(run.uid), run.turn, seconds=0)
    actions.stop_import(run, by=people.dgp_head)
    actions.stop_import(run, by=people.dgp_head)
    assert finished(run, carry_out)[:2] == ("stopped", 1)
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    assert finished(run, carry_out)[:2] == ("done", 3)
    assert Incident.objects.count() == 3


def test_whoever_loses_the_right_imports_no_further(checked, people, carry_out):
    run = checked(GOOD)
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    people_actions.end_posting(people.dgp_head.postings.get(), by=None)
    assert finished(run, carry_out)[:2] == ("stopped", 0)
    assert run.why == "not_allowed"
    assert not Incident.objects.exists()


def test_only_heads_and_headquarters_import_and_only_within_reach(people, unit, upload, carry_out):
    for who in ("dgp_officer", "dgp_duty", "pol_head", "rix_head", "stranger"):
        with pytest.raises(NotAllowed):
            upload(GOOD, by=getattr(people, who))
    with pytest.raises(Invalid, match="not to a desk"):
        upload(GOOD, at="DESK-DGP")
    head = HEAD.replace("\n", ";Unit\n")
    line = GOOD.replace("\n", "")
    run = upload(f"{line};LV-RIX\n", f"{line};BY-POL\n", f"{line};LV-DGP-SIL\n", head=head)
    actions.map_import(run, mapping=run.mapping, by=people.dgp_head)
    assert finished(run, carry_out) == ("checked", 1, 0, 2)


def test_a_mapping_without_what_every_incident_needs_is_refused(upload, people):
    run = upload(GOOD)
    for mapping in ({}, {**run.mapping, "1": "category"}, {**run.mapping, "1": "nonsense"}):
        with pytest.raises(Invalid) as refusal:
            actions.map_import(run, mapping=mapping, by=people.dgp_head)
        assert refusal.value.fields["mapping"]
    with pytest.raises(Invalid, match="clock"):
        actions.map_import(run, mapping=run.mapping, zone="Mars/Olympus", by=people.dgp_head)


def test_a_unit_s_mapping_is_remembered(upload, people, carry_out):
    head = HEAD.replace("Virsraksts", "Zzz")
    run = upload(GOOD, head=head)
    assert run.mapping["2"] == ""
    actions.map_import(run, mapping={**run.mapping, "2": "headline"}, by=people.dgp_head)
    assert upload(GOOD, head=head).mapping["2"] == "headline"
    assert upload(GOOD, head=head, at="LV-DGP-SIL").mapping["2"] == ""


def test_a_file_marked_asylum_never_leaves_its_side(checked, people, carry_out, both_sides_on_duty):
    run = checked(GOOD.replace("UBC-LND", "ASY"))
    run = actions.start_import(run, mode="rows", by=people.dgp_head)
    carry_out()
    assert Share.objects.get().unit.side == "LV"
    assert not Share.objects.visible_to(people.pol_duty).exists()


CELLS = {
    "=1+1": "'=1+1", "+371": "'+371", "-5": "'-5", "@x": "'@x", "plain": "plain",
}  # fmt: skip


def test_wrong_rows_come_back_with_their_columns_and_reasons_in_the_readers_language(
    checked, people, signed_in
):
    rows = [f"NOPE;9;{text};17.02.2026;08:00;;;;\n" for text in CELLS]
    run = checked(*rows, GOOD)
    people.dgp_head.language = "en"
    people.dgp_head.save(update_fields=["language"])
    answer = signed_in(people.dgp_head).get(f"/incidents/import/{run.uid}/errors.csv")
    raw = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *lines = list(csv.reader(io.StringIO(raw), delimiter=";"))
    assert head == ["Row", *HEAD.strip().split(";"), "What is wrong"]
    assert [line[3] for line in lines] == list(CELLS.values())
    assert [line[0] for line in lines] == ["2", "3", "4", "5", "6"]
    assert "Kategorija: “NOPE” is neither a code nor a name in the list." in lines[0][-1]
    assert Entry.objects.filter(about="export:import_faults").get().facts["rows"] == 5


def test_the_page_leads_from_the_file_to_the_incidents(people, unit, signed_in, carry_out):
    browser = signed_in(people.dgp_head)
    assert browser.get("/incidents/import/").status_code == 200
    answer = browser.post(
        "/incidents/import/", {"unit": "LV-DGP", "file": made_files.upload(table(GOOD), "a.csv")}
    )
    page = answer["Location"]
    body = browser.get(page).content.decode()
    assert 'name="column-2"' in body
    assert "Astoņi cilvēki" in body
    run = Import.objects.get()
    mapping = {f"column-{n}": target for n, target in run.mapping.items()}
    wrong = browser.post(page, {**mapping, "column-0": "", "zone": run.zone})
    assert wrong.status_code == 400
    browser.post(page, {**mapping, "zone": run.zone})
    assert "data-busy" in browser.get(page).content.decode()
    carry_out()
    assert f'action="{page}start/"' in browser.get(page).content.decode()
    browser.post(f"{page}start/", {"mode": "all"})
    carry_out()
    browser.get(page)
    run.refresh_from_db()
    assert (run.state, run.made) == ("done", 1)


@pytest.mark.parametrize("name", ["a.ods", "a.csv", "x/../a.csv", "a.exe.csv"])
def test_the_page_says_what_is_wrong_with_a_file(name, people, signed_in):
    answer = signed_in(people.dgp_head).post(
        "/incidents/import/", {"unit": "LV-DGP", "file": made_files.upload(b"A;B\x00\n1;2", name)}
    )
    assert answer.status_code in (302, 400) if name == "x/../a.csv" else answer.status_code == 400


def test_who_may_not_import_finds_no_door(people, upload, signed_in, api):
    run = upload(GOOD)
    assert signed_in(people.dgp_officer).get("/incidents/import/").status_code == 403
    for who in ("dgp_duty", "pol_head", "by_hq", "rix_head"):
        browser = signed_in(getattr(people, who))
        assert browser.get(f"/incidents/import/{run.uid}/").status_code == 404
        assert browser.post(f"/incidents/import/{run.uid}/stop/").status_code == 404
        assert api(getattr(people, who)).get(f"/api/v1/imports/{run.uid}/").status_code == 404
    assert signed_in(people.lv_hq).get(f"/incidents/import/{run.uid}/").status_code == 200


def test_the_api_does_the_same(people, api, carry_out):
    client = api(people.dgp_head)
    made = client.post(
        "/api/v1/imports/",
        {"unit": "LV-DGP", "file": made_files.upload(table(GOOD, WRONG), "a.csv")},
        format="multipart",
    )
    assert made.status_code == 201, made.content
    run = made.json()
    at = f"/api/v1/imports/{run['uid']}/"
    assert client.post(f"{at}mapping/", {"mapping": {}}).status_code == 400
    mapped = client.post(f"{at}mapping/", {"mapping": run["mapping"]})
    assert mapped.json()["state"] == "checking"
    assert client.post(f"{at}start/", {"mode": "rows"}).status_code == 409
    carry_out()
    assert client.get(at).json()["wrong"] == 1
    assert client.post(f"{at}start/", {"mode": "all"}).status_code == 409
    assert client.post(f"{at}start/", {"mode": "rows"}).json()["state"] == "running"
    carry_out()
    assert client.get(at).json()["state"] == "done"
    assert client.post(f"{at}stop/").json()["state"] == "done"
    assert b"NOPE" in b"".join(client.get(f"{at}errors/").streaming_content)
    assert [row["uid"] for row in client.get("/api/v1/imports/").json()] == [run["uid"]]
    json.dumps(run)
