"""A risk report on paper and its figures: made of the snapshot alone, whole in each language, and
without what the snapshot does not say."""

import csv
import io
import re
from datetime import UTC, datetime

import pypdf
import pytest
from django.utils import translation

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.models import LANGUAGES
from riskanalysis.reports.charts import NAMES, alone, figure, figures, scale
from riskanalysis.reports.exporting import export_figure
from riskanalysis.reports.paper import content_of, file_name, paper
from riskanalysis.reports.words import PERCENT
from tests.riskanalysis.report_snapshot import SHA, incident, snapshot

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def plain(text):
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def pages_of(file):
    return [plain(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(file)).pages]


def rows_of(export):
    text = b"".join(export.pieces).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def test_the_paper_is_whole_in_each_language_and_marked_on_every_page(people, english):
    given, labels = snapshot(), []
    for language in LANGUAGES:
        file = paper(given, language, sha256=SHA, by=people.pol_officer, at=AT)
        reader = pypdf.PdfReader(io.BytesIO(file))
        assert reader.trailer["/Root"]["/Lang"] == language
        assert reader.metadata.title == f"{given['number']} {given['title']}"
        pages = pages_of(file)
        for page in pages:
            assert "H2·TLP:AMBER" in page
            assert given["number"] in page
            assert SHA in page
        whole = "".join(pages)
        said = [given["title"], "SOP-OPERATIONAL", "Anna Bērziņa", "Ilze Kalna", "Jānis Ozols"]
        said += [part["title"] for part in given["parts"]]
        said += [each["text"] for key in ("judgements", "recommendations") for each in given[key]]
        said += [given["judgements"][0]["alternative"], given["judgements"][1]["no_cites"]]
        said += [given["parts"][2]["reason"], "LV-DGP-2026-00012", "CC BY 4.0", "B2 (4x4)"]
        for text in said:
            assert plain(text) in whole, text
        made = content_of(given, language, sha256=SHA, by=people.pol_officer, at=AT)
        assert made["written_in"] == "en"
        labels.append(made["labels"])
        for name in ("judgements", "recommendations", "analysis", "citations", "reading"):
            assert plain(made["labels"][name]) in whole
        assert len(made["probabilities"]) == 7
    for label in labels[0]:
        assert len({one[label] for one in labels}) >= 2, f"{label} was never translated"
    assert (
        plain("26 Nov 2026 12:30 Minsk")
        in pages_of(paper(given, "en", sha256=SHA, by=people.pol_officer, at=AT))[0]
    ), "the reader's own clock comes first"
    assert file_name(given, "ru") == "RR-LV-2026-00001-ru.pdf"


def test_what_is_withheld_is_said_in_words_and_shows_nothing(people, english):
    hostile = snapshot()
    hostile["citations"][3] |= {  # nothing of this may be printed, should a copy ever carry it
        "headline": "SECRETHEADLINE", "position": [55.9, 27.5], "source_grade": "A",
        "information_grade": "1",
    }  # fmt: skip
    made = content_of(hostile, "en", sha256=SHA, by=people.dgp_officer, at=AT)
    said = made["citations"][3]
    assert said["heading"] == "An incident of Belarus, number withheld."
    assert said["facts"][0] == "Week of 16 Nov 2026"
    assert "(UBC-LND)" in said["facts"][1]
    assert (said["text"], said["grading"], said["source"]) == ("", "", [])
    whole = "".join(pages_of(paper(hostile, "en", sha256=SHA, by=people.dgp_officer, at=AT)))
    assert "SECRET" not in whole
    assert plain("not given to the reader's side") in whole.replace("’", "'")
    chart = figure(hostile, "map")
    assert [row[0] for row in chart.rows] == [1, 3, 5]
    assert chart.svg.count('class="spot"') == 2
    assert "Farther away than this map: 5." in chart.notes
    assert "Without a position: 2, 4." in chart.notes
    assert made["judgements"][0]["cites"] == [1, 3], "a number that is not there is not a link"
    assert made["citations"][1]["grading"].endswith("Unverified")
    for kind in ("anomaly", "risk", "report"):
        other = snapshot(citations=[
            {"number": 1, "kind": kind, "ref": "", "side": "BY", "withheld": True}
        ])  # fmt: skip
        heading = content_of(other, "en", sha256=SHA, by=None, at=AT)["citations"][0]["heading"]
        assert "Belarus" in heading
        assert "not" in heading
        assert figure(other, "map") is None


