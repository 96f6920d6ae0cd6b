"""Printing: what stands on which view, who may have it, and that no text breaks the form."""

import io
import json
import re
from datetime import UTC, datetime

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.web.both import Both
from incidents import actions
from incidents.access import share_for
from incidents.printing import ENTRIES_MOST, content_mark, document
from tests.incidents.doors import typed

pytestmark = pytest.mark.django_db

EN_LV = ("en", "lv")


def reader(made):
    return pypdf.PdfReader(io.BytesIO(made))


def text_of(made):
    """The whole text on one line: where a line was broken says nothing."""
    pages = "\n".join(page.extract_text() for page in reader(made).pages)
    return " ".join(pages.replace("\u200b", "").split())


def printed(case, by, view="internal", desk="", languages=EN_LV):
    made = actions.print_incident(case, view=view, desk=desk, languages=languages, by=by)
    return text_of(made.content)


def test_the_internal_view_has_the_note_the_own_timeline_and_who_holds_what(people, released):
    case, _delivery = released()
    actions.add_note(case, text="Own words only.", by=people.dgp_officer)
    actions.supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    text = printed(case, people.dgp_duty)
    for said in ("Ask the second patrol.", "Own words only.", "added version 2", case.number,
                 "Version 2", "INTERNAL: Latvia only", "Which desk holds which version",
                 "Prepared by", "Tracks across the control strip."):  # fmt: skip
        assert said in text, said


def test_the_shared_view_is_the_copy_of_the_desk_and_nothing_else(people, released):
    case, _delivery = released(fields=["headline"])
    actions.add_note(case, text="Own words only.", by=people.dgp_officer)
    actions.add_note(case, text="For both of us.", audience="shared", by=people.dgp_duty)
    actions.add_note(case, text="Words of the others.", by=people.pol_duty)
    actions.supplement_incident(
        case, version=1, changes={"people_total": 4321}, by=people.dgp_officer
    )
    for by in (people.dgp_duty, people.pol_duty):
        text = printed(case, by, "shared")
        for said in ("SHARED with", "Belarus", "Eight people at border sign 214", "Version 1",
                     "For both of us.", "Handed over by"):  # fmt: skip
            assert said in text, said
        for hidden in ("Ask the second patrol.", "Own words only.", "Words of the others.",
                       "Tracks across", "4321", "55.79", "ersion 2", "added version",
                       "Which desk holds"):  # fmt: skip
            assert hidden not in text, (by.username, hidden)


def test_both_sides_print_the_same_content_mark_of_the_same_copy(people, released):
    case, _delivery = released(fields=["headline"])
    marks = {
        re.search(r"Content mark / [^:]+: ((?:\w{4} ){3}\w{4})", printed(case, by, "shared"))[1]
        for by in (people.dgp_duty, people.pol_duty)
    }
    assert marks == {content_mark(share_for(people.pol_duty, case))}
    assert marks != {content_mark(share_for(people.dgp_duty, case))}


def test_the_desk_is_asked_for_when_several_hold_a_copy(people, unit, released):
    people.msq_duty
    case, _delivery = released(fields=["headline"])
    actions.supplement_incident(
        case, version=1, changes={"border_sign": "215"}, by=people.dgp_officer
    )
    actions.release_incident(case, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    with pytest.raises(Invalid, match="Several desks"):
        printed(case, people.dgp_duty, "shared")
    assert "Version 1" in printed(case, people.dgp_duty, "shared", "DESK-POL")
    assert "Version 2" in printed(case, people.dgp_duty, "shared", "DESK-MSQ")
    with pytest.raises(Invalid, match="holds no copy"):
        printed(case, people.dgp_duty, "shared", "DESK-RIX")
    with pytest.raises(Invalid, match="holds no copy"):
        printed(case, people.pol_duty, "shared", "DESK-MSQ")


def test_the_other_side_never_gets_the_internal_view(people, released, signed_in, api):
    case, _delivery = released()
    with pytest.raises(NotAllowed, match="internal view"):
        printed(case, people.pol_duty)
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/print/?chosen=1&copy=internal"
                                          "&second=en")  # fmt: skip
    assert page.status_code == 403
    answer = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/pdf/?view=internal")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_an_own_desk_prints_what_was_released_to_it_and_it_stays_at_home(
    people, released, signed_in
):
    people.rix_duty
    case, _delivery = released(desks=("DESK-RIX",), fields=["headline"])
    text = printed(case, people.rix_duty, "shared")
    assert "INTERNAL: Latvia only, as released to" in text
    assert "Ask the second patrol." not in text
    with pytest.raises(NotAllowed):
        printed(case, people.rix_duty)
    # For the owner it is no shared view: the other side holds nothing.
    with pytest.raises(Refused, match="No desk of the other side"):
        printed(case, people.dgp_duty, "shared")


