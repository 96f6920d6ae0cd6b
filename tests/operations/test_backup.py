"""A backup is the portal as it stood at one moment, for the holder of the key and nobody else."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import threading
import time
import zlib

import pyrage
import pytest
from django.core.management import CommandError, call_command

from bordercoop.audit.models import Entry
from bordercoop.operations.backup import BackupTrouble, make, tables
from bordercoop.operations.backup.archive import Writer
from bordercoop.operations.backup.make import make_backup
from bordercoop.operations.backup.restore import restore_backup
from bordercoop.operations.models import Backup

# Written after the moment of the backup, on either side.
AFTERWARDS = {"operations_backup", "audit_entry"}
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
    WHERE NOT tgisinternal ORDER BY 1, 2
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""


def rows_of(database):
    """Table -> (number, sum) of its rows with every column, generated ones as well."""
    names = database.sql(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    found = {}
    for (name,) in names:
        rows = database.sql(f'SELECT t::text FROM "{name}" t ORDER BY t::text')
        found[name] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return found


@pytest.fixture(scope="module")
def source(databases, demo_database):
    """A database with the demo data, for reading."""
    return databases(demo_database)


@pytest.fixture(scope="module")
def file(source, keys, tmp_path_factory):
    """A backup of it, with two files."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("backups")
    media = tmp_path_factory.mktemp("media")
    (media / "2026").mkdir()
    (media / "2026" / "sketch.bin").write_bytes(os.urandom(300_000))
    (media / "empty").touch()
    with override_settings(MEDIA_ROOT=media), source.current():
        made = make_backup(folder, recipients=keys[1])
    return folder / made.file


def altered(file, keys, path, change):
    """The same backup after `change` has worked on its unpacked folder; sealed anew."""
    folder = path.with_suffix(".d")
    folder.mkdir()
    secret = pyrage.x25519.Identity.from_str(keys[0].read_text().splitlines()[-1])
    clear = pyrage.decrypt(file.read_bytes(), [secret])
    (folder.with_suffix(".tar.gz")).write_bytes(clear)
    with tarfile.open(folder.with_suffix(".tar.gz")) as tar:
        tar.extractall(folder)
    change(folder)
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    names.sort(key=lambda name: name == "manifest.json")
    with tarfile.open(folder.with_suffix(".tar.gz"), "w:gz") as tar:
        for name in names:
            tar.add(folder / name, name)
    clear = folder.with_suffix(".tar.gz").read_bytes()
    path.write_bytes(pyrage.encrypt(clear, [secret.to_public()]))
    return path


def manifest_of(folder, **changes):
    """Rewrite the manifest in an unpacked backup."""
    about = json.loads((folder / "manifest.json").read_text())
    about.update(changes)
    (folder / "manifest.json").write_text(json.dumps(about))
    return about


# --- there and back


