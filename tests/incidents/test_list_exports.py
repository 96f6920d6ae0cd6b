"""Lists that leave the portal: what the reader's copies hold, under a head, and audited."""

import csv
import io
import json

import openpyxl
import pypdf
import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.tables import listing, writing
from contactpoints import actions as duty
from incidents import actions, exporting
from incidents.handling import Marking

pytestmark = pytest.mark.django_db
FORMULAS = ("=1+1", "+371 2", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1")


def whole(made):
    return b"".join(made.pieces)


def lines(made):
    return list(csv.reader(io.StringIO(whole(made).decode("utf-8-sig")), delimiter=";"))


def table(made):
    """Head by label, and the rows as dicts by column."""
    found = lines(made)
    at = found.index([])
    labels, *rows = found[at + 1 :]
    return dict(found[:at]), [dict(zip(labels, row, strict=True)) for row in rows]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_stays_text(text):
    assert writing.harmless(text).startswith("'")
    assert writing.harmless("plain = 1") == "plain = 1"
    assert writing.harmless(-5) == "-5"
    pieces = b"".join(writing.xlsx_pieces(("A", "B"), [("", text)], ["C"], [[text], [-5], [None]]))
    book = openpyxl.load_workbook(io.BytesIO(pieces))
    cells = [row[0] for row in book.worksheets[1].iter_rows()]
    assert cells[1].data_type == "s"
    assert cells[1].value.startswith("'")
    assert cells[2].value == -5


def test_the_head_says_what_it_is_and_the_audit_who_took_it(people, incident):
    case = incident(headline="=cmd|' /C calc'!A1")
    actions.mark_incident(case, marking=Marking("H2", "RED"), by=people.dgp_duty)
    incident(severity=2)
    made = actions.export_incidents(
        {"severity": "3", "since": "01.01.2026"}, form="csv", by=people.dgp_duty
    )
    assert made.name.startswith("bordercoop-incidents-")
    head, rows = table(made)
    assert head["Portal"].startswith("BorderCoop")
    assert head["Filter"] == "Severity: 3; From: 01.01.2026"
    assert head["Rows"] == "1 row"
    assert head["Strictest marking"] == "H2 · TLP:RED"
    assert head["Exported by"].startswith("dgp.duty, ")
    assert "Riga" in head["Exported on"]
    assert "Minsk" in head["Exported on"]
    assert [row["Number"] for row in rows] == [case.number]
    assert rows[0]["Headline"] == "'=cmd|' /C calc'!A1"
    assert rows[0]["Marking"] == "H2 · TLP:RED"
    entry = Entry.objects.get(verb="data.exported")
    assert (entry.actor, entry.about, entry.facts["rows"]) == (
        people.dgp_duty, "export:incidents", 1,
    )  # fmt: skip
    assert entry.facts["filter"]["as"] == "csv"
    assert entry.facts["filter"]["severity"] == "3"


def test_the_other_side_takes_out_what_was_released_and_nothing_else(
    people, released, incident, both_sides_on_duty
):
    released(fields=["people_total"], headline="Zqheadline", narrative="Zqnarrative",
             internal_note="Zqnote")  # fmt: skip
    incident(category="ASY", headline="Zqasylum")
    incident(headline="Zqunreleased")
    for form in ("csv", "geojson"):
        made = whole(actions.export_incidents({}, form=form, by=people.pol_duty)).decode()
        assert "Zq" not in made
        assert "LV-DGP-2026-00001" in made
    head, rows = table(actions.export_incidents({}, form="csv", by=people.pol_duty))
    assert head["Rows"] == "1 row"
    assert rows[0]["People"] == "8"
    own = whole(actions.export_incidents({}, form="csv", by=people.dgp_duty)).decode()
    assert "Zqnarrative" in own
    assert "Zqasylum" in own
    assert "Zqnote" not in own


def test_words_are_searched_and_every_page_of_the_list_goes_out(people, incident, monkeypatch):
    monkeypatch.setattr(exporting, "PAGE", 2)
    numbers = {incident(headline=f"Fox {n}").number for n in range(5)}
    incident(headline="Hare")
    _head, rows = table(actions.export_incidents({"q": "fox"}, form="csv", by=people.dgp_officer))
    assert {row["Number"] for row in rows} == numbers
    _head, rows = table(actions.export_incidents({}, form="csv", by=people.dgp_officer))
    assert len(rows) == 6


def test_geojson_has_points_and_none_for_what_lies_nowhere(people, incident):
    incident()
    incident(lat=None, lon=None)
    made = json.loads(whole(actions.export_incidents({}, form="geojson", by=people.dgp_officer)))
    assert made["type"] == "FeatureCollection"
    assert [one["geometry"] for one in made["features"]] == [
        None, {"type": "Point", "coordinates": [27.301, 55.7912]},
    ]  # fmt: skip
    assert made["about"]["head"]["Exported by"]
    assert made["features"][1]["properties"]["category"] == "UBC-LND"


def test_a_spreadsheet_says_on_its_first_sheet_what_it_is(people, incident):
    incident()
    made = whole(actions.export_incidents({}, form="xlsx", by=people.dgp_officer))
    book = openpyxl.load_workbook(io.BytesIO(made))
    head = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows(max_col=2)}
    assert head["Strictest marking"] == "H1 · TLP:AMBER"
    labels, row = list(book.worksheets[1].iter_rows(values_only=True))
    assert dict(zip(labels, row, strict=True))["People"] == 8


