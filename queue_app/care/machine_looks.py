"""Looks at the machine and its settings: disk, clock, keys, programs, what stands beside."""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from printers import fonts
from queue_app.care.findings import Finding, Patient, bad, ok, warn
from queue_app.operations.backups import last_backup
from queue_app.speech.voice import PROGRAM, is_installed

LITTLE, TOO_LITTLE = 1 << 30, 200 << 20
"""Free bytes below which it is time to make room, and below which tickets are in danger."""

BACKUP_OLD, BACKUP_TOO_OLD = timedelta(hours=26), timedelta(days=8)


def settings(patient: Patient) -> Iterator[Finding]:
    """What the settings say together."""
    given = patient.settings
    https = given.public_url.startswith("https://")
    if https and not given.cookie_secure:
        yield bad(
            "cookies", "the public address is https, but cookies also go over http", "set QUEUE_COOKIE_SECURE=yes"
        )
    if https and not given.proxies:
        yield warn("proxy", "the public address is https, but no proxy is trusted", "set QUEUE_PROXIES=1 behind nginx")
    if not given.public_url:
        yield warn("public address", "QR codes show the address that each device used", "set QUEUE_PUBLIC_URL")
    database = "SQLite" if given.url.startswith("sqlite") else "PostgreSQL"
    yield ok("settings", f"{database}, {given.async_mode}, workers: {given.workers}")


def data_folder(patient: Patient) -> Iterator[Finding]:
    """Room, and who may read it."""
    folder = patient.settings.data_dir
    free = shutil.disk_usage(folder).free
    says = f"{free >> 20} MB are free in {folder.resolve()}"
    if free < TOO_LITTLE:
        yield bad("disk", says, "make room at once: without it no ticket can be written down")
    elif free < LITTLE:
        yield warn("disk", says, "make room: old backups, and *.before-restore-* in the data folder")
    else:
        yield ok("disk", says)
    for name in ("queue.sqlite3", "secret_key", "data_key"):
        path = folder / name
        if path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH) and not _is_closed(folder):
            standing = warn if name.endswith("sqlite3") else bad
            yield standing("permissions", f"everybody on this machine may read {path}", f"chmod o-rwx {path}")


def _is_closed(folder: Path) -> bool:
    return not folder.stat().st_mode & stat.S_IXOTH


def clock(patient: Patient) -> Iterator[Finding]:
    """The time: whether somebody sets it, and whether the zones are known."""
    now = patient.context.clock.now()
    for slug in patient.context.slugs().values():
        name = patient.context.setup(slug).time_zone
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            yield bad("time zone", f"{slug}: {name} is not known here", "apt-get install tzdata, or pip install tzdata")
    said = _ntp()
    if said == "no":
        yield warn("clock", f"it says {now:%Y-%m-%d %H:%M:%S} UTC, and nobody sets it", "timedatectl set-ntp true")
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC" + (", set by the network" if said == "yes" else ""))


def _ntp() -> str:
    """Return whether the network sets this machine's clock: `yes`, `no`, or nothing where nobody can tell."""
    try:
        command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def redis(patient: Patient) -> Iterator[Finding]:
    """Redis, where it is used."""
    url = patient.settings.redis_url
    if not url:
        return
    from redis import Redis, RedisError

    try:
        Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3).ping()
        yield ok("redis", "it answers")
    except (RedisError, ValueError) as error:
        yield bad(
            "redis", f"it does not answer: {type(error).__name__}", "systemctl status redis; is QUEUE_REDIS_URL right?"
        )


def programs(patient: Patient) -> Iterator[Finding]:
    """What the server needs beside itself."""
    if is_installed():
        yield ok("speech", f"{PROGRAM} is here")
    else:
        yield warn("speech", f"{PROGRAM} is not here: browsers speak, where they can", f"apt-get install {PROGRAM}")
    missing = [str(path) for path in (fonts.path(), fonts.path(bold=True), fonts.mono_path()) if not path.is_file()]
    if missing:
        yield bad("fonts", f"missing: {', '.join(missing)}", "install the product anew: slips cannot be set")
    else:
        yield ok("fonts", "all are here")


def backups(patient: Patient) -> Iterator[Finding]:
    """When the last backup was made, and whether it is still there."""
    told = last_backup(patient.settings.data_dir)
    todo = "flask backup FOLDER --keep 14, every night: docs/backup.md"
    if told is None:
        yield warn("backup", "none was ever made here", todo)
        return
    age = patient.context.clock.now() - datetime.fromisoformat(told["at"])
    says = f"the last is {age.total_seconds() / 3600:.0f} hours old: {told['file']}"
    if age > BACKUP_TOO_OLD:
        yield bad("backup", says, todo)
    elif age > BACKUP_OLD:
        yield warn("backup", says, todo)
    elif not Path(told["file"]).exists():
        yield warn(
            "backup",
            f"the last is not there any more: {told['file']}",
            "was it moved to a safe place? then all is well",
        )
    elif not told.get("verified"):
        yield warn("backup", f"{says}; it was not tried", "leave out --no-verify now and then")
    else:
        yield ok("backup", says)
