"""The pages of the lists: who reads them, what each door does, and that nothing typed is lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from bordercoop.reference.models import Place, PlaceStatus, Proposal, Term
from contactpoints import actions
from contactpoints.models import Desk, Unit
from tests.contactpoints.lists.conftest import NEW_CATEGORY

pytestmark = pytest.mark.django_db

LISTS = "/administration/lists/"
PAGES = [
    LISTS, f"{LISTS}units/", f"{LISTS}units/DESK-DGP/", f"{LISTS}categories/",
    f"{LISTS}severities/", f"{LISTS}closing-grounds/", f"{LISTS}places/", f"{LISTS}deadlines/",
    f"{LISTS}templates/", f"{LISTS}templates/crossing_group/", f"{LISTS}deadlines/first_report/",
    f"{LISTS}categories/ASY/", "/administration/proposals/", "/places/", "/places/SIL-URB/",
    "/places/POLOTSK/",
]  # fmt: skip


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("who", ["lv_admin", "pol_officer", "by_auditor"])
def test_every_officer_reads_the_lists(who, people, signed_in):
    client = signed_in(getattr(people, who))
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 200, page
        if not who.endswith("admin"):
            assert 'method="post" class="card"' not in text(answer), "nothing to change"


def test_without_a_posting_the_lists_do_not_exist_and_the_places_do(people, signed_in, client):
    stranger = signed_in(people.stranger)
    assert stranger.get(LISTS).status_code == 404
    assert stranger.get("/places/").status_code == 200
    assert client.get("/places/").status_code == 302
    assert client.get(LISTS).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        f"{LISTS}weather/", f"{LISTS}categories/NOPE/", f"{LISTS}units/NOPE/", "/places/NOPE/",
        f"{LISTS}categories/{'x' * 5000}/", "/places/%D0%AB/",
        "/administration/proposals/00000000-0000-0000-0000-000000000000/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(address, people, signed_in):
    assert signed_in(people.lv_admin).get(address).status_code == 404


def test_a_proposal_is_typed_looked_at_sent_and_confirmed(people, signed_in, typed, row):
    ours, theirs = signed_in(people.lv_admin), signed_in(people.by_admin)
    address = f"{LISTS}categories/REF/change/"
    form = typed(ours, address, name_lv="Ieceļošana liegta", reason="The courts say so.")
    seen = ours.post(address, {**form, "step": "preview"})
    assert seen.status_code == 200
    assert "Ieceļošana liegta" in text(seen)
    assert not Proposal.objects.exists(), "looking sends nothing"
    token = typed_token(seen)
    sent = ours.post(address, {**form, "previewed": token, "step": "send"})
    made = Proposal.objects.get()
    assert sent["Location"] == f"/administration/proposals/{made.uid}/"
    page = f"/administration/proposals/{made.uid}/"
    assert "withdraw/" in text(ours.get(page))
    assert "confirm/" not in text(ours.get(page))
    assert "confirm/" in text(theirs.get(page))
    assert "decline/" in text(theirs.get(page))
    assert 'class="card hot"' in text(theirs.get("/")), "the tile of proposals to confirm"
    assert theirs.post(f"{page}confirm/").status_code == 302
    assert row().name_lv == "Ieceļošana liegta"
    assert people.lv_admin.name_latin in text(theirs.get(f"{LISTS}categories/REF/"))


def typed_token(answer):
    (token,) = re.findall(r'name="previewed" value="([0-9a-f]{32})"', text(answer))
    return token


def test_what_was_typed_after_the_preview_is_previewed_again(people, signed_in, typed):
    ours, address = signed_in(people.lv_admin), f"{LISTS}categories/REF/change/"
    form = typed(ours, address, name_lv="Pirmais", reason="Why.")
    token = typed_token(ours.post(address, {**form, "step": "preview"}))
    again = ours.post(address, {**form, "name_lv": "Otrais", "previewed": token, "step": "send"})
    assert again.status_code == 200
    assert "Otrais" in text(again)
    assert not Proposal.objects.exists()


def test_a_wrong_field_is_marked_and_nothing_typed_is_lost(people, signed_in, typed):
    ours, address = signed_in(people.lv_admin), f"{LISTS}templates/place_closes/change/"
    form = typed(ours, address, text_lv="Vieta {palce}", name_en="Kept words", reason="Why.")
    answer = ours.post(address, {**form, "step": "preview"})
    assert answer.status_code == 400
    assert "{palce}" in text(answer)
    assert "Kept words" in text(answer)


def test_a_stale_form_shows_both_and_can_be_sent_again(people, signed_in, typed):
    ours, address = signed_in(people.lv_admin), f"{LISTS}categories/REF/change/"
    form = typed(ours, address, name_lv="Mans vārds", reason="Why.")
    Term.objects.filter(code="REF").update(version=2, name_lv="Kas stāv")
    answer = ours.post(address, {**form, "step": "preview"})
    assert answer.status_code == 409
    assert "Kas stāv" in text(answer)
    assert "Mans vārds" in text(answer)
    assert 'name="version" value="2"' in text(answer)


@pytest.mark.parametrize("who", ["lv_hq", "dgp_duty", "lv_auditor"])
def test_others_are_told_who_proposes(who, people, signed_in):
    client = signed_in(getattr(people, who))
    for page in ("categories/new/", "categories/REF/change/", "categories/REF/retire/"):
        assert client.get(f"{LISTS}{page}").status_code == 403


def test_the_own_side_and_others_get_a_sentence_instead_of_a_decision(propose, people, signed_in):
    page = f"/administration/proposals/{propose().uid}/"
    for who in (people.lv_admin, people.by_hq):
        for verb in ("confirm/", "decline/"):
            answer = signed_in(who).post(f"{page}{verb}", {"reason": "No."})
            assert answer.status_code == 403
    assert signed_in(people.by_admin).post(f"{page}withdraw/").status_code == 403


def test_declining_without_a_reason_asks_for_it(propose, people, signed_in):
    made = propose()
    theirs = signed_in(people.by_admin)
    page = f"/administration/proposals/{made.uid}/decline/"
    assert theirs.post(page, {"reason": ""}).status_code == 400
    assert theirs.post(page, {"reason": "The old word stands in the agreement."}).status_code == 302
    made.refresh_from_db()
    assert made.state == "declined"


def test_a_stale_proposal_says_so_beside_three_columns(propose, people, signed_in):
    made = propose()
    Term.objects.filter(code="REF").update(version=2, name_lv="Kas stāv")
    theirs, page = signed_in(people.by_admin), f"/administration/proposals/{made.uid}/"
    shown = text(theirs.get(page))
    assert "Kas stāv" in shown
    assert "decline/" in shown
    assert "confirm/" not in shown, "what cannot be confirmed has no button"
    answer = theirs.post(f"{page}confirm/")
    assert answer.status_code == 409
    for words in ("Kas stāv", "Ieceļošana liegta", "Ieceļošanas atteikums"):
        assert words in text(answer)


def test_a_decided_proposal_does_not_say_that_the_old_words_stand_now(
    propose, people, signed_in, row
):
    made, theirs = propose(), signed_in(people.by_admin)
    theirs.post("/profile/language/", {"language": "en"})
    page = f"/administration/proposals/{made.uid}/"
    assert "Stands now" in text(theirs.get(page))
    assert theirs.post(f"{page}confirm/").status_code == 302
    assert row().name_lv == made.after["name_lv"]
    shown = text(theirs.get(page))
    assert "Stands now" not in shown
    assert "When it was proposed" in shown


def test_the_menu_shows_where_a_proposal_belongs(propose, people, signed_in):
    ours = signed_in(people.lv_admin)
    for page in (
        LISTS,
        "/administration/proposals/",
        f"/administration/proposals/{propose().uid}/",
    ):
        menu = text(ours.get(page))
        assert re.findall(r'<a href="([^"]+)" aria-current="page"', menu) == [LISTS], page
    assert 'aria-current="page"' not in text(ours.get("/glossary/"))


def test_all_that_is_wrong_is_told_at_once_and_names_its_field(people, signed_in, typed):
    ours, address = signed_in(people.lv_admin), f"{LISTS}categories/REF/change/"
    ours.post("/profile/language/", {"language": "en"})
    form = typed(ours, address, name_lv="", name_en="", reason="")
    answer = ours.post(address, {**form, "step": "preview"})
    assert answer.status_code == 400
    told = re.findall(r'<a href="#id_(\w+)">([^<]+)</a>', text(answer))
    assert [name for name, _ in told] == ["name_lv", "name_en", "reason"]
    assert len({sentence for _, sentence in told}) == 3


@pytest.mark.parametrize("ending", ["declined", "withdrawn"])
def test_what_came_to_nothing_is_proposed_again_from_what_stands_now(
    ending, propose, people, signed_in, typed
):
    made = propose(values={"name_lv": "Ieceļošana liegta", "name_ru": "Въезд запрещён"})
    ours, page = signed_in(people.lv_admin), f"/administration/proposals/{made.uid}/"
    again = f"{LISTS}categories/REF/change/?again={made.uid}"
    assert again not in text(ours.get(page)), "it is open still"
    if ending == "declined":
        actions.decline_proposal(made, reason="Too short.", by=people.by_admin)
    else:
        actions.withdraw_proposal(made, by=people.lv_admin)
    Term.objects.filter(code="REF").update(version=2, name_be="Змененае")
    assert again in text(ours.get(page))
    assert again not in text(signed_in(people.by_admin).get(page))
    form = typed(ours, again)
    assert (form["name_lv"], form["name_ru"]) == ("Ieceļošana liegta", "Въезд запрещён")
    assert form["name_be"] == "Змененае"
    assert form["version"] == "2"
    assert form["reason"] == made.reason
    for other in (f"{LISTS}categories/DOC/change/?again={made.uid}", f"{again}x"):
        assert typed(ours, other)["name_lv"] != "Ieceļošana liegta"


def test_a_new_row_that_was_declined_is_proposed_again_with_its_code(
    propose, people, signed_in, typed
):
    made = propose(code="CATTLE", deed="add", values=NEW_CATEGORY)
    actions.decline_proposal(made, reason="Later.", by=people.by_admin)
    ours, page = signed_in(people.lv_admin), f"/administration/proposals/{made.uid}/"
    again = f"{LISTS}categories/new/?again={made.uid}"
    assert again in text(ours.get(page))
    form = typed(ours, again)
    assert (form["code"], form["parent"], form["borders"]) == ("CATTLE", "RGM", ["land"])
    assert form["name_be"] == NEW_CATEGORY["name_be"]


def test_whoever_proposed_reads_the_decision_and_its_reason_on_the_first_page(
    propose, people, signed_in, time_machine
):
    for code, decide in (
        ("REF", lambda made: actions.confirm_proposal(made, by=people.by_admin)),
        ("DOC", lambda made: actions.decline_proposal(made, reason="No.", by=people.by_admin)),
        ("STY", lambda made: actions.withdraw_proposal(made, by=people.lv_admin)),
    ):
        decide(propose(code=code))
    ours, theirs = signed_in(people.lv_admin), signed_in(people.by_admin)

    def answered(client):
        shown = re.search(r'aria-labelledby="answered".*?</section>', text(client.get(LISTS)), re.S)
        return re.findall(r'class="ref">(\w+)<', shown[0]) if shown else []

    assert answered(ours) == ["DOC", "REF"]
    assert answered(theirs) == []
    assert "No." in text(ours.get(LISTS))
    time_machine.move_to(now() + timedelta(days=15))
    assert answered(signed_in(people.lv_admin)) == []


def test_retiring_is_proposed_by_its_page_too(people, signed_in, typed):
    ours, address = signed_in(people.lv_admin), f"{LISTS}categories/OTH/retire/"
    form = typed(ours, address, reason="Nobody uses it.")
    token = typed_token(ours.post(address, {**form, "step": "preview"}))
    assert ours.post(address, {**form, "previewed": token, "step": "send"}).status_code == 302
    assert Proposal.objects.get().deed == "retire"


# Units and desks


def test_a_unit_is_added_edited_moved_and_retired_by_its_pages(people, signed_in, typed):
    ours = signed_in(people.lv_admin)
    names = {f"name_{code}": f"Post {code}" for code in ("lv", "be", "ru", "en")}
    form = typed(ours, f"{LISTS}units/new/?below=LV-DGP", code="LV-DGP-NEW", **names)
    assert form["parent"] == "LV-DGP"
    assert ours.post(f"{LISTS}units/new/", form)["Location"] == f"{LISTS}units/LV-DGP-NEW/"
    page = f"{LISTS}units/LV-DGP-NEW/"
    form = {**names, "kind": "local", "place": "", "order": "7", "version": "1", "name_lv": "Cits"}
    assert ours.post(page, form).status_code == 302
    stale = ours.post(page, {**form, "name_lv": "Vēl cits"})
    assert stale.status_code == 409
    assert "Vēl cits" in text(stale)
    assert ours.post(f"{page}move/", {"parent": "LV-RIX"}).status_code == 302
    assert ours.post(f"{page}move/", {"parent": "BY-POL"}).status_code == 400
    assert ours.post(f"{page}retire/", {"on": "nonsense"}).status_code == 400
    assert ours.post(f"{page}retire/", {"on": ""}).status_code == 302
    unit = Unit.objects.get(code="LV-DGP-NEW")
    assert (unit.name_lv, unit.parent.code, unit.retired_at is None) == ("Cits", "LV-RIX", False)
    assert ours.post(f"{page}restore/").status_code == 302
    history = text(ours.get(page))
    assert history.count('class="node on"') == 5


def test_a_held_unit_is_not_retired_and_the_page_says_why(people, signed_in):
    people.dgp_officer
    people.lv_admin.language = "en"
    people.lv_admin.save(update_fields=["language"])
    answer = signed_in(people.lv_admin).post(f"{LISTS}units/LV-DGP/retire/", {"on": ""})
    assert answer.status_code == 409
    assert "1 officer is posted there" in text(answer)


def test_the_other_sides_units_are_read_only(people, signed_in):
    theirs = signed_in(people.by_admin)
    page = f"{LISTS}units/LV-DGP-SIL/"
    assert "retire/" not in text(theirs.get(page))
    for verb, form in (
        ("", {"version": "1", "kind": "local", "name_lv": "x"}), ("move/", {"parent": "LV-RIX"}),
        ("move/", {"parent": "BY-GPK"}), ("retire/", {"on": ""}), ("retire/", {"on": "junk"}),
        ("restore/", {}),
    ):  # fmt: skip
        assert theirs.post(f"{page}{verb}", form).status_code == 403, verb
    assert theirs.post(f"{LISTS}units/DESK-DGP/desk/", {}).status_code == 403


def test_a_desk_is_edited_by_its_page(people, signed_in):
    ours, page = signed_in(people.lv_admin), f"{LISTS}units/DESK-DGP/desk/"
    form = {"hours": "24/7", "phone": "+371 1", "email": "", "languages": ["lv", "en"]}
    assert ours.post(page, {**form, "phone": "none"}).status_code == 400
    assert ours.post(page, form).status_code == 302
    assert Desk.objects.get(unit__code="DESK-DGP").phone == "+371 1"
    assert ours.post(f"{LISTS}units/LV-DGP/desk/", form).status_code == 404


# Places


def test_both_sides_are_shown_and_the_own_one_is_recorded(people, signed_in):
    ours, theirs = signed_in(people.dgp_head), signed_in(people.pol_head)
    page = "/places/PAT-GRI/"
    form = {
        "state": "closed", "since_date": "01.01.2026", "since_time": "10:00",
        "since_zone": "Europe/Riga", "reason": "Ice.", "expected_on": "",
    }  # fmt: skip
    assert ours.post(f"{page}status/", {**form, "reason": ""}).status_code == 400
    kept = ours.post(f"{page}status/", {**form, "state": "", "reason": "Typed words"})
    assert kept.status_code == 400
    assert "Typed words" in text(kept)
    assert ours.post(f"{page}status/", form).status_code == 302
    status = PlaceStatus.objects.get(place__code="PAT-GRI")
    assert (status.side, status.since.isoformat()) == ("LV", "2026-01-01T08:00:00+00:00")
    assert theirs.post(
        f"{page}status/", {**form, "state": "open", "reason": "", "since_zone": "Europe/Minsk"}
    )
    shown = text(theirs.get(page))
    assert shown.count("<time") >= 4
    assert "Ice." in shown
    assert "#arrows-exchange" in text(theirs.get("/places/")), "the badge where they differ"


@pytest.mark.parametrize(
    "form", [{}, {"state": "open"}, {"state": "closed", "reason": "x" * 99999}]
)
def test_nobody_else_records_whatever_is_sent(form, people, signed_in):
    client = signed_in(people.dgp_duty)
    assert "status/" not in text(client.get("/places/PAT-GRI/"))
    answer = client.post("/places/PAT-GRI/status/", {
        "since_date": "01.01.2026", "since_time": "10:00", **form,
    })  # fmt: skip
    assert answer.status_code == 403


@pytest.mark.parametrize("junk", ["a\0b", "x" * 100_000, "\ud83d"])
def test_junk_is_answered_with_a_sentence(junk, people, signed_in, typed):
    ours = signed_in(people.lv_admin)
    address = f"{LISTS}categories/REF/change/"
    form = typed(ours, address, reason="Why.")
    everywhere = ("name_lv", "reason", "effective_on", "version", "previewed", "icon")
    sent = form | dict.fromkeys(everywhere, junk.encode("utf-8", "surrogatepass"))
    assert ours.post(address, {**sent, "step": "send"}).status_code < 500
    names = {"name_lv": junk.encode("utf-8", "surrogatepass"), "version": "1"}
    assert ours.post(f"{LISTS}units/LV-DGP-SIL/", names).status_code < 500


# The API, the frame, and what the pages cost


def test_the_api_gives_both_views_and_never_takes_silence_for_open(people, api):
    client = api(people.pol_officer)
    actions.record_status(
        Place.objects.get(code="SIL-URB"), state="open",
        since=datetime(2024, 1, 1, tzinfo=UTC), by=people.by_hq,
    )  # fmt: skip
    rows = {row["code"]: row for row in client.get("/api/v1/places/").json()["results"]}
    silene = rows["SIL-URB"]
    assert [(o["side"], o["state"]) for o in silene["opening"]] == [
        ("LV", "closed"), ("BY", "open"),
    ]  # fmt: skip
    assert silene["differ"] is True
    assert silene["opening"][0]["since"] == "2023-09-19T17:00:00.000000Z"
    assert {o["state"] for o in rows["PAT-GRI"]["opening"]} == {"unknown"}
    assert rows["POLOTSK"]["opening"] == []


def test_the_api_of_places_wants_an_account(client):
    assert client.get("/api/v1/places/").status_code == 401


def test_the_menu_has_the_lists_for_administrators_only(people, signed_in):
    assert f'href="{LISTS}"' in text(signed_in(people.lv_admin).get("/places/"))
    assert f'href="{LISTS}"' not in text(signed_in(people.dgp_duty).get("/places/"))


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (LISTS, 19), (f"{LISTS}categories/", 10), (f"{LISTS}units/", 8),
        (f"{LISTS}units/LV-DGP-SIL/", 21), (f"{LISTS}deadlines/", 9), ("/places/", 9),
        ("/administration/proposals/", 8),
    ],
)  # fmt: skip
def test_a_page_costs_the_same_however_long_its_list_is(address, most, people, signed_in, propose):
    for code in ("REF", "DOC", "STY", "CBC"):
        propose(code=code, values={"name_lv": "Cits"})
    client = signed_in(people.lv_admin)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= most, [query["sql"][:90] for query in queries]
