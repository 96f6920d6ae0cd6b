"""The act on paper, the pack that verifies itself, and the open page."""

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile

import pypdf
import pytest
from django.core.cache import cache

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused
from incidents import actions
from incidents.investigation.case_pack import VERIFY
from tests import made_files
from tests.incidents.acts import BE, LV, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_of_other_tests():
    cache.clear()


def reader(made):
    return pypdf.PdfReader(io.BytesIO(made))


def text_of(made):
    pages = "\n".join(page.extract_text() for page in reader(made).pages)
    return " ".join(pages.replace("\u200b", "").split())


# --- paper


def test_the_paper_has_both_languages_the_sum_and_is_tagged(acts):
    act = acts.ready()
    acts.write(act, section="disputed", kind="disputed")
    made = actions.print_act(fresh(act), by=acts.lv)
    text = text_of(made)
    for said in (LV, BE, fresh(act).sha256, act.investigation.number):
        assert said in text, said
    root = reader(made).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "lv"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in made
    assert text.count("1.1") >= 2
    assert text.count("2.1 LV") == text.count("2.1 BY") == 2
    assert Entry.objects.filter(verb="case.act_printed").exists()


def test_a_signed_paper_names_sides_signers_and_times_and_has_no_watermark(acts):
    act = acts.ready()
    unsigned = text_of(actions.print_act(act, by=acts.by))
    assert all(word in unsigned for word in ("NAV PARAKSTĪTS", "НЕ ПАДПІСАН"))
    for by in (acts.lv, acts.by):
        acts.sign(act, by)
    signed = text_of(actions.print_act(fresh(act), by=acts.by))
    assert not any(word in signed for word in ("NAV PARAKSTĪTS", "НЕ ПАДПІСАН"))
    for said in (acts.lv.name_local, acts.by.name_local, "UTC"):
        assert said in signed, said
    assert signed.count(act.sha256) >= 4


def test_hostile_words_are_printed_as_words(acts):
    hostile = '#import "x" $a$ <script>\u202eabc [U+1F469] \U0001f469 ' + "x" * 500
    act = acts.write(acts.begun(), texts={"lv": hostile, "be": "\n\n" + "ы" * 3_000})
    assert "#import" in text_of(actions.print_act(act, by=acts.lv))


def test_a_paper_and_a_pack_go_to_readers_of_the_case_only(acts, people, signed_in, api):
    act = acts.ready()
    for verb in (lambda by: actions.print_act(act, by=by),
                 lambda by: actions.export_case_pack(act.investigation, by=by)):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            verb(people.rix_officer)
        assert refusal.value.status == 404
    answer = signed_in(acts.by).get(f"/investigations/{act.investigation.uid}/act/act.pdf")
    assert answer["Content-Type"] == "application/pdf"
    answer = api(acts.by).get(f"/api/v1/investigations/{act.investigation.uid}/act/pdf/")
    assert answer.content[:5] == b"%PDF-"


# --- pack


def packed(case, by, folder):
    whole = b"".join(actions.export_case_pack(case, by=by))
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        assert file.testzip() is None
        file.extractall(folder)
    return folder


def verified(folder):
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, timeout=60
    )
    return done.returncode, (done.stdout + done.stderr).decode().strip()


def with_evidence(acts):
    act = acts.begun()
    case = act.investigation
    for number, by in ((1, acts.lv), (2, acts.by)):
        entry = case.entries.get(number=number)
        actions.add_entry_file(
            entry, made_files.upload(made_files.pdf(str(number).encode()), "a.pdf"), by=by
        )
        actions.pass_evidence(entry, holder="Laboratory \u2028 “A”", purpose="x", by=by)
    hidden = acts.entry(case, by=acts.lv, title="Own draft")
    actions.add_entry_file(
        hidden, made_files.upload(made_files.pdf(b"hidden"), "own.pdf"), by=acts.lv
    )
    acts.write(act, entries=[1, 2])
    acts.settle(case)
    for by in (acts.lv, acts.by):
        acts.sign(act, by)
    return fresh(act)


def test_ten_lines_verify_the_pack_without_the_portal(acts, tmp_path):
    assert len(VERIFY.strip().splitlines()) == 10
    act = with_evidence(acts)
    folder = packed(act.investigation, acts.by, tmp_path / "by")
    assert verified(folder) == (0, f"OK: act {act.sha256} signed by BY, LV")
    said = (folder / "act.json").read_bytes()
    assert hashlib.sha256(said).hexdigest() == act.sha256
    signatures = json.loads((folder / "signatures.json").read_text())
    assert {(row["side"], row["sha256"]) for row in signatures} == {
        ("LV", act.sha256), ("BY", act.sha256),
    }  # fmt: skip
    check = subprocess.run(
        ["sha256sum", "-c", "--quiet", "manifest.sha256"], cwd=folder, capture_output=True
    )
    assert check.returncode == 0, check.stderr
    entry = Entry.objects.filter(verb="data.exported").last()
    assert entry.facts["filter"]["act"] == act.sha256


def test_a_pack_has_what_its_side_may_read_and_nothing_else(acts, tmp_path):
    act = with_evidence(acts)
    theirs = packed(act.investigation, acts.by, tmp_path / "by")
    own = packed(act.investigation, acts.lv, tmp_path / "lv")
    names = [
        sorted(path.name for path in (folder / "entries").iterdir()) for folder in (theirs, own)
    ]
    assert names == [["001.json", "002.json"], ["001.json", "002.json", "003.json"]]
    assert len(list((theirs / "evidence").iterdir())) == 2
    assert len(list((own / "evidence").iterdir())) == 3
    everything = b"".join(p.read_bytes() for p in theirs.rglob("*") if p.is_file())
    assert b"Own draft" not in everything
    assert verified(own)[0] == 0


