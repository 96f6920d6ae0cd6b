"""Loading reference data: by natural keys, repeatable, nothing deleted, all or nothing."""

import shutil
import threading

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from bordercoop.reference.loader import DATA, Malformed, load_reference, read_yaml
from bordercoop.reference.models import Place, Term, forget, offered, places, terms

pytestmark = pytest.mark.django_db
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@pytest.fixture(autouse=True)
def alone(settings):
    """Only our own tables: the loaders of other apps have their own tests."""
    settings.REFERENCE_LOADERS = []
    forget()
    yield
    forget()


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped files, to be spoilt."""
    return shutil.copytree(DATA, tmp_path / "data")


def change(path, edit):
    content = read_yaml(path)
    edit(content)
    path.write_text(yaml.dump(content, Dumper=DUMPER, allow_unicode=True), encoding="utf-8")


def age(code="REF"):
    """Give the term a wrong name, so that a load has something to change."""
    Term.objects.filter(vocabulary="incident_category", code=code).update(name_en="Old")
    forget()


def everything():
    return list(Term.objects.order_by("pk").values()), list(Place.objects.order_by("pk").values())


def test_every_record_of_the_files_is_loaded_with_its_source():
    load_reference()
    assert set(terms("incident_category")) >= {"UBC-LND", "ASY", "SIR", "OTH"}
    assert list(terms("severity")) == ["1", "2", "3", "4"]
    assert terms("incident_category")["UBC-LND"].parent == terms("incident_category")["UBC"]
    assert places()["PAT-GRI"].name_lv_side == "Pāternieki"
    assert not Term.objects.filter(source="").exists()
    assert not Place.objects.filter(source="").exists()


def test_a_second_run_changes_nothing():
    load_reference()
    before = everything()
    lines = load_reference()
    assert everything() == before
    assert len(lines) == 2
    assert all("0 added, 0 changed, 0 retired" in line for line in lines)


def test_what_leaves_the_files_is_retired_and_what_comes_back_is_offered_again(folder):
    load_reference(folder)
    pk = terms("incident_category")["OTH"].pk
    change(
        folder / "incident_categories.yaml",
        lambda file: file.update(terms=[t for t in file["terms"] if t["code"] != "OTH"]),
    )
    assert "0 added, 0 changed, 1 retired" in load_reference(folder)[0]
    assert terms("incident_category")["OTH"].name_en, "an old record keeps its words"
    assert "OTH" not in [term.code for term in offered("incident_category")]

    lines = load_reference(DATA)
    assert "0 added, 1 changed, 0 retired" in lines[0]
    assert terms("incident_category")["OTH"].pk == pk
    assert "OTH" in [term.code for term in offered("incident_category")]


def test_a_vocabulary_whose_file_is_gone_is_retired(folder):
    load_reference(folder)
    (folder / "closing_grounds.yaml").unlink()
    load_reference(folder)
    assert offered("closing_ground") == []
    assert len(terms("closing_ground")) == 4


def test_a_corrected_name_changes_the_row_in_place(folder):
    load_reference(folder)
    pk = places()["POLOTSK"].pk

    def correct(file):
        record = next(p for p in file["places"] if p["code"] == "POLOTSK")
        record["lv"] = "Polacka"

    change(folder / "places.yaml", correct)
    assert "0 added, 1 changed, 0 retired" in load_reference(folder)[1]
    assert (places()["POLOTSK"].pk, places()["POLOTSK"].name_lv) == (pk, "Polacka")


def spoil(path, at, fields):
    def edit(content):
        records = content.get("terms") or content.get("places")
        record = next(r for r in records if r["code"] == at)
        record.update(fields)

    change(path, edit)


@pytest.mark.parametrize(
    ("file", "code", "fields", "reason"),
    [
        ("incident_categories.yaml", "DOC", {"be": ""}, "record DOC lacks be"),
        ("incident_categories.yaml", "DOC", {"colour": "red"}, "record DOC has unknown fields"),
        ("incident_categories.yaml", "DOC", {"parent": "NIL"}, "record DOC: its parent NIL"),
        ("incident_categories.yaml", "DOC", {"code": "REF"}, "record REF is listed twice"),
        ("incident_categories.yaml", "DOC", {"verified": "perhaps"}, "record DOC: verified must"),
        ("incident_categories.yaml", "DOC", {"facts": ["x"]}, "record DOC: facts must"),
        ("incident_categories.yaml", "DOC", {"en": "x" * 201}, "record DOC: name_en"),
        ("severities.yaml", "4", {"code": 4}, "record 4: write the code as text"),
        ("places.yaml", "RIX", {"kind": "harbour"}, "record RIX: kind"),
        ("places.yaml", "RIX", {"lat": 156.9}, "record RIX: "),
        ("places.yaml", "RIX", {"lat": None}, "record RIX: "),
        ("places.yaml", "MEI-GAV", {"position_verified": True}, "record MEI-GAV: "),
    ],
)
def test_a_bad_record_is_refused_with_its_file_and_code_and_nothing_is_loaded(
    folder, file, code, fields, reason
):
    load_reference()
    age("UBC")
    before = everything()
    spoil(folder / file, code, fields)
    with pytest.raises(Malformed) as refusal:
        load_reference(folder)
    assert str(refusal.value).startswith(f"{file}: {reason}")
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("terms: [", "is not valid YAML"),
        ("- a list", "must be a mapping"),
        ("terms: []", "does not say which vocabulary"),
        ("vocabulary: severity\nterms: []", "both hold severity"),
        ("vocabulary: new\nterms: []", 'has no records under "terms"'),
        ("vocabulary: new\nterms: [word]", "record 1 is not a mapping"),
    ],
)
def test_a_file_that_is_not_a_vocabulary_is_refused_by_name(folder, text, reason):
    load_reference()
    age()
    before = everything()
    (folder / "spoilt.yaml").write_text(text)
    with pytest.raises(Malformed, match=reason) as refusal:
        load_reference(folder)
    assert "spoilt.yaml" in str(refusal.value)
    assert everything() == before


def test_a_missing_file_is_refused_by_name(folder):
    (folder / "places.yaml").unlink()
    with pytest.raises(Malformed, match=r"places\.yaml cannot be read"):
        load_reference(folder)


def see_places():
    return f"seen: {len(places())}"


def stumble():
    raise Malformed("units.yaml: record LV-DGP lacks be.")


def test_the_loaders_of_the_apps_run_after_and_see_what_was_loaded(settings):
    settings.REFERENCE_LOADERS = [f"{__name__}.see_places"]
    assert load_reference()[-1] == f"seen: {Place.objects.count()}"


def test_a_loader_that_fails_undoes_everything(settings):
    load_reference()
    age()
    settings.REFERENCE_LOADERS = [f"{__name__}.stumble"]
    with pytest.raises(CommandError, match=r"Nothing was loaded\. units\.yaml: record LV-DGP"):
        call_command("load_reference")
    assert terms("incident_category")["REF"].name_en == "Old"


def test_the_command_tells_what_it_did(capsys):
    load_reference()
    age()
    call_command("load_reference")
    assert capsys.readouterr().out.splitlines() == [
        f"terms: 0 added, 1 changed, 0 retired, {Term.objects.count() - 1} unchanged",
        f"places: 0 added, 0 changed, 0 retired, {Place.objects.count()} unchanged",
    ]


@pytest.mark.parametrize("table", ["reference_term", "reference_place"])
def test_the_database_refuses_to_delete_a_row(table):
    load_reference()
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {table} WHERE code IN ('OTH', 'MIORY')")


@pytest.mark.parametrize("half", [{"lat": 55.0}, {"lon": 27.0}, {"lat": 91.0, "lon": 27.0}])
def test_the_database_refuses_half_a_position_or_one_off_the_globe(half):
    with pytest.raises(DatabaseError, match="a_position_has_both"), transaction.atomic():
        Place.objects.create(code="X", kind="town", name_en="X", **half)


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_add_everything_once(folder):
    (folder / "severities.yaml").rename(folder / "moods.yaml")
    change(folder / "moods.yaml", lambda file: file.update(vocabulary="mood"))
    failures = []

    def load():
        try:
            load_reference(folder)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Term.objects.filter(vocabulary="mood").count() == 4
