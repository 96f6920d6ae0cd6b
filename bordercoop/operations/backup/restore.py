"""`restore_backup`: everything back into an empty database, or nothing."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from bordercoop import VERSION
from bordercoop.audit.models import record

from . import BackupTrouble, tables
from .archive import FORMAT_VERSION, NO_BACKUP, PIECE, Part, Reader
from .encryption import decrypted, read_identities

# What `migrate` alone writes into a new database.
MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}
RESTORING = ".restoring"


def restore_backup(path: Path, *, identity: Path) -> dict[str, Any]:
    """Restore database and files from `path`; the manifest of what was restored.

    Reads the file twice: once to prove every byte of it, then to restore. The database must be
    empty and the folder of files too. Runs as the owner of the tables. Raises BackupTrouble, and
    then no row and no file was restored.
    """
    keys = read_identities(identity)
    manifest = _proven(path, keys)
    _same_version(manifest)
    _empty_database()
    _empty_folder()
    try:
        call_command("migrate", interactive=False, verbosity=0)
        _all_or_nothing(path, keys, manifest)
    except (psycopg2.Error, DatabaseError) as error:
        # Its text would show values of rows; the class and the rule that was broken do not.
        rule = getattr(getattr(error.__cause__ or error, "diag", None), "constraint_name", None)
        raise BackupTrouble(
            f"The database did not take the backup ({type(error).__name__}"
            f"{', ' + rule if rule else ''}). Nothing was restored."
        ) from error
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner knows nothing of rows that came by COPY
    if "verify_audit" in get_commands():
        call_command("verify_audit")
    return manifest


def _all_or_nothing(path: Path, keys: Sequence[Any], manifest: dict[str, Any]) -> None:
    with transaction.atomic(), connection.cursor() as wrapper:
        cursor = wrapper.cursor
        cursor.execute(tables.PLAIN)
        found = _same_tables(cursor, manifest)
        with _files_all_or_none() as folder:
            with tables.without_guards(cursor, list(found.values())):
                with decrypted(path, keys) as stream:
                    for part in _checked(Reader(stream), manifest):
                        if part.kind == "table":
                            tables.read_rows(cursor, found[part.name], part)
                        else:
                            _write_file(folder, part)
                for name, (last, called) in manifest["sequences"].items():
                    tables.set_sequence(cursor, name, last, called)
            for name, about in manifest["tables"].items():
                if (rows := tables.rows_in(cursor, name)) != about["rows"]:
                    raise BackupTrouble(
                        f"{name} has {rows} rows instead of {about['rows']}. Nothing was restored."
                    )
            record(
                "backup.restored",
                f"backup:{path.name[:100]}",
                by=None,
                taken_at=manifest["taken_at"],
                portal_version=manifest["portal_version"],
            )


def read_manifest(path: Path, *, identity: Path) -> dict[str, Any]:
    """Prove every byte of a backup without restoring it; its manifest. Raises BackupTrouble."""
    return _proven(path, read_identities(identity))


# --- before anything is changed


def _proven(path: Path, keys: Sequence[Any]) -> dict[str, Any]:
    with decrypted(path, keys) as stream:
        reader, seen = Reader(stream), {}
        for part in reader.parts():
            part.drain()
            seen[part.kind, part.name] = part
    manifest = reader.manifest
    if manifest.get("format_version") != FORMAT_VERSION:
        raise BackupTrouble(
            f"The backup has the format {manifest.get('format_version')}, and this portal reads "
            f"{FORMAT_VERSION}. Restore it with the version {manifest.get('portal_version')} of "
            "the portal that made it. Nothing was changed."
        )
    listed = {("file", file["path"]): file for file in manifest["files"]}
    listed |= {("table", name): about for name, about in manifest["tables"].items()}
    empty = {key for key, about in listed.items() if not about["bytes"]}
    if not empty | seen.keys() == listed.keys():
        raise BackupTrouble(NO_BACKUP)
    for key, part in seen.items():
        _compare(part, listed[key])
    return manifest


def _compare(part: Part, about: dict[str, Any]) -> None:
    if (part.sum.hexdigest(), part.size) != (about["sha256"], about["bytes"]):
        raise BackupTrouble(
            f"The sum of {part.name} in the backup is wrong: it was damaged or altered. "
            "Take another backup. Nothing was changed."
        )


def _checked(reader: Reader, manifest: dict[str, Any]) -> Iterator[Part]:
    """The parts once more, each compared again when it has been used."""
    files = {file["path"]: file for file in manifest["files"]}
    for part in reader.parts():
        about = (manifest["tables"] if part.kind == "table" else files).get(part.name)
        if about is None:
            raise BackupTrouble(NO_BACKUP)
        yield part
        part.drain()
        _compare(part, about)


def _same_version(manifest: dict[str, Any]) -> None:
    """The tables of the backup are those of this portal: same migrations on both sides."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = set(loader.graph.nodes)
    replaced = {key for one in loader.disk_migrations.values() for key in one.replaces}
    theirs = {(app, name) for app, name in manifest["migrations"]}
    newer = {key for key in theirs - ours - replaced if key[0] in loader.migrated_apps}
    if newer or ours - theirs:
        raise BackupTrouble(
            f"The backup was made by version {manifest['portal_version']} of the portal, and this "
            f"is {VERSION} with other tables. Restore it with that version, then change the "
            "version. Nothing was changed."
        )


