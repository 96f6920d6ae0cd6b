"""An exported trail is checked outside, by a file of plain Python."""

import json
import subprocess
import sys

import pytest
from django.core.management import call_command

from bordercoop.audit import check_export
from bordercoop.audit.exporting import export_lines
from bordercoop.audit.models import Entry, Seal
from bordercoop.audit.sealing import seal_days
from tests.kernel.audit.test_verify import forget_seals, verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def exported(trail, tmp_path):
    seal_days()
    file = tmp_path / "lv.jsonl"
    file.write_text("".join(export_lines("LV")), "utf-8")
    return file


def checked(file, *noted):
    """Run as each side would: no Django, no packages, nothing of this project on the path."""
    return subprocess.run(
        [sys.executable, "-I", "-S", check_export.__file__, str(file), *noted],
        capture_output=True,
        text=True,
        timeout=30,
    )


def changed(file, work):
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    lines = work(lines) or lines
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def test_plain_python_checks_an_export(exported):
    last = Seal.objects.filter(side="LV").last()
    answer = checked(exported, f"2026-11-22:{last.digest}")
    assert answer.returncode == 0, answer.stderr
    assert "OK: LV, 3 days (2026-11-20 to 2026-11-22), 9 rows" in answer.stdout
    assert last.digest in answer.stdout
    assert '"officer":"dgp.duty"' in exported.read_text("utf-8")


def first_row(lines):
    return next(line for line in lines if "row" in line)


def alter(lines):
    first_row(lines)["row"]["verb"] = "x.y"


def add_to_a_row(lines):
    first_row(lines)["row"]["remark"] = "not sealed"


def alter_with_its_hash(lines):
    line = first_row(lines)
    line["row"]["verb"] = "x.y"
    line["hash"] = check_export.row_hash(line["row"])


def drop_a_row(lines):
    lines.remove(first_row(lines))


def drop_a_day(lines):
    at = [n for n, line in enumerate(lines) if "seal" in line]
    return lines[: at[1]] + lines[at[2] :]


@pytest.mark.parametrize(
    ("work", "named"),
    [
        (alter, "was altered"),
        (add_to_a_row, "was altered"),
        (alter_with_its_hash, "The seal of 2026-11-20 was altered"),
        (drop_a_row, "2026-11-20 was sealed with 3 rows, the file has 2."),
        (drop_a_day, "The seal of 2026-11-21 is missing"),
        (lambda lines: lines[:-1], "The export is cut off"),
        (lambda lines: lines[1:], "not an export"),
        (lambda lines: [*lines, {"more": 1}], "after the end"),
        (lambda lines: [*lines[:2], ["nonsense"], *lines[2:]], "Line 3 cannot be read."),
    ],
)
def test_a_changed_export_is_refused_with_the_first_thing_wrong(work, named, exported):
    changed(exported, work)
    answer = checked(exported)
    assert answer.returncode == 1
    assert named in answer.stderr


def test_a_digest_that_was_noted_otherwise_is_refused(exported):
    answer = checked(exported, "2026-11-22:" + "0" * 64)
    assert answer.returncode == 1
    assert "the trail was remade" in answer.stderr


def test_a_row_that_is_missing_in_the_table_is_named_by_the_check(trail, superuser):
    seal_days()
    row = trail.rows[21][0]
    superuser("DELETE FROM audit_entry WHERE id = %s", row.pk)
    with pytest.raises(check_export.Bad, match=f"Row {row.pk} of 2026-11-21 is missing"):
        check_export.check(export_lines("LV"))


def test_an_outside_copy_names_the_fields_that_were_altered(exported, trail, superuser):
    assert verdict("--file", str(exported))[0] == 0
    row = trail.rows[21][0]
    superuser("UPDATE audit_entry SET verb = 'x.y', about = 'z' WHERE id = %s", row.pk)
    forget_seals(superuser, "day >= '2026-11-21'")
    seal_days()
    code, said = verdict("--file", str(exported))
    assert code == 1
    assert f"Row {row.pk} of 2026-11-21 (LV) was altered: verb, about." in said
    assert "The seal of 2026-11-21 (LV) is not the one exported." in said


def test_a_file_that_is_no_export_is_a_sentence(tmp_path, trail):
    file = tmp_path / "x"
    file.write_bytes(b"\xff\x00")
    assert verdict("--file", str(file))[0] == 1
    assert verdict("--file", str(tmp_path / "nothing"))[0] == 1


def test_the_command_writes_the_export_and_its_entry(trail, capsys):
    seal_days()
    call_command("export_audit", "BY")
    whole = check_export.check(capsys.readouterr().out.splitlines())
    assert (whole.side, whole.rows) == ("BY", 3)
    entry = Entry.objects.get(verb="data.exported")
    assert (entry.side, entry.facts) == ("BY", {"rows": 3})


def test_the_system_trail_is_exported_alike(trail):
    seal_days()
    whole = check_export.check(export_lines(""))
    assert (whole.side, whole.rows) == ("", 1)
