"""Importing a publisher's file: whole or not at all, once, with every fault named by its line."""

import csv
import threading
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from contactpoints.models import Alert
from incidents import open_source
from incidents.demo import RECORDS
from incidents.models import Incident, IncidentVersion, Precision, Share

pytestmark = pytest.mark.django_db
HEADER = RECORDS.read_text(encoding="utf-8").splitlines()[0].split(",")
ROW = {
    **dict.fromkeys(HEADER, ""),
    "Incident Type": "Incident",
    "Year": "2022",
    "Reported Month": "March",
    "Country of Origin": "Atlantis",
    "Number of Dead": "1.0",
    "Minimum Estimated Number of Missing": "2",
    "Total Number of Dead and Missing": "3",
    "Number of Survivors": "4",
    "Number of Females": "1",
    "Number of Males": "2",
    "Number of Children": "1",
    "Cause of Death": "Drowning",
    "Migration route": "Belarus-EU border",
    "Location of death": "In the river, near the border",
    "Information Source": "A newspaper",
    "Coordinates": "55.72, 26.87",
}


@pytest.fixture
def file(tmp_path):
    """Write a file of rows, each ROW with what differs; returns its path."""

    def write(*rows, header=HEADER, name="records.csv", encoding="utf-8"):
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as out:
            writer = csv.DictWriter(out, header, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({**ROW, **row} for row in rows)
        return path

    return write


def run(path, *args):
    """What the command printed, and its list of errors; raises CommandError as it does."""
    out, errors = StringIO(), StringIO()
    try:
        call_command("import_open_source", str(path), *args, stdout=out, stderr=errors)
    except CommandError as error:
        error.lines = errors.getvalue().splitlines()
        raise
    return out.getvalue()


def refused(path, *args):
    """The error with which the command ended; nothing may have been imported."""
    with pytest.raises(CommandError) as caught:
        run(path, *args)
    assert caught.value.returncode == 1
    assert "Nothing was imported" in str(caught.value)
    assert not Incident.objects.exists()
    return caught.value


def content():
    return IncidentVersion.objects.get().content


# --- what a row becomes


def test_a_row_becomes_a_record_in_the_publishers_words(file):
    assert run(file({})) == "1 open-source records imported for LV-SBG, 0 known already\n"
    known = content()
    assert known["category"] == "PER"
    assert known["headline"] == (
        "1 dead, 2 missing, 4 survivors (drowning): In the river, near the border"
    )
    assert known["happened_at"] == "2022-03-01T00:00:00Z"
    assert known["happened_precision"] == Precision.MONTH
    assert known["detected_at"] is None
    assert (known["lat"], known["lon"]) == (55.72, 26.87)
    assert (known["people_total"], known["people_minors"]) == (7, 1)
    assert known["language"] == "en"
    for part in ("A newspaper", "Belarus-EU border", "females 1, males 2, children 1"):
        assert part in known["narrative"]
    assert known["narrative"].endswith("Source: IOM's Missing Migrants Project, CC BY 4.0")


def test_where_people_came_from_is_left_out(file):
    run(file({}))
    assert "Atlantis" not in str(content())


def test_both_headquarters_read_it_and_no_service_is_its_author(file, people):
    run(file({}))
    record = Incident.objects.get()
    assert (record.origin, record.reported_by, record.number[:6]) == ("open_source", None, "LV-SBG")
    for reader in (people.lv_hq, people.by_hq):
        share = Share.objects.visible_to(reader).get()
        assert share.happened_at == datetime(2022, 3, 1, tzinfo=UTC)
        assert "internal_note" not in share.fields or share.own
        assert share.unverified is False
    for other in (people.dgp_duty, people.pol_duty, people.stranger):
        assert not Share.objects.visible_to(other).exists()
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("dead", "missing", "severity"),
    [("", "", 2), ("0", "0", 2), ("1", "", 3), ("", "4", 3), ("3", "2", 4), ("90", "0", 4)],
)
def test_severity_follows_the_number_of_dead_and_missing_alone(file, dead, missing, severity):
    run(
        file(
            {
                "Number of Dead": dead,
                "Minimum Estimated Number of Missing": missing,
                "Total Number of Dead and Missing": "",
                "Number of Children": "",
                "Cause of Death": "Violence",
            }
        )
    )
    assert content()["severity"] == severity