def _empty_database() -> None:
    with connection.cursor() as cursor:
        found = tables.tables(cursor)
        cursor.execute(
            "SELECT NOT has_schema_privilege('public', 'CREATE') OR EXISTS"
            " (SELECT FROM pg_tables WHERE schemaname = 'public'"
            "  AND NOT pg_has_role(current_user, tableowner, 'USAGE'))"
        )
        if cursor.fetchone()[0]:
            raise BackupTrouble(
                "This role of the database may not make tables, or does not own those that are "
                "there. Restore as their owner (with compose: the service `restore`). "
                "Nothing was changed."
            )
        portal = bool(tables.migrations(cursor))
        for table in found:
            if portal and table.name in MADE_BY_MIGRATE:
                continue
            if not portal or tables.rows_in(cursor.cursor, table.name):
                raise BackupTrouble(
                    f"This database is not empty ({table.name}). A backup is restored into an "
                    "empty one only: make a new database and set DATABASE_URL to it. "
                    "Nothing was changed."
                )


def _empty_folder() -> None:
    folder = Path(settings.MEDIA_ROOT)
    kept = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if set(kept) - {RESTORING}:
        raise BackupTrouble(
            f"The folder of files {folder} is not empty. Move what is in it away. "
            "Nothing was changed."
        )


# --- restoring


def _same_tables(cursor: Any, manifest: dict[str, Any]) -> dict[str, tables.Table]:
    found = {table.name: table for table in tables.tables(cursor)}
    for name in sorted(found.keys() | manifest["tables"].keys()):
        theirs = manifest["tables"].get(name, {}).get("columns")
        if name not in found or theirs != dict(
            zip(found[name].columns, found[name].types, strict=True)
        ):
            raise BackupTrouble(
                f"The table {name} of the backup and that of this portal differ. Restore it with "
                f"version {manifest['portal_version']} of the portal. Nothing was restored."
            )
    return found


@contextmanager
def _files_all_or_none() -> Iterator[Path]:
    """A folder for the files on their way; at the end they move to their place, or are gone.

    It lies within the folder of files, which may be a mount point that cannot be renamed.
    """
    root = Path(settings.MEDIA_ROOT)
    folder = root / RESTORING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    moved: list[Path] = []
    try:
        yield folder
        for path in list(folder.iterdir()):
            moved.append(root / path.name)
            path.rename(moved[-1])
        folder.rmdir()
    except BaseException:
        for path in [folder, *moved]:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def _write_file(folder: Path, part: Part) -> None:
    path = folder / part.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        while data := part.read(PIECE):
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