@pytest.mark.parametrize("category", ["ASY", "SIR"])
def test_what_never_crosses_has_no_shared_view(category, people, incident, api, signed_in):
    case = incident(category=category)
    with pytest.raises(NotAllowed, match="never leave their side"):
        printed(case, people.dgp_duty, "shared")
    answer = api(people.dgp_duty).get(f"/api/v1/incidents/{case.uid}/pdf/?view=shared")
    assert answer.status_code == 403
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/print/").content.decode()
    assert 'value="internal"' in page
    assert "DESK" not in page
    assert "INTERNAL: Latvia only" in printed(case, people.dgp_duty)


def test_what_was_released_to_nobody_has_no_shared_view(people, incident, api):
    case = incident()
    answer = api(people.dgp_duty).get(f"/api/v1/incidents/{case.uid}/pdf/?view=shared")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_released")


def test_what_is_invisible_is_not_there_in_print(people, incident, signed_in, api, client):
    case = incident()
    assert signed_in(people.pol_duty).get(f"/incidents/{case.uid}/print/").status_code == 404
    answer = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/pdf/?view=internal")
    assert answer.status_code == 404
    for path in (f"/incidents/{case.uid}/print/", "/incidents/form.pdf"):
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_the_dialog_asks_and_chooses_nothing_beforehand(people, released, signed_in):
    case, _delivery = released()
    browser, path = signed_in(people.dgp_duty), f"/incidents/{case.uid}/print/"
    page = browser.get(path).content.decode()
    assert 'value="internal"' in page
    assert 'value="DESK-POL"' in page
    assert "checked" not in page
    assert re.search(r'<option value="be"[^>]* selected', page)
    assert path in browser.get(f"/incidents/{case.uid}/").content.decode()
    unasked = browser.get(f"{path}?chosen=1&second=ru")
    assert unasked.status_code == 400
    assert re.search(r'<option value="ru"[^>]* selected', unasked.content.decode())
    assert not Entry.objects.filter(verb="incident.printed").exists()
    unknown = browser.get(f"{path}?chosen=1&copy=DESK-NO&second=ru")
    assert unknown.status_code == 400
    assert 'id="id_copy-error"' in unknown.content.decode()


def test_each_door_gives_a_tagged_pdf_of_its_own_name_that_nobody_keeps(
    people, released, signed_in, api
):
    case, _delivery = released()
    answers = [
        signed_in(people.dgp_duty).get(
            f"/incidents/{case.uid}/print/?chosen=1&copy=DESK-POL&second=be"
        ),
        api(people.dgp_duty).get(
            f"/api/v1/incidents/{case.uid}/pdf/?view=shared&languages=lv,be",
            HTTP_ACCEPT="application/pdf",
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.content[:300]
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'inline; filename="{case.number}-v1-shared.pdf"'
        assert "no-store" in answer["Cache-Control"]
        document = reader(answer.content)
        root = document.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "lv"
        assert document.metadata.title == f"{case.number} v1"
        assert b"<pdfuaid:part>1<" in root["/Metadata"].get_data()
        for page in document.pages:
            assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]


def test_a_printing_is_recorded_as_an_export_with_what_went_out(people, released):
    case, _delivery = released()
    printed(case, people.dgp_duty, "shared", languages=("ru", "be"))
    printed(case, people.pol_duty, "shared", languages=("be", "lv"))
    entries = Entry.objects.filter(verb="incident.printed", about=case.ref).order_by("pk")
    assert [entry.actor for entry in entries] == [people.dgp_duty, people.pol_duty]
    assert entries[0].facts == {
        "view": "shared", "desk": "DESK-POL", "version": 1, "languages": ["ru", "be"],
        "mark": content_mark(share_for(people.pol_duty, case)),
    }  # fmt: skip


@pytest.mark.parametrize("languages", [("lv", "lv"), ("lv", "xx"), ("", ""), ("lv", "be,ru")])
def test_two_different_languages_are_wanted(languages, people, incident, api):
    case = incident()
    with pytest.raises(Invalid, match="two different languages"):
        printed(case, people.dgp_duty, languages=languages)
    if all(languages):
        answer = api(people.dgp_duty).get(
            f"/api/v1/incidents/{case.uid}/pdf/?view=internal&languages={','.join(languages)}"
        )
        assert answer.status_code == 400
        assert "languages" in answer.json()["fields"]


@pytest.mark.parametrize("view", ["", "all", "INTERNAL", "x" * 5000])
def test_an_unknown_view_is_refused_with_a_sentence(view, people, incident, api):
    case = incident()
    answer = api(people.dgp_duty).get(f"/api/v1/incidents/{case.uid}/pdf/", {"view": view})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["view"])


