"""What `deploy/` holds is what runs: units that systemd accepts, an nginx that passes sockets on, containers with real commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
import yaml

from queue_app.config import Settings, variable
from tests.commands_in_docs import check_flask
from tests.servers import ROOT, QueueServer, free_port, wait_until

UNITS = sorted((ROOT / "deploy/systemd").iterdir())
COMPOSE = ROOT / "deploy/container/compose.yaml"
KNOWN = {variable(name) for name in Settings.__dataclass_fields__}
KNOWN |= {f"{name}_FILE" for name in KNOWN}


def test_every_setting_of_the_examples_is_one() -> None:
    for path in [ROOT / "deploy/queue.env", COMPOSE, ROOT / "deploy/container/Dockerfile", *UNITS]:
        assert set(re.findall(r"\bQUEUE_[A-Z_]+\b", path.read_text("utf-8"))) <= KNOWN, path


def test_the_example_of_settings_can_be_used(tmp_path: Path) -> None:
    lines = (ROOT / "deploy/queue.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert Settings.from_environment(given).cookie_secure


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_there_is_and_may_do_little(unit: Path) -> None:
    text = unit.read_text("utf-8")
    (command,) = re.findall(r"^ExecStart=(.*)$", text, re.M)
    words = command.split()
    if words[0].endswith("/flask"):
        check_flask(words[1:], unit.name)
    else:
        assert words == ["/opt/queue/.venv/bin/gunicorn", "-c", "queue_app/serving/gunicorn_conf.py"]
        assert (ROOT / words[2]).exists()
    for line in (
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "User=queue",
        "PrivateTmp=true",
    ):
        assert f"\n{line}\n" in text, f"{unit.name}: {line}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # The user, the folder and the program of an installation are not on this machine.
        text = re.sub(r"^(ExecStart=)/opt/queue/\S+", r"\1/bin/true", unit.read_text("utf-8"), flags=re.M)
        text = re.sub(r"^(User|Group)=queue$", r"\1=root", text, flags=re.M).replace("/opt/queue", "/")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())],
        capture_output=True, text=True, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "queue" in line]
    assert ours == []


def test_the_compose_file_names_what_there_is() -> None:
    document = yaml.safe_load(COMPOSE.read_text("utf-8"))
    services, secrets, volumes = document["services"], document["secrets"], document["volumes"]
    build = services["server"]["build"]
    assert (COMPOSE.parent / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).exists()
    for name, service in services.items():
        assert set(service.get("secrets", ())) <= set(secrets), name
        assert set(service.get("depends_on", ())) <= set(services), name
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in volumes or source.startswith(("./tls/", "../nginx/")), f"{name}: {volume}"
        command = service.get("command", [])
        if command[:1] == ["flask"]:
            check_flask(command[1:], name)
    assert (COMPOSE.parent / "../nginx/queue.conf").resolve().exists()
    given = {
        name: str(value) for name, value in services["server"]["environment"].items() if not name.endswith("_FILE")
    }
    settings = Settings.from_environment({**given, "QUEUE_DATABASE_URL": "postgresql://queue@database/queue"})
    assert settings.workers == 2


def test_the_container_file_copies_and_runs_what_there_is() -> None:
    text = re.sub(r"\\\n", " ", (ROOT / "deploy/container/Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    known = {"FROM", "COPY", "RUN", "WORKDIR", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"}
    assert {line.split()[0] for line in lines} <= known
    for line in lines:
        words = line.split()
        if words[0] == "COPY" and not words[1].startswith("--"):
            assert (ROOT / words[1]).exists(), line
        if words[0] == "RUN":
            assert subprocess.run(["sh", "-n"], input=line[4:], text=True).returncode == 0, line
        if words[0] == "CMD":
            assert json.loads(line[4:]) == ["gunicorn", "-c", "queue_app/serving/gunicorn_conf.py"]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "var"} <= set(ignored)


class Proxy:
    """Debian's nginx with our example, on free ports, with a certificate of its own."""

    def __init__(self, folder: Path, server: QueueServer) -> None:
        """Stand before `server`."""
        self.folder, self.server = folder, server
        self.port, self.plain = free_port(), free_port()
        self.trust = ssl.create_default_context()
        self.trust.check_hostname, self.trust.verify_mode = False, ssl.CERT_NONE
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the certificate, fit the example to this machine, start."""
        key, certificate = self.folder / "queue.key", self.folder / "queue.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=queue.example",
             "-keyout", str(key), "-out", str(certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        text = (ROOT / "deploy/nginx/queue.conf").read_text("utf-8")
        for there, here in {
            "127.0.0.1:8000": f"127.0.0.1:{self.server.port}",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/ssl/certs/queue.pem": str(certificate),
            "/etc/ssl/private/queue.key": str(key),
            "/var/log/nginx/queue.log": str(self.folder / "access.log"),
        }.items():
            assert there in text, there
            text = text.replace(there, here)
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.M)
        (self.folder / "queue.conf").write_text(text)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            f"{user} pid {self.folder}/pid; error_log {self.folder}/error.log; daemon off; worker_processes 1;"
            f" events {{ worker_connections 512; }} http {{ include /etc/nginx/mime.types;"
            + "".join(
                f" {kind}_temp_path {self.folder}/{kind};"
                for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + f" include {self.folder}/queue.conf; }}\n"
        )
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        said = subprocess.run([program, "-t", "-c", str(self.folder / "nginx.conf")], capture_output=True, text=True)
        assert said.returncode == 0 and "[warn]" not in said.stderr, said.stderr
        self._process = subprocess.Popen([program, "-c", str(self.folder / "nginx.conf")])
        wait_until(lambda: self.get("/healthz")[0] == 200, "nginx")

    def get(self, path: str, port: int | None = None) -> tuple[int, Any, str]:
        """Return status, headers and text of a page; redirects are not followed."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: Any) -> None:
                return None

        scheme = "http" if port else "https"
        opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=self.trust))
        request = urllib.request.Request(
            f"{scheme}://127.0.0.1:{port or self.port}{path}", headers={"Host": "queue.example"}
        )
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode("utf-8", "replace")
        except OSError:
            return 0, {}, ""

    def stop(self) -> None:
        """Stop."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx before the product."""
    settings = {"QUEUE_PROXIES": "1", "QUEUE_COOKIE_SECURE": "yes", "QUEUE_PUBLIC_URL": "https://queue.example"}
    with QueueServer(tmp_path_factory.mktemp("server"), **settings) as server:
        proxy = Proxy(tmp_path_factory.mktemp("nginx"), server)
        try:
            proxy.start()
            yield proxy
        finally:
            proxy.stop()