def test_a_draft_and_an_exercise_say_so_on_every_page(people, english):
    draft = snapshot(number="", approvals=[], joint=True, exercise=False)
    pages = pages_of(paper(draft, "en", by=people.pol_officer, at=AT))
    assert all("DRAFT" in page and plain("Not approved, so without a sum") in page
               for page in pages)  # fmt: skip
    assert "Nobody has approved it." in str(content_of(draft, "en", sha256="", by=None, at=AT))
    assert "Belarus,Latvia" in pages[0], "the reader's side comes first"
    played = paper(snapshot(exercise=True), "en", sha256=SHA, at=AT)
    assert all("EXERCISE" in page for page in pages_of(played))
    empty = snapshot(
        number="", parts=[], judgements=[], recommendations=[], citations=[], approvals=[],
        sections=[], places=[], reviewer=None, figures={},
        sop={"code": "SOP-OPERATIONAL", "number": None, "sha256": "", "title": ""},
    )  # fmt: skip
    assert plain("Atsauču nav.") in "".join(pages_of(paper(empty, "lv", at=AT)))
    assert figures(empty) == []
    assert file_name(empty, "lv") == "RR-LV-draft-lv.pdf"


def test_hostile_text_is_words_and_no_more(people, english):
    said = '#panic("x") <script>x()</script> $x$ *b* ' + "ü" * 300 + " \u202e\U0001f469"
    given = snapshot(title=said)
    given["parts"][1]["text"] = "Zzz " * 4_000
    given["parts"][1]["title"] = given["judgements"][0]["text"] = said
    given["citations"].append(incident(8, said, 55.8, 27.6, headline=said, place=said))
    given["citations"].append({**given["citations"][4], "number": 9, "url": "javascript:x()"})
    given["citations"] += [incident(n, f"LV-{n}", 55.8, 27.6) for n in range(10, 60)]
    given["figures"]["weeks"] = [
        {"week": f"2025-{1 + n // 4:02}-{1 + 7 * (n % 4):02}", "count": n, "usual": None}
        for n in range(48)
    ]
    whole = "".join(pages_of(paper(given, "en", sha256=SHA, by=people.dgp_officer, at=AT)))
    assert whole.count("Zzz") == 4_000, "nothing falls off a page"
    assert plain('#panic("x") <script>x()</script>') in whole
    assert "[U+1F469]" in whole
    assert "javascript" not in whole
    for name in NAMES:
        assert "<script" not in alone(figure(given, name), given)


def test_small_numbers_stay_and_are_hidden_in_what_leaves(people, english):
    given = snapshot()
    shown = figure(given, "trend", hide=False)
    assert [row[1] for row in shown.rows] == [4, 12, 17, "?", 1]
    trend, categories, sections, border = (figure(given, name) for name in NAMES)
    assert [row[1] for row in trend.rows] == ["…", 12, 17, "?", "…"]
    assert trend.rows[1] == ["2026-W45", 12, "4–14"]
    told = re.findall(r'class="lab"[^>]*>([^<]*)<', trend.svg)
    assert told == ["…", "12", "17", "?", "…"]
    assert [row[1] for row in categories.rows] == [29, "…", "…"]
    assert [row[1] for row in sections.rows] == [12, 21, 3]
    assert border.rows[0] == [1, "Incident", "LV-DGP-2026-00012", 55.842, 27.61]
    few = figure(snapshot(figures={"by_category": [{"code": "UBC", "count": 2}]}), "categories")
    assert few.rows[0][1] == "…"
    assert figure(snapshot(sections=[]), "sections").rows[0][1] == 0, "a zero is about nobody"
    assert len({scale(code) for code in PERCENT}) == 7
    assert scale("no such word").count("p-on") == 0


def test_each_figure_is_a_picture_and_a_table_and_taking_it_is_recorded(people, english):
    given, by = snapshot(), people.dgp_officer
    for name in NAMES:
        for form, start in (("png", b"\x89PNG"), ("svg", b"<svg")):
            export = export_figure(given, name, form=form, by=by)
            content = b"".join(export.pieces)
            assert content.startswith(start)
            assert export.name.startswith(f"RR-LV-2026-00001-{name}-")
            if form == "svg":
                assert "RR-LV-2026-00001 · H2 · TLP:AMBER" in content.decode()
        rows = rows_of(export_figure(given, name, form="csv", by=by))
        assert ["Risk report", "RR-LV-2026-00001"] in rows
        assert ["Strictest marking", "H2 · TLP:AMBER"] in rows
    counted = rows_of(export_figure(given, "categories", form="csv", by=by))[-1]
    assert counted[0].endswith("(CBC)")
    assert counted[1] == "…"
    recorded = Entry.objects.filter(about="export:report-trend")
    assert recorded.count() == 3
    with pytest.raises(Invalid):
        export_figure(given, "trend", form="xlsx", by=by)
    for name, of in (("no", given), ("map", snapshot(citations=[]))):
        with pytest.raises(Refused) as refusal:
            export_figure(of, name, form="csv", by=by)
        assert refusal.value.status == 404