def test_a_pack_that_was_tampered_with_says_what_is_wrong(acts, tmp_path):
    act = with_evidence(acts)
    folder = packed(act.investigation, acts.lv, tmp_path / "lv")
    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def wrong_after(name, change):
        (folder / name).write_bytes(change(kept[folder / name]))
        # As somebody would who also writes the manifest anew.
        sums = [
            f"{hashlib.sha256((folder / line[66:]).read_bytes()).hexdigest()}  {line[66:]}"
            for line in kept[folder / "manifest.sha256"].decode().splitlines()
        ]
        before = verified(folder)
        (folder / "manifest.sha256").write_text("\n".join(sums) + "\n")
        after = verified(folder)
        for path, content in kept.items():
            path.write_bytes(content)
        return before, after

    before, after = wrong_after("act.json", lambda said: said.replace(b"214", b"215"))
    assert before[0]
    assert "act.json" in before[1]
    assert after[0]
    assert "signature of LV" in after[1]
    before, after = wrong_after("custody.jsonl", lambda said: said.replace(b"Laboratory", b"X", 1))
    assert after[0]
    assert "custody of" in after[1]
    before, _after = wrong_after("entries/001.json", lambda said: said + b" ")
    assert before == (1, "WRONG: entries/001.json")
    # A statement or a file that the act stands on, though the manifest was written anew.
    _before, after = wrong_after("versions/002-01.json", lambda said: said.replace(b"43", b"45"))
    assert after[0]
    assert "cited" in after[1]
    evidence = sorted((folder / "evidence").iterdir())[0]
    name = f"evidence/{evidence.name}"
    _before, after = wrong_after(name, lambda said: said + b"x")
    assert after[0]
    assert name in after[1]
    # The last lines of a custody log are cut off.
    _before, after = wrong_after("custody.jsonl", lambda said: b"\n".join(said.split(b"\n")[:3]))
    assert after[0]
    # Something is added that the manifest does not name.
    (folder / "evidence" / "099-01.pdf").write_bytes(b"x")
    assert verified(folder) == (1, "WRONG: evidence/099-01.pdf")
    (folder / "evidence" / "099-01.pdf").unlink()
    evidence.unlink()
    code, said = verified(folder)
    assert code
    assert evidence.name in said


def test_a_case_without_an_act_is_packed_as_far_as_it_goes(acts, tmp_path, signed_in, api):
    case = acts.at("exchanged")
    code, said = verified(packed(case, acts.lv, tmp_path))
    assert code == 0
    assert said.endswith("signed by nobody")
    answer = signed_in(acts.lv).get(f"/investigations/{case.uid}/pack.zip")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    answer = api(acts.by).get(f"/api/v1/investigations/{case.uid}/pack/")
    assert answer["Content-Type"] == "application/zip"


# --- the open page


def opened(client, code, **typed):
    address = f"/verify/{code}/"
    answer = (
        client.post(address, typed)
        if typed
        else client.get(address, headers={"accept-language": "en"})
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_holds_a_signed_paper_reads_number_sum_sides_and_times(acts, client):
    act = acts.signed()
    said = opened(client, act.code)
    for shown in (act.investigation.number, act.sha256, "signed by both sides"):
        assert shown in said, shown
    person, case = acts.lv, act.investigation
    for hidden in (
        LV, BE, person.name_latin, person.name_local, person.username, acts.by.name_latin,
        case.title, str(case.uid),
    ):  # fmt: skip
        assert hidden not in said, hidden
    spaced = " ".join(act.sha256[at : at + 8].upper() for at in range(0, 64, 8))
    assert "banner ok" in opened(client, act.code.lower(), sha256=spaced)
    assert "banner bad" in opened(client, act.code, sha256="0" * 64)


def test_a_draft_is_as_unknown_as_a_code_that_nobody_gave(acts, client):
    act = acts.ready()

    def plain(code, **typed):
        text = opened(client, code, **typed)
        return re.sub(r"csrfmiddlewaretoken\" value=\"[^\"]+|data-now=\"[^\"]+|nonce=\"[^\"]+|"
                      r"<time.*?</time>|/verify/\w+/", "", text)  # fmt: skip

    assert plain(act.code) == plain("ABCDEFGHJK")
    assert plain(act.code, sha256=act.sha256) == plain("ABCDEFGHJK", sha256=act.sha256)
    assert act.sha256 not in opened(client, act.code)


def test_a_voided_signature_is_said_and_the_new_draft_is_not(acts, client):
    act = acts.ready()
    acts.sign(act, acts.lv)
    assert "signed by one side only" in opened(client, act.code)
    old = act.sha256
    acts.write(act, by=acts.by)
    said = opened(client, act.code)
    assert old in said
    assert fresh(act).sha256 not in said
    assert "banner bad" in opened(client, act.code, sha256=old)


@pytest.mark.parametrize(
    "code", ["x", "%00", "A" * 3_000, "' OR 1=1 --", "абв", "..%2f..%2fetc"],
    ids=["short", "nul", "long", "sql", "letters", "path"],
)  # fmt: skip
def test_hostile_codes_and_sums_are_no_fault(client, code):
    for answer in (
        client.get(f"/verify/{code}/"),
        client.post(f"/verify/{code}/", {"sha256": code}),
        client.post("/verify/ABCDEFGHJK/", {"sha256": "\x00" + "x" * 100_000}),
    ):
        assert answer.status_code in (200, 400, 404)


def test_the_open_page_is_limited_as_other_open_pages(client):
    codes = [client.get("/verify/ABCDEFGHJK/").status_code for _time in range(31)]
    assert codes == [200] * 30 + [429]