def test_every_page_says_unverified_until_it_is_validated(people, incident):
    case = incident(narrative="A line.\n" * 200)
    made = actions.print_incident(case, view="internal", languages=EN_LV, by=people.dgp_duty)
    pages = reader(made.content).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert "UNVERIFIED" in text
        assert "NEAPSTIPRINĀTS" in text
        assert "INTERNAL: Latvia only" in text
        assert f"Page {number} of {len(pages)}" in text
    actions.verify_incident(case, by=people.dgp_leader)
    actions.validate_incident(case, by=people.lv_hq)
    assert "UNVERIFIED" not in printed(case, people.dgp_duty)


def test_both_languages_stand_in_the_row_of_a_field(people, incident):
    text = printed(incident(), people.dgp_duty, languages=("ru", "lv"))
    for pair in (r"Категория|Вид", "Veids", "Произошло", "Notika", "Координаты", "Koordinātas"):
        assert re.search(pair, text), pair


def test_a_printed_time_shows_both_clocks_and_utc(people, incident):
    case = incident(happened_at=datetime(2026, 2, 17, 23, 30, tzinfo=UTC), detected_at=None)
    text = printed(case, people.dgp_duty)
    assert "18 Feb 2026 01:30 Riga · 02:30 Minsk +1 h · 17 Feb 23:30 UTC" in text


def test_an_exercise_is_marked_across_every_page(people, unit, content):
    case = actions.report_incident(
        unit=unit("LV-DGP"), content=content(), exercise=True, by=people.dgp_officer
    )
    text = printed(case, people.dgp_duty)
    assert "EXERCISE" in text
    assert "Exercise: this did not happen." in text


def test_an_open_source_record_names_its_source(people, unit, content):
    case = actions.record_open_source(
        unit=unit("LV-SBG"), content=content(category="PER", internal_note=""),
        source_ref="iom:1", readers=[unit("BY-GPK")], by=people.lv_hq,
    )[0]  # fmt: skip
    text = printed(case, people.lv_hq)
    assert "IOM Missing Migrants Project, CC BY 4.0" in text
    assert "UNVERIFIED" not in text