def test_a_pdf_has_head_and_marking_and_refuses_too_many_rows(people, incident, monkeypatch):
    incident(headline="#set page; *bold* $x$ Ģērbonis")
    made = whole(actions.export_incidents({}, form="pdf", by=people.dgp_officer))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "H1 · TLP:AMBER" in text
    assert "#set page; *bold* $x$ Ģērbonis".replace(" ", "") in text.replace(" ", "").replace(
        "\n", ""
    )
    assert "dgp.officer" in text
    monkeypatch.setattr(listing, "PDF_MOST", 0)
    with pytest.raises(Invalid, match="at most 0 rows"):
        actions.export_incidents({}, form="pdf", by=people.dgp_officer)


def test_who_reads_no_incidents_takes_none_out(people, signed_in):
    with pytest.raises(NotAllowed):
        actions.export_incidents({}, form="csv", by=people.lv_admin)
    for form in ("", "exe", "../csv"):
        with pytest.raises(Invalid):
            actions.export_incidents({}, form=form, by=people.dgp_officer)
    with pytest.raises(Invalid):
        actions.export_incidents({"severity": "9"}, form="csv", by=people.dgp_officer)
    assert not Entry.objects.filter(verb="data.exported").exists()


PAGES = ("/incidents/export/", "/contacts/export/", "/places/export/", "/rota/DESK-DGP/export/")


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_goes_out_and_gives_it(page, people, incident, signed_in, api):
    incident()
    people.dgp_head.language = "lv"
    people.dgp_head.save(update_fields=["language"])
    browser = signed_in(people.dgp_head)
    shown = browser.get(f"{page}?q=&as=")
    assert shown.status_code == 200
    for form in shown.context["listing"].formats:
        answer = browser.get(f"{page}?as={form}")
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        assert b"".join(answer.streaming_content)
        program = api(people.dgp_head).get(f"/api/v1{page}?as={form}")
        assert program.status_code == 200, program.content
        assert b"".join(program.streaming_content)
    assert browser.get(f"{page}?as=exe").status_code == 400
    assert api(people.dgp_head).get(f"/api/v1{page}").status_code == 400


def test_a_filter_that_means_nothing_is_told_on_the_page(people, signed_in):
    browser = signed_in(people.dgp_officer)
    for query in ("severity=9", "place=%00", "since=never", "as=csv&severity=9"):
        assert browser.get(f"/incidents/export/?{query}").status_code == 400


def test_the_list_leads_to_its_export_with_the_same_filters(people, incident, signed_in):
    incident()
    page = signed_in(people.dgp_officer).get("/incidents/?severity=3").content.decode()
    assert 'href="/incidents/export/?severity=3"' in page


def test_numbers_of_persons_go_out_to_those_only_who_may_call(people, both_sides_on_duty):
    people.dgp_duty.phone = "+371 2999"
    people.dgp_duty.save(update_fields=["phone"])
    assert "+371 2999" in whole(duty.export_contacts({}, form="csv", by=people.pol_duty)).decode()
    made = whole(duty.export_contacts({}, form="csv", by=people.dgp_officer)).decode()
    assert "+371 2999" not in made


def test_an_administrator_takes_out_the_accounts_of_the_own_side_alone(people, signed_in):
    people.dgp_duty, people.pol_duty
    admin = people.lv_admin
    made = whole(duty.export_people({"role": "duty_officer"}, form="csv", by=admin)).decode()
    assert people.dgp_duty.username in made
    assert people.pol_duty.username not in made
    assert admin.email not in made
    page = signed_in(admin).get("/people/?role=duty_officer").content.decode()
    assert 'href="/people/export/?role=duty_officer"' in page
    assert signed_in(admin).get("/people/export/?as=xlsx").status_code == 200
    assert signed_in(people.lv_hq).get("/people/export/?as=csv").status_code == 404
    with pytest.raises(NotAllowed):
        duty.export_people({}, form="csv", by=people.lv_hq)


def test_the_list_is_taken_out_by_its_tasks_as_well(people, incident):
    case = incident()
    actions.add_task(case, what="Look.", by=people.dgp_duty)
    head, rows = table(actions.export_incidents({"tasks": "open"}, form="csv", by=people.dgp_duty))
    assert len(rows) == 1
    assert "Open tasks" in head["Filter"]


def test_the_other_side_s_rota_does_not_exist(people, signed_in, unit):
    assert signed_in(people.pol_head).get("/rota/DESK-DGP/export/").status_code == 404
    with pytest.raises(NotAllowed):
        duty.export_rota(unit("DESK-DGP"), form="csv", by=people.pol_head)
    head, rows = table(
        duty.export_rota(unit("DESK-DGP"), month="2026-99", form="csv", by=people.dgp_duty)
    )
    assert rows
    assert head["Rows"]