def test_a_restored_portal_is_the_same_portal(source, file, keys, databases, media, tmp_path):
    target = databases()

    def one_row_less(folder):
        """All sums are right, so that only the count after loading can notice."""
        about = json.loads((folder / "manifest.json").read_text())
        about["tables"]["incidents_incident"]["rows"] += 1
        manifest_of(folder, tables=about["tables"])

    def nobody(folder):
        """The accounts are gone and others point to them: only the foreign keys can notice."""
        (folder / "database" / "access_user" / "000000.copy").unlink()
        about = json.loads((folder / "manifest.json").read_text())
        empty = {"rows": 0, "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}
        about["tables"]["access_user"] |= empty
        manifest_of(folder, tables=about["tables"])

    wrong = altered(file, keys, tmp_path / "wrong.age", one_row_less)
    torn = altered(file, keys, tmp_path / "torn.age", nobody)
    with target.current():
        with pytest.raises(BackupTrouble, match="did not take the backup"):
            restore_backup(torn, identity=keys[0])
        with pytest.raises(BackupTrouble, match=r"incidents_incident has \d+ rows instead of"):
            restore_backup(wrong, identity=keys[0])
        assert target.sql("SELECT count(*) FROM incidents_incident") == [(0,)]
        assert not list(media.iterdir())
        # What failed left an empty portal, into which the same can be tried again.
        manifest = restore_backup(file, identity=keys[0])

    before, after = rows_of(source), rows_of(target)
    assert {name for name in before if before[name] != after[name]} == AFTERWARDS
    assert after["audit_entry"][0] == before["audit_entry"][0]  # one made, one restored
    assert manifest["tables"]["audit_entry"]["rows"] == before["audit_entry"][0] - 1

    assert target.sql(TRIGGERS) == source.sql(TRIGGERS)
    assert {row[2] for row in target.sql(TRIGGERS)} == {"O"}
    assert target.sql(CONSTRAINTS) == source.sql(CONSTRAINTS)

    assert sorted(p.name for p in media.rglob("*") if p.is_file()) == ["empty", "sketch.bin"]
    sums = {f["path"]: f["sha256"] for f in manifest["files"]}
    sketch = media / "2026" / "sketch.bin"
    assert hashlib.sha256(sketch.read_bytes()).hexdigest() == sums["2026/sketch.bin"]

    with target.current():
        _goes_on_working(target)
        with pytest.raises(BackupTrouble, match="is not empty"):
            restore_backup(file, identity=keys[0])


def _goes_on_working(target):
    """Sequences go on where they were, and the append-only trail is append-only again."""
    import uuid
    from datetime import timedelta

    from django.db import DatabaseError
    from django.utils.timezone import now

    from bordercoop.access.models import User
    from contactpoints.models import Unit, forget_units
    from incidents.actions import report_incident

    forget_units()
    highest = target.sql("SELECT max(id) FROM incidents_incident")[0][0]
    made = report_incident(
        unit=Unit.objects.get(code="LV-DGP"),
        content={
            "category": "UBC-LND", "severity": 3, "headline": "After the restore",
            "happened_at": now() - timedelta(minutes=20),
            "detected_at": now() - timedelta(minutes=10),
            "lat": 55.7912, "lon": 27.301, "people_total": 2, "narrative": "Tracks.",
            "language": "en",
        },
        client_ref=uuid.uuid4(),
        by=User.objects.get(username="dgp.officer"),
    )  # fmt: skip
    assert made.pk > highest
    assert Entry.objects.filter(verb="backup.restored").count() == 1
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        Entry.objects.all().delete()


def test_the_backup_holds_one_moment_while_others_write(
    databases, demo_database, keys, tmp_path, media
):
    """Every writer's transaction puts one row into each of two tables: never one without two."""
    database = databases(demo_database)
    database.sql("CREATE TABLE zz_first (n int); CREATE TABLE a_second (n int)")
    stop, written = threading.Event(), []

    def write():
        made = database.connect()
        made.autocommit = False
        while not stop.is_set():
            with made, made.cursor() as cursor:
                cursor.execute("INSERT INTO zz_first VALUES (1)")
                cursor.execute("INSERT INTO a_second VALUES (1)")
            written.append(1)
        made.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 50:
            time.sleep(0.01)
        with database.current():
            make_backup(tmp_path / "b.age", recipients=keys[1])
    finally:
        stop.set()
        writer.join()
    secret = pyrage.x25519.Identity.from_str(keys[0].read_text().splitlines()[-1])
    clear = pyrage.decrypt((tmp_path / "b.age").read_bytes(), [secret])
    (tmp_path / "b.tar.gz").write_bytes(clear)
    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        about = json.load(tar.extractfile("manifest.json"))
    first, second = (about["tables"][name]["rows"] for name in ("zz_first", "a_second"))
    assert first == second >= 50
    assert len(written) > first, "the writer went on meanwhile"


def test_a_backup_is_recorded_private_and_says_nothing_in_clear(source, file):
    with source.current():
        made = Backup.objects.get(file=file.name)
        entry = Entry.objects.get(verb="backup.made", about=f"backup:{file.name}")
    assert made.sha256 == hashlib.sha256(file.read_bytes()).hexdigest() == entry.facts["sha256"]
    assert made.size == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert b"Daugavpils" not in file.read_bytes()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_check_proves_a_backup_without_a_database(file, keys, capsys):
    call_command("restore", file, identity=keys[0], check=True)
    assert "The backup is whole" in capsys.readouterr().out


def test_only_the_newest_are_kept_and_strangers_are_left_alone(source, keys, tmp_path, media):
    for day in (1, 2, 3):
        (tmp_path / f"bordercoop-2026010{day}T000000Z.tar.gz.age").touch()
    (tmp_path / "letters.age").touch()
    (tmp_path / "bordercoop-20260101T000000Z.tar.gz.age.part").touch()  # of a killed backup
    with source.current():
        made = make_backup(tmp_path, recipients=keys[1], keep=2)
    kept = {path.name for path in tmp_path.iterdir()} - {"media"}
    assert kept == {made.file, "bordercoop-20260103T000000Z.tar.gz.age", "letters.age"}


def test_memory_stays_bounded_whatever_the_size_of_a_table(tmp_path):
    script = f"""
import resource, sys
from pathlib import Path
from bordercoop.operations.backup.archive import Reader, Writer
from bordercoop.operations.backup.encryption import decrypted, encrypted
import pyrage
key = pyrage.x25519.Identity.generate()
begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
line = b"a row of the table, as long as rows are\\t" * 25 + b"\\n"
def copy(pieces):
    for _ in range(200):
        pieces.write(line * 1000)
path = Path({str(tmp_path / "big.age")!r})
with open(path, "wb") as file, encrypted(file, [key.to_public()]) as stream:
    archive = Writer(stream)
    about = archive.table("big", copy)
    archive.close({{"format": "bordercoop-backup"}})
with decrypted(path, [key]) as stream:
    for part in Reader(stream).parts():
        part.drain()
        assert part.sum.hexdigest() == about["sha256"] and part.rows == about["rows"] == 200_000
assert about["bytes"] > 200_000_000
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 60


# --- refusals: a sentence, and nothing changed


@pytest.fixture
def refused(databases, keys, media):
    """Try to restore into an empty database: the sentence; it stays empty."""
    target = databases()

    def refused(file, identity=keys[0]):
        with target.current(), pytest.raises(CommandError) as error:
            call_command("restore", file, identity=identity)
        assert target.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
        assert not media.exists()
        return str(error.value)

    refused.target = target
    return refused


def test_a_role_that_may_not_make_tables_is_told_so(refused, file, databases):
    target = refused.target
    target.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC, CURRENT_USER, pg_database_owner")
    assert "Restore as their owner" in refused(file)


def test_another_key_opens_nothing(refused, file, tmp_path):
    call_command("backup_key", tmp_path / "other.key")
    assert "This key does not open the backup" in refused(file, tmp_path / "other.key")


@pytest.mark.parametrize("place", [0.5, 0.999])
def test_a_flipped_byte_is_noticed(refused, file, tmp_path, place):
    whole = bytearray(file.read_bytes())
    whole[int(len(whole) * place)] ^= 1
    (tmp_path / "flipped.age").write_bytes(whole)
    assert "damaged or cut off" in refused(tmp_path / "flipped.age")


def test_a_file_cut_off_is_noticed(refused, file, tmp_path):
    # At the end of one of age's chunks too, where every byte that is there is right.
    whole = file.read_bytes()
    header = whole.index(b"\n---") + 1
    start = whole.index(b"\n", header) + 1 + 16
    for length in (len(whole) // 2, start + 65536 + 16):
        (tmp_path / "cut.age").write_bytes(whole[:length])
        assert "damaged or cut off" in refused(tmp_path / "cut.age")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a letter", b"\x00" * 100_000])
def test_what_is_no_backup_is_refused(refused, tmp_path, content):
    (tmp_path / "letter").write_bytes(content)
    assert "Nothing was changed" in refused(tmp_path / "letter")


def test_what_is_encrypted_but_no_archive_is_refused(refused, keys, tmp_path):
    public = pyrage.x25519.Recipient.from_str(keys[1].read_text().strip())
    for content in (b"a letter", zlib.compress(b"a letter")):
        (tmp_path / "letter.age").write_bytes(pyrage.encrypt(content, [public]))
        assert "no backup of the portal" in refused(tmp_path / "letter.age")


def test_a_sum_that_is_wrong_is_refused(refused, file, keys, tmp_path):
    def change(folder):
        path = folder / "database" / "reference_term" / "000000.copy"
        path.write_bytes(path.read_bytes().replace(b"Other", b"0ther", 1))

    assert "The sum of reference_term" in refused(altered(file, keys, tmp_path / "x.age", change))


def test_a_part_that_is_missing_is_refused(refused, file, keys, tmp_path):
    def change(folder):
        (folder / "database" / "reference_term" / "000000.copy").unlink()

    assert "no backup" in refused(altered(file, keys, tmp_path / "x.age", change))


@pytest.mark.parametrize("direction", ["newer", "older"])
def test_another_version_is_named(refused, file, keys, tmp_path, direction):
    def change(folder):
        about = json.loads((folder / "manifest.json").read_text())
        applied = about["migrations"]
        if direction == "newer":
            applied.append(["incidents", "9999_from_the_future"])
        else:
            applied.remove(next(one for one in applied if one[0] == "incidents"))
        manifest_of(folder, migrations=applied, portal_version="7.7.7")

    assert "version 7.7.7" in refused(altered(file, keys, tmp_path / "x.age", change))


def test_another_format_is_named(refused, file, keys, tmp_path):
    changed = altered(file, keys, tmp_path / "x.age", lambda f: manifest_of(f, format_version=2))
    assert "has the format 2" in refused(changed)


def test_a_name_that_leads_out_of_the_folder_is_refused(refused, keys, tmp_path):
    public = pyrage.x25519.Recipient.from_str(keys[1].read_text().strip())
    (tmp_path / "evil.tar.gz").touch()
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "evil.tar.gz", "files/../../evil")
    sealed = pyrage.encrypt((tmp_path / "evil.tar.gz").read_bytes(), [public])
    (tmp_path / "evil.age").write_bytes(sealed)
    assert "no backup" in refused(tmp_path / "evil.age")


def test_files_that_are_there_are_never_mixed_with_restored_ones(file, keys, databases, media):
    media.mkdir()
    (media / "mine").touch()
    target = databases()
    with target.current(), pytest.raises(BackupTrouble, match="not empty"):
        restore_backup(file, identity=keys[0])
    assert [path.name for path in media.iterdir()] == ["mine"]
    assert target.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_secret_key_is_never_taken_for_a_recipient(keys, tmp_path):
    with pytest.raises(CommandError, match="must not lie where backups are made"):
        call_command("backup", tmp_path, recipient=keys[0])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "# nothing\n", "age1nonsense\n", "ключ\n"])
def test_a_file_without_a_public_key_is_refused(tmp_path, text):
    (tmp_path / "key").write_text(text)
    with pytest.raises(CommandError):
        call_command("backup", tmp_path / "b.age", recipient=tmp_path / "key")


def test_a_key_is_never_overwritten(keys):
    before = keys[0].read_text()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup_key", keys[0])
    assert keys[0].read_text() == before
    assert keys[0].stat().st_mode & 0o777 == 0o600


def test_a_backup_never_overwrites(keys, file):
    before = file.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", file, recipient=keys[1])
    assert file.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing_behind(source, keys, tmp_path, media, monkeypatch):
    """The database goes away in the middle: no file, no record, no process that hangs."""

    def broken(cursor, table, pieces):
        pieces.write(b"x" * 5_000_000)
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(tables, "write_rows", broken)
    with source.current():
        before = Backup.objects.count()
        with pytest.raises(CommandError, match="database"):
            call_command("backup", tmp_path, recipient=keys[1])
        assert Backup.objects.count() == before
    assert not list(tmp_path.glob("*.age*"))


def test_a_full_disk_is_said_and_leaves_nothing_behind(source, keys, tmp_path, media, monkeypatch):
    class Full:
        def __init__(self, file):
            self.size = 0

        def write(self, data):
            raise OSError(28, "No space left on device")

        def flush(self):
            pass

    monkeypatch.setattr(make, "_Summing", Full)
    with source.current(), pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", tmp_path, recipient=keys[1])
    assert not list(tmp_path.glob("*.age*"))


def test_the_archive_writer_cuts_tables_into_pieces(tmp_path):
    """By hand: `age -d | tar -xz`, then the pieces of a table one after another."""
    path = tmp_path / "clear.tar.gz"
    with open(path, "wb") as stream:
        archive = Writer(stream)

        def copy(pieces):
            for _ in range(9):
                pieces.write(b"x" * 999_999 + b"\n")

        archive.table("big", copy)
        archive.close({})
    with tarfile.open(path) as tar:
        names = tar.getnames()
    assert names == ["database/big/000000.copy", "database/big/000001.copy", "manifest.json"]