HOSTILE = {
    "markup": '#panic("x") $x$ ] [ } { \\ {{ x }} {% x %} `a` *b* _c_ <l> @x // /* "q" = h - i',
    "imports": '#import "base.typ": * \n#read("/etc/passwd") #sys.inputs #{1/0}',
    "emoji": "👨\u200d👩\u200d👧 😀 ⚠\ufe0f 🇱🇻",
    "right to left": "مرحبا שלום \u202eabc\u202c \u200fx",
    "marks": "e\u0301\u0323\u0489 " + "Z" + "\u0335" * 300 + " \u0301",
    "odd": "a\x07b\x1b[0m \ue000 \ufeff \u2028 \u2029 \U0001f9ff 漢字 ქართული \t\r\n x\x85y",
    "one word": "Щ" * 20_000,
    "many lines": "а\n" * 9_999,
    "whole": ("Патруль знайшоў сляды. " * 1_000)[:20_000],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_breaks_the_form_or_becomes_an_instruction(name, people, incident):
    text = HOSTILE[name]
    case = incident(headline=text[:200], narrative=text, internal_note=text[:5000],
                    border_sign=text[:40])  # fmt: skip
    actions.add_note(case, text=text[:5000], by=people.dgp_officer)
    made = actions.print_incident(case, view="internal", languages=EN_LV, by=people.dgp_duty)
    pages = reader(made.content).pages
    assert case.number in pages[-1].extract_text()
    if name in ("one word", "many lines"):  # reading them back would take ten seconds
        assert len(pages) > 5
        return
    found = text_of(made.content)
    if name == "markup":
        squeezed = "".join(found.split())
        assert "".join(text.split()) in squeezed
    if name == "imports":
        assert "root:" not in found
    if name == "emoji":
        assert "[U+1F468]" in found
    if name == "whole":
        # Headers and footers stand between the pages, so the letters are counted.
        assert found.count(text[0]) >= text.count(text[0])


def test_a_long_timeline_is_cut_and_says_so(people, incident):
    case = incident()
    for number in range(ENTRIES_MOST + 5):
        actions.add_note(case, text=f"note{number}.", by=people.dgp_officer)
    text = printed(case, people.dgp_duty)
    assert "6 earlier entries stand in the portal" in text
    assert "note0." not in text
    assert f"note{ENTRIES_MOST + 4}." in text


def test_long_notes_are_cut_before_short_ones(people, incident):
    case = incident()
    for number in range(12):
        actions.add_note(case, text=f"note{number}. " + "a " * 2_400, by=people.dgp_officer)
    made = actions.print_incident(case, view="internal", languages=EN_LV, by=people.dgp_duty)
    last = reader(made.content).pages[-2:]
    assert "5 earlier entries stand" in "".join(page.extract_text() for page in last)


def test_the_document_holds_nothing_but_plain_values(people, released):
    case, _delivery = released()
    share = share_for(people.dgp_duty, case)
    made = document(
        case, share, view="internal", both=Both("lv", "be"), by=people.dgp_duty,
        at=datetime(2026, 2, 17, tzinfo=UTC),
    )  # fmt: skip
    assert json.loads(json.dumps(made)) == made


def test_a_paper_costs_the_same_with_one_note_and_with_ten(people, incident):
    case, counts = incident(), []
    for notes in (1, 9):
        for _ in range(notes):
            actions.add_note(case, text="x", by=people.dgp_leader)
        printed(case, people.dgp_duty)
        with CaptureQueriesContext(connection) as queries:
            printed(case, people.dgp_duty)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


@pytest.mark.parametrize("second", ["", "be", "ru", "en"])
def test_the_empty_form_has_the_fields_of_the_screen_in_their_order(second, people, signed_in):
    answer = signed_in(people.dgp_duty).get("/incidents/form.pdf", {"second": second})
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    assert len(reader(answer.content).pages) == 3
    labels = ["Struktūrvienība", "Veids", "Nopietnības pakāpe", "Virsraksts", "Personu skaits",
              "Nepilngadīgie", "Ievainotie", "Notika", "Konstatēts", "Vieta", "Robežzīme",
              "Koordinātas", "Kas notika", "Iekšējā piezīme"]  # fmt: skip
    places = [re.sub(r"\s", "", text).find(re.sub(r"\s", "", label)) for label in labels]
    assert -1 not in places[:-1]
    assert places[:-1] == sorted(places[:-1])
    assert "UBC-LND" in text
    assert "+371" in text


@pytest.mark.parametrize("second", ["lv", "xx", "b" * 5000])
def test_the_empty_form_wants_a_second_language(second, people, signed_in):
    answer = signed_in(people.dgp_duty).get("/incidents/form.pdf", {"second": second})
    assert answer.status_code == 400


def test_a_reported_incident_can_be_printed_from_its_page(people, signed_in):
    browser = signed_in(people.dgp_officer)
    answer = browser.post("/incidents/new/", typed())
    page = browser.get(answer["Location"]).content.decode()
    path = re.search(r'href="(/incidents/[0-9a-f-]{36}/print/)"', page)[1]
    made = browser.get(f"{path}?chosen=1&copy=internal&second=en")
    assert made.content.startswith(b"%PDF-")
