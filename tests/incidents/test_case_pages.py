"""The pages of a joint investigation: what each side sees, what a button does."""

import re

import pytest

from bordercoop.files import store
from incidents import actions
from incidents.models import CaseEntry, CaseState, Investigation
from tests import made_files as made
from tests.contactpoints import procedures_made
from tests.incidents.cases import FACTS, guideline_in_force
from tests.incidents.receipts import case_of

pytestmark = pytest.mark.django_db
# The first clock that a time of this name may be read on: its zone and what it is called.
CLOCKS = r'name="{name}_zone"[^>]*>\s*<option value="([^"]+)"[^>]*>([^<]+)<'
MEET = {"meet_date": "", "meet_time": "", "meet_zone": "Europe/Riga"}


@pytest.fixture
def english(people):
    def speak(*users):
        for user in users:
            user.language = "en"
            user.save(update_fields=["language"])

    return speak


@pytest.fixture
def seats(cases, signed_in, english):
    """Both border representatives, signed in and reading English."""
    english(cases.lv, cases.by)
    return signed_in(cases.lv), signed_in(cases.by)


def text(answer):
    return answer.content.decode()


def page(seat, case, tail=""):
    return seat.get(f"/investigations/{case.uid}/{tail}")


PROPOSAL = {
    "client_ref": "6c3f8f9c-0000-4000-8000-00000000000a", "title": FACTS["title"],
    "category": "UBC-LND", "grounds": FACTS["grounds"], "language": "en",
    "happened_date": "17.02.2026", "happened_time": "08:00", "happened_zone": "Europe/Riga",
    "sign": "", "border_sign": "214", "place": "", "coordinates": "55.79, 27.61", "incident": "",
    "unit": "LV-DGP", "point": "CCP-LAND", "by_language": "be",
}  # fmt: skip


