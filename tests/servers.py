"""Real servers for tests and benchmarks: PostgreSQL, Redis, and the product itself under gunicorn, each on a free port."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parent.parent
START_SECONDS = 30


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Any, what: str, seconds: float = START_SECONDS, pause: float = 0.05) -> Any:
    """Return the first true value of `condition()`; fail with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(pause)


SHAPE = """
select md5(string_agg(part, '|' order by part)) from (
  select format('%s %s %s %s %s %s', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull, a.attnum) as part
    from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace
  union all select format('%s %s', conname, contype) from pg_constraint where connamespace = 'public'::regnamespace
  union all select format('%s %s', tgname, tgenabled) from pg_trigger where not tgisinternal
  union all select format('%s %s', proname, md5(prosrc)) from pg_proc where pronamespace = 'public'::regnamespace
  union all select version_num from alembic_version) shape
"""
"""What a database consists of, in one word."""

EMPTY = """
do $$ declare each record; gone bigint := 0; these bigint; begin
  set local session_replication_role = replica;
  for each in select oid::regclass as name from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'alembic_version' loop
    execute format('delete from %s', each.name);
    get diagnostics these = row_count;
    gone := gone + these;
  end loop;
  for each in select format('%I.%I', schemaname, sequencename) as name from pg_sequences where last_value is not null loop
    execute format('alter sequence %s restart', each.name);
  end loop;
  perform set_config('queue.gone', gone::text, false);
end $$
"""

MOST_ROWS, MOST_TIMES = 2_000, 40
"""So much may be deleted from a database, and so often, before a new one is quicker than what lies dead in it."""


class PostgresServer:
    """A PostgreSQL cluster of its own in a temporary folder."""

    def __init__(self, *, durable: bool = True) -> None:
        """Make the cluster and start it.

        Args:
            durable: as in production. Otherwise it does not wait for the disk: what it was told outlives its own end however
                that comes, but not the machine's.
        """
        self._durable = durable
        self._clean: list[str] = []
        self._uses: dict[str, int] = {}
        self._shape = ""
        self.folder = Path(tempfile.mkdtemp(prefix="queue-pg-"))
        self.port = free_port()
        self._binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self._count = 0
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            shutil.chown(self.folder, "postgres")
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "queue", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        self.start()
        self.admin("CREATE DATABASE template_queue")

    def _run(self, name: str, *arguments: str) -> None:
        command = [str(self._binaries / name), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, capture_output=True, cwd="/tmp")

    def start(self) -> None:
        """Start the server."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        if not self._durable:
            options += " -c fsync=off -c full_page_writes=off -c autovacuum=off"
        log = self.folder / "log"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", str(log), "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; `immediate` is a crash."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def close(self) -> None:
        """Stop the server and have the cluster removed: hundreds of databases take a minute, which nobody waits for."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        subprocess.run(["sh", "-c", 'rm -rf "$0" &', str(self.folder)], check=True)

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql://queue@127.0.0.1:{self.port}/{name}"

    def admin(self, statement: str) -> None:
        """Run a statement outside any database of ours."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def lend(self) -> str:
        """Return the address of a migrated, empty database, which may have been used before; see `put_back`."""
        address = self._clean.pop() if self._clean else self.new_database()
        self._uses[address] = self._uses.get(address, 0) + 1
        return address

    def put_back(self, address: str) -> None:
        """Empty a database that was lent, a tenth of the work of making one.

        It is given up where somebody is still connected, where it is no longer what the template is, and where so much was
        written that a new one is quicker.
        """
        if not self._shape:
            with psycopg.connect(self.url("template_queue"), autocommit=True) as connection:
                self._shape = one(connection, SHAPE)
        with psycopg.connect(address, autocommit=True) as connection:
            others = one(
                connection,
                "select count(*)::text from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
            )
            if others != "0" or self._uses[address] >= MOST_TIMES or one(connection, SHAPE) != self._shape:
                return
            connection.execute(EMPTY)
            if int(one(connection, "select current_setting('queue.gone')")) <= MOST_ROWS:
                self._clean.append(address)

    def new_database(self, template: str = "template_queue") -> str:
        """Make a copy of `template` and return its address."""
        self._count += 1
        name = f"queue_{os.getpid()}_{self._count}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


def one(connection: psycopg.Connection[Any], question: str) -> str:
    """Return the one value that is asked for."""
    row = connection.execute(question).fetchone()  # type: ignore[call-overload]
    return str(row[0])


class RedisServer:
    """A Redis server of its own."""

    def __init__(self) -> None:
        """Start it."""
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, again after `close`: at the same port and empty."""
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"],
            stdout=subprocess.DEVNULL,
            cwd="/tmp",
        )
        self.pid = self._process.pid
        wait_until(lambda: _answers(self.port), "redis")

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@cache
def _template() -> QueueServer:
    """Return an installation that is set up and never started: copying it takes a tenth of a second, setting up eight."""
    folder = Path(tempfile.mkdtemp(prefix="queue-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / ".set-up").touch()
    template = QueueServer(folder)
    template.token()
    (folder / ".set-up").unlink()
    return template


class QueueServer:
    """The product under gunicorn, as in production, with its demo branch."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Set it up in `folder`; `settings` are further environment variables (`QUEUE_…`)."""
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("QUEUE_")},
            "QUEUE_DATA_DIR": str(folder),
            "QUEUE_TICK": "0.5",
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._tokens: dict[str, str] = {}
        self.passwords: dict[str, str] = {}
        if "QUEUE_DATABASE_URL" in settings or any(folder.iterdir()):
            self._set_up()
        else:
            self._copy(_template())

    def _set_up(self) -> None:
        self.flask("migrate")
        printed = self.flask("demo")
        self.passwords = {
            name: password
            for name, password in (line.split() for line in printed.splitlines() if len(line.split()) == 2)
            if name in {"alena", "bohdan", "dana", "marta"}
        }

    def _copy(self, template: QueueServer) -> None:
        shutil.copytree(template.folder, self.folder, dirs_exist_ok=True)
        self.passwords = template.passwords
        self._tokens = dict(template._tokens)
        with contextlib.closing(sqlite3.connect(self.folder / "queue.sqlite3")) as connection, connection:
            old, new = str(template.folder.resolve()), str(self.folder.resolve())
            connection.execute("UPDATE printer SET address = replace(address, ?, ?)", (old, new))

    def flask(self, *arguments: str, check: bool = True) -> str:
        """Run a `flask` command with this installation's settings and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if check and done.returncode:
            raise AssertionError(f"flask {' '.join(arguments)} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> QueueServer:
        """Start serving and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "queue_app/serving/gunicorn_conf.py"],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.is_ready, f"the server; its log is {self.log}")
        return self

    def is_ready(self) -> bool:
        """Say whether /readyz answers 200."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def kill(self) -> None:
        """SIGKILL, the whole process group: nothing is said goodbye to."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def stop(self) -> int:
        """Ask it to end, in good order, and return its exit code."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(20)
        self._process = None
        return code

    def token(self, scope: str = "admin") -> str:
        """Return a bearer token with this scope for every branch."""
        if scope not in self._tokens:
            self._tokens[scope] = self.flask("token", "create", "--name", f"test {scope}", "--scope", scope).strip()
        return self._tokens[scope]

    def api(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, scope: str = "admin"
    ) -> tuple[int, Any]:
        """Call `/api/v1{path}` and return status and document."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token or self.token(scope)}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def __enter__(self) -> QueueServer:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Be done with it at once: an orderly end would wait for pages that are still open; who wants one calls `stop`."""
        if self._process is not None:
            self.kill()
