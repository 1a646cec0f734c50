"""A backup holds what was there, comes back as it was, and is refused where it is not what was made."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text, update

from queue_app.care.archive import MANIFEST, Archive, BadArchive
from queue_app.care.backup import UNVERIFIED, BackupFailed, Made, make_backup, rotate
from queue_app.care.restore import RestoreRefused, restore
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.operations import setup as people
from queue_app.operations.backups import last_backup
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.store.models import Leg
from queue_app.store.session import Database
from tests.factories import Brno
from tests.servers import ROOT, PostgresServer, wait_until


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Settings:
    """The settings of an installation on either database."""
    data = tmp_path / "data"
    data.mkdir()
    if database_url.startswith("sqlite"):
        (tmp_path / "queue.sqlite3").rename(data / "queue.sqlite3")
        return Settings(data_dir=data)
    return Settings(data_dir=data, database_url=database_url)


@pytest.fixture
def database(installation: Settings):  # type: ignore[no-untyped-def]
    """A connected database."""
    database = Database(installation.url)
    yield database
    database.dispose()


@pytest.fixture
def elsewhere(installation: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """The settings of a new, empty machine with the same kind of database."""
    data = tmp_path / "new machine"
    if installation.url.startswith("sqlite"):
        return Settings(data_dir=data)
    server: PostgresServer = request.getfixturevalue("postgres")
    return Settings(data_dir=data, database_url=Settings(database_url=server.new_database("template0")).url)


def tickets_of(settings: Settings) -> list[str]:
    """Return the labels of all tickets."""
    database = Database(settings.url)
    with database.reading() as connection:
        labels = list(connection.execute(text("SELECT label FROM ticket ORDER BY id")).scalars())
    database.dispose()
    return labels


def rewritten(source: Path, target: Path, change) -> Path:  # type: ignore[no-untyped-def]
    """Copy an archive, letting `change` alter its members (name → bytes) and its manifest."""
    with zipfile.ZipFile(source) as old:
        members = {name: old.read(name) for name in old.namelist() if name != MANIFEST}
        manifest = json.loads(old.read(MANIFEST))
    change(members, manifest)
    with zipfile.ZipFile(target, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
        new.writestr(MANIFEST, json.dumps(manifest))
    return target


def test_what_is_backed_up_comes_back_on_a_new_machine(
    installation: Settings, elsewhere: Settings, context: Context, brno: Brno, tmp_path: Path
) -> None:
    for _ in range(5):
        brno.take("ids")
    media = installation.data_dir / "media/brno/summer"
    media.mkdir(parents=True)
    (media / "pool.png").write_bytes(b"a picture")
    made = make_backup(installation, context.clock, tmp_path / "b.zip", with_keys=True)
    assert made.flaws == []
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.facts["branches"]["brno"]["tickets"] == 5
    told = last_backup(installation.data_dir)
    assert told is not None and told["verified"] and told["file"] == str(made.path)
    said = restore(elsewhere, context.clock, made.path)
    assert any("brno" in line for line in said) and "start the server" in said[-1]
    assert tickets_of(elsewhere) == tickets_of(installation)
    assert (elsewhere.data_dir / "media/brno/summer/pool.png").read_bytes() == b"a picture"
    assert elsewhere.signing_key() == installation.signing_key()
    assert elsewhere.sealing_keys() == installation.sealing_keys()
    database = Database(elsewhere.url)
    assert list(differences(Context(database, context.clock))) == []
    database.dispose()
    assert [path.name for path in elsewhere.data_dir.iterdir() if path.name.startswith(".")] == []


def test_keys_are_in_a_backup_only_where_they_are_asked_for(
    installation: Settings, context: Context, brno: Brno, tmp_path: Path
) -> None:
    key = installation.signing_key()
    made = make_backup(installation, context.clock, tmp_path / "b.zip", verify=False)
    with zipfile.ZipFile(made.path) as archive:
        assert not [name for name in archive.namelist() if name.startswith("keys/")]
        assert not any(key.encode() in archive.read(name) for name in archive.namelist())
    told = last_backup(installation.data_dir)
    assert made.flaws is None and told is not None and not told["verified"]


def test_a_restore_replaces_what_is_there_only_when_told_and_keeps_it(
    installation: Settings, database: Database, context: Context, brno: Brno, tmp_path: Path
) -> None:
    brno.take("ids")
    old = people.create_token(context, "old", ["reports"], None)
    people.create_token(context, "kept", ["reports"], None)
    made = make_backup(installation, context.clock, tmp_path / "b.zip")
    brno.take("ids")
    assert people.revoke_tokens(context, "old") == 1 and old
    database.dispose()
    with pytest.raises(RestoreRefused, match="--yes"):
        restore(installation, context.clock, made.path)
    assert len(tickets_of(installation)) == 2
    said = restore(installation, context.clock, made.path, replace=True)
    assert len(tickets_of(installation)) == 1
    assert any("kept" in line for line in said)
    with database.reading() as connection:
        revoked = dict(connection.execute(text("SELECT name, revoked_at FROM api_token")).all())
        audit = connection.execute(text("SELECT actor, action, subject FROM audit_entry")).all()
    # What was revoked after the backup stays revoked; what was good stays good.
    assert revoked["old"] is not None and revoked["kept"] is None
    assert ("console", "restore", "b.zip") in [tuple(row) for row in audit]
    brno.take("ids")


def test_a_restore_refuses_a_database_that_is_in_use(
    installation: Settings, database: Database, context: Context, brno: Brno, tmp_path: Path
) -> None:
    made = make_backup(installation, context.clock, tmp_path / "b.zip", verify=False)
    database.dispose()
    server = Database(installation.url)
    with server.reading():
        in_other = "import sys; from pathlib import Path; from queue_app.clock import SystemClock; "
        in_other += (
            "from queue_app.config import Settings; from queue_app.care.restore import restore, RestoreRefused\n"
        )
        in_other += "try: restore(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]), SystemClock(), Path(sys.argv[3]), replace=True)\n"
        in_other += "except RestoreRefused as error: sys.exit(str(error))"
        command = [
            sys.executable,
            "-c",
            in_other,
            str(installation.data_dir),
            installation.database_url,
            str(made.path),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    server.dispose()
    assert done.returncode == 1 and "stop the server" in done.stderr, done.stderr
    assert restore(installation, context.clock, made.path, replace=True)


def test_a_record_that_is_not_consistent_is_backed_up_but_not_called_good(
    installation: Settings, database: Database, context: Context, brno: Brno, tmp_path: Path, elsewhere: Settings
) -> None:
    brno.take("ids")
    with database.writing() as connection:
        connection.execute(update(Leg).values(rank=7))
    made = make_backup(installation, context.clock, tmp_path / "b.zip")
    assert made.flaws and made.path.name == f"b.zip{UNVERIFIED}"
    assert last_backup(installation.data_dir) is None
    with pytest.raises(RestoreRefused, match="not good"):
        restore(elsewhere, context.clock, made.path)
    assert restore(elsewhere, context.clock, made.path, accept_flaws=True)


def test_an_older_release_s_backup_is_brought_up_to_this_one(
    tmp_path: Path, clock: SimulatedClock, migrated_sqlite: Path
) -> None:
    from tests.operations.test_migrations import old_branch

    old = Settings(data_dir=tmp_path / "old")
    old.data_dir.mkdir()
    database = Database(old.url)
    old_branch(database)
    database.dispose()
    made = make_backup(old, clock, tmp_path / "b.zip")
    assert (made.flaws, made.facts["migration"]) == ([], "0005")
    new = Settings(data_dir=tmp_path / "new")
    restore(new, clock, made.path)
    assert tickets_of(new)


def small_backup(tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock) -> tuple[Settings, Made]:
    """Return an installation on SQLite and a backup of it."""
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    (settings.data_dir / "queue.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    return settings, make_backup(settings, clock, tmp_path / "b.zip", with_keys=True, verify=False)


def escape(members, manifest) -> None:  # type: ignore[no-untyped-def]
    members["files/media/../../../evil"] = b"x"
    manifest["members"]["files/media/../../../evil"] = {
        "bytes": 1,
        "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
    }


def absolute(members, manifest) -> None:  # type: ignore[no-untyped-def]
    members["/tmp/evil"] = b"x"
    manifest["members"]["/tmp/evil"] = {"bytes": 1, "sha256": "x"}


def another_member(members, manifest) -> None:  # type: ignore[no-untyped-def]
    members["files/media/x.png"] = b"x"


def another_content(members, manifest) -> None:  # type: ignore[no-untyped-def]
    members["keys/secret_key"] = members["keys/secret_key"][:-1] + b"!"


def larger(members, manifest) -> None:  # type: ignore[no-untyped-def]
    members["database.sqlite3"] += b"\0" * 10_000_000


def smaller_claim(members, manifest) -> None:  # type: ignore[no-untyped-def]
    manifest["members"]["database.sqlite3"]["bytes"] = "many"


def no_database(members, manifest) -> None:  # type: ignore[no-untyped-def]
    del members["database.sqlite3"], manifest["members"]["database.sqlite3"]


def from_the_future(members, manifest) -> None:  # type: ignore[no-untyped-def]
    manifest["form"] = 99


HOSTILE = (escape, absolute, another_member, another_content, larger, smaller_claim, no_database, from_the_future)


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__)
def test_an_archive_that_was_tampered_with_is_refused_and_changes_nothing(
    change,
    tmp_path: Path,
    migrated_sqlite: Path,
    clock: SimulatedClock,  # type: ignore[no-untyped-def]
) -> None:
    _, made = small_backup(tmp_path, migrated_sqlite, clock)
    bad = rewritten(made.path, tmp_path / "bad.zip", change)
    new = Settings(data_dir=tmp_path / "new")
    with pytest.raises(BadArchive):
        restore(new, clock, bad)
    assert not new.data_dir.exists() or list(new.data_dir.iterdir()) == []
    assert not (tmp_path / "evil").exists() and not Path("/tmp/evil").exists()


def test_a_link_in_an_archive_is_refused(tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock) -> None:
    _, made = small_backup(tmp_path, migrated_sqlite, clock)
    bad = rewritten(made.path, tmp_path / "bad.zip", another_member)
    with zipfile.ZipFile(bad, "a") as archive:
        archive.infolist()[-2].external_attr = (stat.S_IFLNK | 0o777) << 16
        link = zipfile.ZipInfo("files/media/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BadArchive):
        Archive(bad)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_an_archive_that_was_cut_off_is_refused(
    share: float, tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock
) -> None:
    _, made = small_backup(tmp_path, migrated_sqlite, clock)
    content = made.path.read_bytes()
    made.path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BadArchive):
        restore(Settings(data_dir=tmp_path / "new"), clock, made.path)


def test_no_single_flipped_byte_goes_unnoticed(tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock) -> None:
    _, made = small_backup(tmp_path, migrated_sqlite, clock)
    content = made.path.read_bytes()
    with zipfile.ZipFile(made.path) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    refused = 0
    for number, place in enumerate(range(50, len(content) - 400, max(1, len(content) // 25))):
        bad = tmp_path / f"bad{number}.zip"
        bad.write_bytes(content[:place] + bytes([content[place] ^ 0x40]) + content[place + 1 :])
        try:
            archive = Archive(bad)
        except BadArchive:
            refused += 1
            continue
        # Some bytes of a ZIP mean nothing, such as the time of a member: then all comes out as it was.
        try:
            for name in archive.members:
                archive.extract(name, tmp_path / f"out{number}" / name)
                assert (tmp_path / f"out{number}" / name).read_bytes() == whole[name], place
        except BadArchive:
            refused += 1
        archive.close()
    assert refused > 10


def test_a_backup_of_a_newer_release_or_of_another_database_is_refused(
    tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock
) -> None:
    _, made = small_backup(tmp_path, migrated_sqlite, clock)

    def newer(members, manifest) -> None:  # type: ignore[no-untyped-def]
        manifest["migration"] = "9999"

    with pytest.raises(RestoreRefused, match="newer release"):
        restore(Settings(data_dir=tmp_path / "new"), clock, rewritten(made.path, tmp_path / "newer.zip", newer))
    other = Settings(data_dir=tmp_path / "new", database_url="postgresql://queue@127.0.0.1/queue")
    with pytest.raises(RestoreRefused, match="postgresql"):
        restore(other, clock, made.path)


def test_a_damaged_database_can_be_replaced(tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock) -> None:
    settings, made = small_backup(tmp_path, migrated_sqlite, clock)
    damaged = settings.data_dir / "queue.sqlite3"
    damaged.write_bytes(b"\0" * 40_000)
    with pytest.raises(RestoreRefused, match="--yes"):
        restore(settings, clock, made.path)
    restore(settings, clock, made.path, replace=True)
    with closing(sqlite3.connect(damaged)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_folder_gets_a_name_by_the_time_and_keeps_so_many(
    tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock
) -> None:
    settings, _ = small_backup(tmp_path, migrated_sqlite, clock)
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "queue-of-people.zip").write_text("mine too")
    for _ in range(4):
        clock.advance(days=1)
        make_backup(settings, clock, folder, verify=False)
        rotate(folder, 2)
    assert sorted(path.name for path in folder.iterdir()) == [
        "notes.txt", "queue-20260307T080000Z.zip", "queue-20260308T080000Z.zip", "queue-of-people.zip",
    ]  # fmt: skip
    with pytest.raises(BackupFailed, match="there already"):
        make_backup(settings, clock, folder, verify=False)


def in_a_process(settings: Settings, target: Path, *, most_bytes: int | None = None) -> subprocess.Popen[str]:
    """Begin a backup in a process of its own, which may write no larger file than `most_bytes`."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    environment = {
        **os.environ,
        "QUEUE_DATA_DIR": str(settings.data_dir),
        "QUEUE_SECRET_KEY": "x",
        "QUEUE_DATA_KEY": "y",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(target)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, preexec_fn=limit, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_full_disk_and_a_kill_in_the_middle_leave_nothing_that_looks_good(
    tmp_path: Path, migrated_sqlite: Path, clock: SimulatedClock
) -> None:
    settings, _ = small_backup(tmp_path, migrated_sqlite, clock)
    with closing(sqlite3.connect(settings.data_dir / "queue.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE ballast (content BLOB)")
        connection.executemany("INSERT INTO ballast VALUES (randomblob(1000000))", [()] * 60)
    folder = tmp_path / "backups"
    folder.mkdir()
    full = in_a_process(settings, folder / "b.zip", most_bytes=20_000_000)
    said = full.communicate(timeout=120)[1]
    assert full.returncode == 1 and "No backup was made" in said, said
    assert "Traceback" not in said
    assert list(folder.iterdir()) == []
    killed = in_a_process(settings, folder / "b.zip")
    wait_until(lambda: list(folder.glob(".b.zip.part/*")), "the backup to be under way", pause=0.001)
    killed.kill()
    killed.communicate(timeout=60)
    assert not (folder / "b.zip").exists()
    assert all(path.name.startswith(".") for path in folder.iterdir())
    # The next one clears away what the killed one left.
    made = make_backup(settings, clock, folder / "c.zip", verify=False)
    assert [path.name for path in folder.iterdir()] == [made.path.name]