def test_missing_values_stay_unknown(file):
    blank = dict.fromkeys([*open_source.COUNTS, *open_source.TEXTS, "Coordinates"], "")
    run(file(blank))
    known = content()
    assert known["headline"] == "Number of people not stated"
    assert known["people_total"] is known["people_minors"] is known["lat"] is known["lon"] is None


def test_a_total_alone_is_counted(file):
    run(
        file(
            {
                "Number of Dead": "",
                "Minimum Estimated Number of Missing": "",
                "Total Number of Dead and Missing": "6",
            }
        )
    )
    assert content()["headline"].startswith("6 dead and missing, 4 survivors")
    assert (content()["people_total"], content()["severity"]) == (10, 4)


def test_a_long_place_is_cut_in_the_headline_and_whole_in_the_narrative(file):
    place = "by the river " * 60
    run(file({"Location of death": place}))
    assert len(content()["headline"]) <= 200
    assert content()["headline"].endswith("…")
    assert place.strip() in content()["narrative"]


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://x.example")', "@SUM(1)", "-2+3", "+1"])
def test_a_formula_is_kept_as_text_and_begins_no_field(file, cell):
    run(file(dict.fromkeys(open_source.TEXTS, cell)))
    known = content()
    assert cell in known["narrative"]
    assert known["headline"][0] == "1"
    assert known["narrative"][0] == "W"


def test_markup_and_a_line_break_in_a_cell_are_text(file):
    run(file({"Location of death": "<script>x</script>\nnear"}))
    assert "Where: <script>x</script> near\n" in content()["narrative"]


# --- the same file again


def test_the_shipped_file_is_imported_whole_and_once(people):
    assert run(RECORDS).startswith("59 open-source records imported")
    assert run(RECORDS) == "0 open-source records imported for LV-SBG, 59 known already\n"
    assert Incident.objects.filter(origin="open_source").count() == 59
    assert Share.objects.visible_to(people.by_hq).count() == 59
    assert Entry.objects.filter(verb="open_source.imported").count() == 1


def test_rows_that_say_the_same_are_counted_and_stay_known(file):
    run(file({}, {}, {"Year": "2021"}))
    assert Incident.objects.count() == 3
    assert "0 open-source records imported" in run(file({}, {"Year": "2021"}, {}))
    assert "1 open-source records imported" in run(file({}, {}, {}, {"Year": "2021"}))


def test_column_order_byte_order_mark_and_writing_of_numbers_make_no_new_record(file):
    run(file({}))
    other = {"Number of Dead": "1", "Coordinates": "55.720000,26.870000", "Year": "2022.0"}
    path = file(other, header=["Other", *reversed(HEADER)], encoding="utf-8-sig")
    assert "0 open-source records imported for LV-SBG, 1 known" in run(path)


def test_two_imports_at_once_are_one(transactional_db):
    done = []

    def work():
        try:
            done.append(run(RECORDS))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line.split()[0] for line in done) == ["0", "59"]
    assert Incident.objects.count() == 59


def test_a_dry_run_prints_what_would_happen_and_writes_nothing(file):
    entries = Entry.objects.count()
    printed = run(file({}, {"Year": "2021"}), "--dry-run").splitlines()
    assert printed[0].startswith("line 2: 2022-03, severity 3: 1 dead, 2 missing")
    assert printed[-1].startswith("2 open-source records would be imported for LV-SBG, 0 are known")
    assert not Incident.objects.exists()
    assert Entry.objects.count() == entries


