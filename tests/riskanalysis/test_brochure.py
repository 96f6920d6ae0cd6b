"""The brochure: built once from what holds, kept as it was, whole in four languages."""

import copy
import hashlib
import io
import re

import pypdf
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import DatabaseError, transaction

from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message
from bordercoop.reference.models import ProcedureVersion
from bordercoop.web.emblem import emblem
from contactpoints.actions import procedure_road
from riskanalysis.actions import build_brochure
from riskanalysis.brochure import LANGUAGES, content_of, prepared
from riskanalysis.brochure.paper import paper
from riskanalysis.models import BrochureEdition, BrochurePaper, BrochurePart, MatrixVersion
from riskanalysis.scales import SCALES, cleaned
from tests.contactpoints.procedures_made import guideline_in_force
from tests.riskanalysis.risks_made import holding
from tests.riskanalysis.sops_made import sop_in_force

CODES = ["SOP-COLLECT", "SOP-GRADE", "SOP-OPERATIONAL", "SOP-STRATEGIC", "SOP-EVENT",
         "SOP-INDICATORS"]  # fmt: skip


def plain(text):
    """Without spaces and hyphens: a line of a PDF breaks where it likes."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def pages_of(file):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(bytes(file))).pages]


def test_the_first_set_is_whole_and_waits_for_both_sides(db):
    versions = {v.procedure.code: v for v in prepared()}
    assert list(versions) == CODES
    assert {v.procedure.level for v in versions.values()} == {"operational", "strategic"}
    for version in versions.values():
        assert (version.state, version.side) == ("consultation", "")
        assert "to be confirmed by the services" in version.source
        assert version.content["marks"] == {
            "en": "original", "lv": "draft", "be": "draft", "ru": "draft",
        }  # fmt: skip
        assert 5 <= len(version.steps) <= 8
        for step in version.steps:
            for part in ("title", "purpose", "who", "inputs", "text", "output", "check"):
                assert set(step[part]) == set(LANGUAGES), (version.procedure.code, step["code"])
                assert not re.search("[ищъ']", step[part]["be"], re.IGNORECASE)
                assert not re.search("[іў]", step[part]["ru"], re.IGNORECASE)
    guideline = ProcedureVersion.objects.get(procedure__code="JI", number=1)
    assert not any("purpose" in step for step in guideline.steps)


def test_an_edition_follows_each_sop_and_the_old_ones_are_kept(people, carry_out):
    assert build_brochure() is None
    guideline_in_force("JI")
    assert not Message.objects.filter(channel="brochure").exists()

    collect = sop_in_force("SOP-COLLECT")
    assert Message.objects.open().filter(channel="brochure").count() == 1
    carry_out()
    first = BrochureEdition.objects.get()
    assert (first.number, first.papers.count()) == (1, 4)
    assert [(p.version, p.sha256) for p in first.parts.all()] == [(collect, collect.sha256)]
    assert build_brochure() == first
    assert Entry.objects.get(verb="brochure.built").facts["versions"] == ["SOP-COLLECT 1"]

    kept = {paper.language: bytes(paper.pdf) for paper in first.papers.all()}
    sop_in_force("SOP-GRADE")
    carry_out()
    second = BrochureEdition.objects.first()
    assert second.number == 2
    assert [p.version.procedure.code for p in second.parts.all()] == CODES[:2]
    for paper_ in first.papers.all():
        assert bytes(paper_.pdf) == kept[paper_.language]
        assert hashlib.sha256(paper_.pdf).hexdigest() == paper_.sha256

    with transaction.atomic():
        collect.refresh_from_db()
        procedure_road._withdrawn(collect, "No longer used.", by=None)
    carry_out()
    third = BrochureEdition.objects.first()
    assert [p.version.procedure.code for p in third.parts.all()] == ["SOP-GRADE"]

    wrong = {"edition": first, "language": "lv", "content": {}, "pdf": b"x", "size": 1}
    for refused in (
        lambda: BrochureEdition.objects.filter(pk=first.pk).update(number=9),
        lambda: BrochurePart.objects.all().delete(),
        lambda: BrochurePaper.objects.filter(edition=first).update(size=1),
        lambda: BrochurePaper.objects.create(**wrong, sha256="0" * 64),
        lambda: BrochurePart.objects.create(edition=third, version=collect, sha256="0" * 64),
        lambda: BrochurePart.objects.create(
            edition=second, version=prepared()[0], sha256=prepared()[0].sha256
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()


def test_an_edition_is_whole_in_each_language_on_the_page_and_on_paper(
    people, carry_out, signed_in
):
    for code in CODES:
        sop_in_force(code)
    carry_out()
    edition = BrochureEdition.objects.first()
    assert edition.number == 1, "one message for all of them would build the same"
    client, contents = signed_in(people.dgp_officer), {}
    for kept in edition.papers.all():
        content = contents[kept.language] = kept.content
        file = client.get(f"/brochure/{edition.number}/pdf/?language={kept.language}").content
        assert file == bytes(kept.pdf)
        reader = pypdf.PdfReader(io.BytesIO(file))
        assert reader.trailer["/Root"]["/Lang"] == kept.language
        assert reader.metadata.title == content["method"]["title"]
        assert b"pdfuaid" in file or "/Metadata" in reader.trailer["/Root"]
        pages = [page.extract_text() for page in reader.pages]
        whole, page = plain("".join(pages)), client.get(f"/brochure/?language={kept.language}")
        shown = page.content.decode()
        assert f'<article lang="{kept.language}">' in shown
        assert len(content["sops"]) == 6
        for service in content["services"]:
            assert plain(service) in plain(pages[0])
        for sop in content["sops"]:
            assert sop["title"]["language"] == kept.language
            assert plain(sop["code"] + "·" + sop["title"]["text"]) in whole
            for step in sop["steps"]:
                assert {part["language"] for part in step["texts"]} == {kept.language}
                assert len(step["texts"]) == 6
                assert plain(step["title"]["text"]) in whole
                assert step["texts"][3]["text"][:20] in shown.replace("&#x27;", "'")
        for name in ("about", "cycle", "weighing", "matrix", "words", "example", "glossary"):
            assert plain(content["method"][name]["heading"]) in whole
            assert content["method"][name]["heading"] in shown
        assert plain(content["method"]["example"]["invented"]) in whole
        assert shown.count("<svg xmlns") == 3
        assert content["method"]["stamp"] not in "".join(pages)
        assert all(row == [cell for cell in row if cell] for row in content["glossary"]["rows"])
    services = {language: contents[language]["services"] for language in LANGUAGES}
    assert services["en"][0].startswith("State Border Committee")
    assert services["ru"][0].startswith("Государственная пограничная охрана")
    shapes = [
        [[len(sop["steps"]) for sop in c["sops"]], len(c["glossary"]["rows"])]
        for c in contents.values()
    ]
    assert all(shape == shapes[0] for shape in shapes)

    told = client.get("/api/v1/brochure/").json()
    assert [row["number"] for row in told] == [1]
    assert told[0]["current"] is True
    assert {row["language"]: row["sha256"] for row in told[0]["papers"]} == {
        kept.language: kept.sha256 for kept in edition.papers.all()
    }
    detail = client.get("/api/v1/brochure/1/?language=be").json()
    assert (detail["language"], detail["content"]) == ("be", contents["be"])
    assert client.get("/api/v1/brochure/1/pdf/?language=be").content.startswith(b"%PDF")
    for path in ("/brochure/2/", "/brochure/2/pdf/", "/brochure/preview/", "/api/v1/brochure/2/"):
        assert client.get(path).status_code == 404
    for stranger in (signed_in(people.stranger), signed_in(people.lv_admin)):
        for path in ("/brochure/", "/brochure/1/", "/brochure/1/pdf/", "/api/v1/brochure/"):
            assert stranger.get(path).status_code in (403, 404), path


def test_while_nothing_holds_there_is_a_preview_marked_on_every_page(people, signed_in):
    people.pol_officer.language = "en"
    people.pol_officer.save(update_fields=["language"])
    client = signed_in(people.pol_officer)
    page = client.get("/brochure/").content.decode()
    assert "No SOP is in force yet" in page
    assert "/brochure/preview/" in page
    assert client.get("/api/v1/brochure/").json() == []
    shown = client.get("/brochure/preview/?language=ru").content.decode()
    assert "НЕ СОГЛАСОВАНО" in shown
    pages = pages_of(client.get("/brochure/preview/pdf/?language=ru").content)
    assert all("НЕ СОГЛАСОВАНО" in text for text in pages)
    assert not BrochureEdition.objects.exists()


def test_hostile_settings_are_words_and_no_more(db, settings, tmp_path, monkeypatch, caplog):
    said = '#panic("x") <script>x()</script> $x$ *b* ' + "ü" * 300 + " \u202e\U0001f469"
    settings.FUNDING_STATEMENT = {"": said, "ru": "Своё"}
    settings.FUNDING_EMBLEM = "../../../../etc/passwd"
    versions = prepared()
    content = content_of("en", versions, agreed=True)
    assert content["funding"] == {"text": said, "emblem": "", "emblem_sha256": ""}
    assert "no PNG, JPEG or SVG" in caplog.text
    assert content_of("ru", versions, agreed=True)["funding"]["text"] == "Своё"
    pages = pages_of(paper(content, number=7, at=versions[0].at, emblem=emblem()))
    assert plain('#panic("x") <script>x()</script> $x$ *b*') in plain(pages[0])
    assert "[U+1F469]" in pages[0]

    picture = tmp_path / "emblem"
    monkeypatch.setattr(finders, "find", lambda path: str(picture))
    settings.FUNDING_EMBLEM = "img/emblem.svg"
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x()</script>%s</svg>'
    )
    for raw, taken in (
        (svg % b'<rect width="9" height="9"/>', True),
        (svg % b'<image href="/etc/passwd" width="9" height="9"/>', False),
        (b"<svg", False),
        (b"\x89PNG\r\n\x1a\nbroken", False),
        (b"\xff\xd8\xff" + b"\0" * 200_000, False),
        (b"", False),
    ):
        picture.write_bytes(raw)
        assert (emblem().printed is not None) is taken, raw[:40]
    long = {**versions[0].content, "steps": [
        {**versions[0].steps[0], "text": {"en": "Word " * 780 + "x" * 100}}
    ]}  # fmt: skip
    versions[0].content = long
    made = paper(content_of("lv", versions[:1], agreed=True), number=1, at=versions[0].at,
                 emblem=emblem())  # fmt: skip
    assert plain("".join(pages_of(made))).count("Word") == 780, "nothing falls off a page"


def test_the_command_says_what_it_built(people, capsys):
    call_command("build_brochure")
    assert "No SOP is in force" in capsys.readouterr().out
    sop_in_force("SOP-EVENT")
    call_command("build_brochure")
    told = capsys.readouterr().out
    assert told.startswith("Edition 1 of ")
    assert all(f"\n{language} " in told for language in LANGUAGES)


def test_new_scales_make_a_new_edition_that_says_them(made, people, carry_out, signed_in):
    sop_in_force("SOP-COLLECT")
    carry_out()
    first = BrochureEdition.objects.get()
    said = first.papers.get(language="en").content["method"]
    assert (said["matrix"]["version"], said["matrix"]["steps"]) == (1, 5)
    assert "have not both approved" in said["matrix"]["paragraphs"][1]
    assert said["matrix"]["bands"][2]["action"] == "reduce"
    assert "Row: root of 3 × 4, rounded, is 3. Score: 3 × 4 = 12, high." in said["example"]["sum"]

    made.other_scales()
    carry_out()
    second, before = BrochureEdition.objects.all()
    assert (second.number, before) == (2, first)
    said = second.papers.get(language="en").content
    assert said["method"]["matrix"]["rows"] == "Likelihood"
    assert "both services approved, version 2" in said["method"]["matrix"]["paragraphs"][1]
    assert said["method"]["example"]["sum"] == "Row: the likelihood, 4. Score: 4 × 4 = 16, high."
    assert said["placed"] == {"row": 4, "column": 4, "score": 16, "band": "high"}
    client = signed_in(people.dgp_officer)
    assert [row["current"] for row in client.get("/api/v1/brochure/").json()] == [True, False]
    page = client.get("/brochure/1/?language=en").content.decode()
    assert "root of 3 × 4" in page, "an old edition says what it said"

    scales = copy.deepcopy(holding().content)
    for name in SCALES:
        scales[name] = [*scales[name], *({**scales[name][0], "code": f"more{n}"} for n in "67")]
    for band, to in zip(scales["bands"], (9, 20, 30, 49), strict=True):
        band["to"] = to
    version = MatrixVersion(content=cleaned(scales), number=9, side="LV")
    seven = content_of("be", prepared(), agreed=False, scales=version)
    assert seven["figures"]["matrix"].count('class="f-critical"') > 1
    assert seven["method"]["weighing"]["scales_heading"].endswith("ад 1 да 7")
    assert len(seven["method"]["weighing"]["scales"][3]["levels"]) == 7
    assert [row["value"] for row in seven["method"]["example"]["weighing"]] == ["6", "4", "6", "6"]
    pages = pages_of(paper(seven, number=0, at=first.made_at, emblem=emblem()))
    assert plain("ад 1 да 7") in plain("".join(pages))
