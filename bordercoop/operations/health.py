"""What running the portal adds to the health page: backups, room on the disks, the scheduler."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.timezone import now

from .models import Backup, Silence

LEAST_FREE_PERCENT = 10


def checks() -> dict[str, Any]:
    """`backup_age_s`: seconds since the moment that the newest backup holds, null without any, a
    problem past settings.BACKUP_MAX_AGE_HOURS if that is set; `disk_free_percent`: free part of
    each folder's disk; `silent`: processes that the watchdog misses, a problem of `processes`.
    """
    problems = []
    age = backup_age()
    if settings.BACKUP_MAX_AGE_HOURS and (
        age is None or age > settings.BACKUP_MAX_AGE_HOURS * 3600
    ):
        problems.append("backup_age_s")
    free = disk_free()
    if any(percent < LEAST_FREE_PERCENT for percent in free.values()):
        problems.append("disk_free_percent")
    found: dict[str, Any] = {
        "backup_age_s": age,
        "disk_free_percent": free,
        "silent": sorted(Silence.objects.open().values_list("process", flat=True)),
        "problems": problems,
    }
    if found["silent"]:
        problems.append("processes")
    return found


def backup_age() -> float | None:
    newest = Backup.objects.aggregate(at=Max("taken_at"))["at"]
    return round((now() - newest).total_seconds()) if newest else None


def folders() -> dict[str, Path]:
    """The folders that the portal writes to, as far as this process can see them."""
    named = {"files": settings.MEDIA_ROOT, "data": settings.BASE_DIR / ".run"}
    if settings.BACKUP_DIR:
        named["backups"] = Path(settings.BACKUP_DIR)
    return {name: Path(path) for name, path in named.items() if Path(path).is_dir()}


def disk_free() -> dict[str, float]:
    """Name of the folder -> percent of its disk that is free for us."""
    found = {}
    for name, path in folders().items():
        usage = shutil.disk_usage(path)
        found[name] = round(100 * usage.free / usage.total, 1)
    return found