# --- wrong rows


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("Year", "", "is not a year"),
        ("Year", "20222", "is not a year"),
        ("Year", "1522", "too long ago"),
        ("Year", str(now().year + 1), "in the future"),
        ("Reported Month", "Marchember", "not the English name of a month"),
        ("Reported Month", "3", "not the English name of a month"),
        ("Number of Dead", "one", "not a whole number"),
        ("Number of Dead", "1.5", "not a whole number"),
        ("Number of Dead", "-1", "not a whole number"),
        ("Number of Dead", "1e9", "not a whole number"),
        ("Number of Dead", "100001", "not a whole number"),
        ("Number of Males", "=1+1", "not a whole number"),
        ("Number of Children", "8", "more than the number of people"),
        ("Coordinates", "95.1, 26.87", "from -90 to 90"),
        ("Coordinates", "55.1, 226.87", "from -180 to 180"),
        ("Coordinates", "55.1", "not a latitude and a longitude"),
        ("Coordinates", "nan, inf", "not a latitude and a longitude"),
        ("Cause of Death", "Drow\x00ning", "cannot be stored"),
        ("Cause of Death", "Drow\x1bning", "cannot be stored"),
        ("Location of death", "x" * 100_000, "has 100000 characters"),
        ("Location of death", "x" * 200_000, "cannot be read"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_nothing_is_imported(file, column, cell, reason):
    error = refused(file({}, {column: cell}, {"Number of Dead": "2"}))
    (line,) = [line for line in error.lines if reason in line]
    assert line.startswith("line 3: ")
    assert column in line or "cannot be read" in line


def test_all_wrong_cells_are_told_at_once_with_the_line_a_row_starts_on(file):
    error = refused(
        file(
            {"Location of death": "two\nlines"},
            {"Year": "x", "Coordinates": "x"},
            {"Reported Month": ""},
        )
    )
    assert [line.split(":")[0] for line in error.lines] == ["line 4", "line 4", "line 5"]
    assert "2 of 3 rows cannot be used" in str(error)


def test_a_row_with_missing_or_extra_cells_is_refused(file):
    path = file({})
    path.write_text(path.read_text() + "Incident,2021\n\n" + "x," * 30 + "\n")
    assert refused(path).lines == [
        "line 3: The row has 2 cells, the header 23.",
        "line 5: The row has 31 cells, the header 23.",
    ]


def test_a_quote_that_never_ends_is_an_error_of_its_line(file):
    path = file({})
    path.write_text(path.read_text() + 'Incident,"2021\n' + "x\n" * 5)
    (line,) = refused(path).lines
    assert line.startswith("line 3: The rest of the file cannot be read")


def test_a_dry_run_of_a_wrong_file_ends_like_the_import(file):
    assert refused(file({"Year": "x"}), "--dry-run").lines == ["line 2: Year: “x” is not a year."]


# --- wrong files


def test_missing_columns_are_named(file):
    header = [name for name in HEADER if name not in ("Year", "Coordinates")]
    assert "These columns are missing: Year, Coordinates." in str(refused(file({}, header=header)))


def test_a_column_that_is_there_twice_is_refused(file):
    assert "there twice: Year" in str(refused(file({}, header=[*HEADER, "Year"])))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \n", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "not UTF-8 text"),
        ("Year,Mēnesis\n".encode("cp1257"), "not UTF-8 text"),
        ("Year,Month\n".encode("utf-16"), "not UTF-8 text"),
        (b"\x00" * 100, "columns are missing"),
        (b'"Year', "not a CSV header"),
        (";".join(HEADER).encode(), "columns are missing"),
        (",".join(HEADER).encode(), "no records"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(tmp_path, raw, reason):
    path = tmp_path / "file.csv"
    path.write_bytes(raw)
    assert reason in str(refused(path))


def test_a_folder_and_a_missing_file_are_refused_with_a_sentence(tmp_path):
    assert "is a folder" in str(refused(tmp_path))
    assert "There is no file" in str(refused(tmp_path / "none.csv"))


def test_a_file_that_is_too_large_is_refused(file, monkeypatch):
    monkeypatch.setattr(open_source, "LARGEST_FILE", 100)
    assert "larger than" in str(refused(file({})))


# --- who may


def test_an_officer_of_headquarters_may_and_the_audit_names_the_officer(file, people):
    path = file({})
    run(path, "--unit", "BY-GPK", "--by", people.by_hq.username)
    entry = Entry.objects.get(verb="open_source.imported")
    assert (entry.actor, entry.about) == (people.by_hq, "unit:BY-GPK")
    assert entry.facts == {"file": path.name, "records": 1}
    assert Incident.objects.get().side == "BY"
    assert Share.objects.visible_to(people.lv_hq).count() == 1


@pytest.mark.parametrize("extra", [[], ["--dry-run"]])
def test_whoever_is_posted_elsewhere_may_not(file, people, extra):
    for officer in (people.dgp_duty, people.by_hq, people.lv_admin, people.stranger):
        assert "does not allow" in str(refused(file({}), "--by", officer.username, *extra))


def test_an_unknown_account_or_unit_is_refused(file, people):
    assert "no active account nobody" in str(refused(file({}), "--by", "nobody"))
    assert "no unit LV-X" in str(refused(file({}), "--unit", "LV-X"))


@pytest.mark.parametrize("code", ["LV-DGP", "DESK-POL", "EU-FRX", "LV-SBG-HQ"])
def test_only_a_headquarters_keeps_open_source_records(file, code):
    assert "is not a headquarters" in str(refused(file({}), "--unit", code))