def test_pages_come_through_nginx_with_tls_and_plain_http_is_sent_there(proxy: Proxy) -> None:
    status, headers, text = proxy.get("/sign-in")
    assert status == 200 and "<form" in text
    assert headers["Strict-Transport-Security"] and "Secure" in headers["Set-Cookie"]
    assert len(headers["X-Request-ID"]) == 32  # nginx's own: the same in both logs
    status, headers, _ = proxy.get("/kiosk/demo", proxy.plain)
    assert (status, headers["Location"]) == (301, "https://queue.example/kiosk/demo")


def test_metrics_are_not_for_the_world(proxy: Proxy) -> None:
    assert proxy.get("/metrics")[0] == 404


def test_a_screen_s_socket_goes_through(proxy: Proxy) -> None:
    told: list[Any] = []
    client = socketio.Client(reconnection=False, ssl_verify=False)
    client.on("event", told.append)
    headers = {"Authorization": f"Bearer {proxy.server.token()}"}
    client.connect(f"https://127.0.0.1:{proxy.port}", headers=headers, transports=["websocket"], wait_timeout=20)
    try:
        assert client.call("subscribe", {"channel": "board", "branch": "demo"}, timeout=20)["ok"]
        assert proxy.server.api("POST", "/branches/demo/tickets", {"service": "id-cards"})[0] == 201
        wait_until(lambda: told, "the event")
    finally:
        client.disconnect()


def test_tokens_do_not_come_into_nginx_s_log(proxy: Proxy) -> None:
    _, taken = proxy.server.api("POST", "/branches/demo/tickets", {"service": "id-cards"})
    token = taken["ticket"]["token"]
    assert proxy.get(f"/t/{token}?q=secret-of-a-query")[0] == 200
    proxy.get(f"/api/v1/tickets/{token}")
    written = wait_until(lambda: (proxy.folder / "access.log").read_text(), "the log")
    assert token not in written and "secret-of-a-query" not in written


def test_who_tries_passwords_fast_is_told_to_wait(proxy: Proxy) -> None:
    answers = [proxy.get("/sign-in")[0] for _ in range(30)]
    assert 429 in answers