def test_a_case_goes_from_the_form_to_the_line_by_its_pages(cases, seats):
    guideline_in_force()
    lv, by = seats
    answer = lv.post("/investigations/new/", PROPOSAL)
    case = Investigation.objects.get()
    assert answer.url == f"/investigations/{case.uid}/"
    assert "Agree to investigate together" not in text(page(lv, case))
    assert "Agree to investigate together" in text(page(by, case))
    assert case.title in text(by.get("/investigations/"))
    do = f"/investigations/{case.uid}/do/"
    assert by.post(do, {"do": "agree", "unit": "BY-POL", "by_language": "be"}).status_code == 302
    for seat in seats:
        for said in ({"function": "leader", "name": "Leader"},
                     {"function": "interpreter", "name": "Interpreter"}):  # fmt: skip
            assert seat.post(do, {"do": "member", "officer": "", **said}).status_code == 302
    refused = lv.post(do, {"do": "form_team"})
    assert refused.status_code == 409
    assert "Steps of the guideline are open" in text(refused)
    for seat in seats:
        assert seat.post(f"/investigations/{case.uid}/steps/do_agreed/").status_code == 302
    assert lv.post(do, {"do": "form_team"}).status_code == 302
    assert lv.post(do, {"do": "meet", **MEET}).status_code == 400
    meet = {"do": "meet", "meet_date": "31.12.2026", "meet_time": "10:00",
            "meet_zone": "Europe/Riga", "border_sign": "215"}  # fmt: skip
    assert by.post(do, meet).status_code == 302
    skip = {"do": "skip", "reason": ""}
    wrong = lv.post(f"/investigations/{case.uid}/steps/do_team_formed/", skip)
    assert wrong.status_code == 400
    assert "Write why this step is left out." in text(wrong)
    lv.post(f"/investigations/{case.uid}/steps/do_team_formed/", {**skip, "reason": "Known."})
    assert lv.post(do, {"do": "go_on_site"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.border_sign, case.by_language) == ("on_site", "215", "be")


def test_what_was_typed_stays_when_it_is_refused(cases, seats):
    lv, _by = seats
    answer = lv.post("/investigations/new/", {**PROPOSAL, "title": "", "happened_date": "nonsense"})
    assert answer.status_code == 400
    assert FACTS["grounds"] in text(answer)
    assert "nonsense" in text(answer)
    unknown = lv.post("/investigations/new/", {**PROPOSAL, "incident": "LV-DGP-2026-99999"})
    assert unknown.status_code == 400
    assert "no incident with this number" in text(unknown)


def test_a_proposal_begins_with_the_incident_and_names_it(cases, seats, incident):
    lv, by = seats
    about = incident(headline="Zqheadline", border_sign="214")
    form = text(lv.get(f"/investigations/new/?incident={about.number}"))
    assert "Zqheadline" in form
    assert "214" in form
    lv.post("/investigations/new/", {**PROPOSAL, "incident": about.number.lower()})
    case = Investigation.objects.get()
    assert about.number in text(page(lv, case))
    assert about.number not in text(page(by, case))


def test_who_does_not_read_the_case_finds_nothing(cases, people, signed_in):
    case = cases.at("on_site")
    entry = cases.entry(case)
    for who in (people.rix_duty, people.dgp_officer, people.msq_duty):
        seat = signed_in(who)
        for tail in ("", "entries/new/", f"entries/{entry.number}/"):
            assert page(seat, case, tail).status_code == 404
        assert seat.post(f"/investigations/{case.uid}/do/", {"do": "agree"}).status_code == 404
        assert case.number not in text(seat.get("/investigations/"))


def test_the_duty_officer_reads_and_has_no_buttons(cases, people, signed_in, english):
    case = cases.at("on_site")
    english(people.pol_duty)
    seat = signed_in(people.pol_duty)
    read = text(page(seat, case))
    assert case.title in read
    assert "What you can do now" not in read
    assert seat.post(f"/investigations/{case.uid}/do/", {"do": "form_team"}).status_code == 403
    assert seat.get("/investigations/new/").status_code == 403


def test_an_entry_is_written_exchanged_commented_and_answered_by_the_pages(cases, seats):
    lv, by = seats
    case = cases.at("on_site")
    said = {"kind": "trace", "title": "Zqprint", "text": "Zqtext", "language": "en",
            "client_ref": "6c3f8f9c-0000-4000-8000-00000000000b"}  # fmt: skip
    lv.post(f"/investigations/{case.uid}/entries/new/", said)
    lv.post(f"/investigations/{case.uid}/entries/new/", said)
    entry = CaseEntry.objects.get(side="LV")
    here = f"entries/{entry.number}/"
    assert page(by, case, here).status_code == 404
    assert "Zqprint" not in text(page(by, case))
    lv.post(f"/investigations/{case.uid}/exchange/", {"entry": [str(entry.number), "x"]})
    assert "Zqtext" in text(page(by, case, here))
    comment = {"do": "comment", "client_ref": "6c3f8f9c-0000-4000-8000-00000000000c",
               "text": "Zqcomment", "proposed": "Zqother", "language": "en"}  # fmt: skip
    assert by.post(f"/investigations/{case.uid}/{here}do/", comment).status_code == 302
    found = entry.comments.get()
    at = f"/investigations/{case.uid}/{here}comments/{found.uid}/"
    assert by.post(at, {"state": "accepted"}).status_code == 403
    assert lv.post(at, {"state": "refused", "answer": ""}).status_code == 400
    assert lv.post(at, {"state": "accepted"}).status_code == 302
    assert "Zqother" in text(page(by, case, here))
    change = {"do": "change", "version": "1", "title": "Zqprint", "text": "Late"}
    stale = lv.post(f"/investigations/{case.uid}/{here}do/", change)
    assert stale.status_code == 409
    assert "Late" in text(stale)
    assert "Zqother" in text(stale)  # what stands now, beside what was typed
    assert 'name="version" value="2"' in text(stale)


def test_a_file_of_an_entry_has_its_sum_in_the_log_and_is_kept(cases, seats):
    lv, by = seats
    case = cases.at("on_site")
    entry = cases.entry(case)
    at = f"/investigations/{case.uid}/entries/{entry.number}/"
    said = {"do": "file", "file": made.upload(made.pdf(b"1"), "plan.pdf")}
    assert lv.post(f"{at}do/", said).status_code == 302
    file = entry.files.get()
    assert entry.custody.last().sums == [file.sha256]
    download = f"{at}files/{file.uid}/"
    assert b"".join(lv.get(download).streaming_content).startswith(b"%PDF")
    assert by.get(download).status_code == 404
    actions.exchange_entries(case, [entry], by=cases.lv)
    assert by.get(download).status_code == 200
    refused = lv.post(f"{at}do/", {"do": "file", "file": made.upload(b"MZ", "run.pdf")})
    assert refused.status_code == 400
    store.path_of(file.sha256).touch()
    actions.forget_stray_files()
    assert store.path_of(file.sha256).exists()


def test_a_page_costs_the_same_however_much_was_brought_in(
    cases, seats, django_assert_max_num_queries
):
    lv, _by = seats
    case = cases.at("on_site")
    lv.get(f"/investigations/{case.uid}/")  # what a process reads once a minute
    for number in range(12):
        entry = cases.entry(case, title=f"Print {number}")
        actions.change_entry(entry, title="x", text=f"{number}", version=1, by=cases.lv)
    with django_assert_max_num_queries(45):
        assert text(page(lv, case)).count("entries/") >= 12
    for _number in range(3):
        cases.propose()
    with django_assert_max_num_queries(22):
        assert text(lv.get("/investigations/")).count(case.title) >= 4


def test_every_form_offers_the_clock_of_its_reader_first(cases, people, seats):
    """A time that is typed without a look at the clock's name is then the officer's own."""
    case = case_of(people, CaseState.AGREED)
    for seat, first in zip(
        seats, (("Europe/Riga", "Riga"), ("Europe/Minsk", "Minsk")), strict=True
    ):
        for path, name in (
            ("/investigations/new/", "happened"),
            (f"/investigations/{case.uid}/", "meet"),
            (f"/investigations/{case.uid}/entries/new/", "taken"),
            (f"/investigations/{case.uid}/receipts/", "planned_at"),
            ("/meetings/new/", "at"),
        ):
            offered = CLOCKS.format(name=name)
            found = re.search(offered, text(seat.get(path)), re.DOTALL)
            assert found, path
            assert found.groups() == first, path
    # Refused for something else: the clock is still the one that was chosen.
    refused = text(seats[1].post("/investigations/new/", {**PROPOSAL, "title": ""}))
    assert 'value="Europe/Riga" selected' in refused


def test_steps_are_ticked_on_the_page_until_the_case_is_closed(people, seats):
    guideline_in_force(
        procedures_made.step("file_the_act", "signed"), procedures_made.step("say_why", "proposed")
    )
    case = case_of(people, CaseState.SIGNED)
    lv, _by = seats
    shown = text(page(lv, case))
    assert "Close your side" in shown
    assert f'/investigations/{case.uid}/steps/file_the_act/"' in shown
    do = f"/investigations/{case.uid}/do/"
    assert lv.post(do, {"do": "close", "reason": "Done."}).status_code == 409
    ticked = lv.post(f"/investigations/{case.uid}/steps/file_the_act/", {"do": "done"})
    assert ticked.status_code == 302
    lv.post(f"/investigations/{case.uid}/steps/say_why/", {"do": "done"})
    assert lv.post(do, {"do": "close", "reason": "Done."}).status_code == 302
