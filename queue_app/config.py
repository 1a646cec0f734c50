"""Every setting of an installation in one place: name, unit, default, meaning; read from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingError(ValueError):
    """A setting has a value that cannot be used; the text says which and why."""


def setting(default: Any, unit: str, meaning: str, *, secret: bool = False) -> Any:
    """Declare one setting: its default, the unit of its value and what it means, in one sentence.

    One that is `secret` is never printed with the others, and may stand in a file that `QUEUE_NAME_FILE` names.
    """
    return field(default=default, repr=not secret, metadata={"unit": unit, "meaning": meaning, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """The settings of one installation; the environment variable of `name` is `QUEUE_NAME`."""

    data_dir: Path = setting(  # noqa: RUF009 - a field, as all below
        Path("var"), "folder", "Where the embedded database, the secret key and printed files live."
    )
    database_url: str = setting(
        "",
        "URL",
        "The database; empty means SQLite in the data folder. PostgreSQL: `postgresql://user@host/name`.",
        secret=True,
    )
    database_pool: int = setting(
        16, "connections", "How many PostgreSQL connections one worker may hold. SQLite always uses one writer."
    )
    redis_url: str = setting(
        "",
        "URL",
        "Redis that carries socket messages between workers and counts their rate limits together; needed as soon as there is "
        "more than one.",
        secret=True,
    )
    async_mode: str = setting("eventlet", "name", "What runs underneath: `eventlet` (the default) or `threading`.")
    workers: int = setting(1, "processes", "Web processes; more than one needs PostgreSQL and Redis.")
    secret_key: str = setting(
        "",
        "text",
        "Signs session cookies; empty means a random one, made once and kept in the data folder.",
        secret=True,
    )
    data_key: str = setting(
        "",
        "text",
        "Encrypts what must be read again but never lie open: names and telephone numbers of visitors, secrets of webhooks and of"
        " second factors. Empty means a random one, made once and kept in the data folder; several, separated by commas, where"
        " an old one is being replaced: the first encrypts.",
        secret=True,
    )
    public_url: str = setting(
        "", "URL", "The address visitors' phones reach, printed in QR codes; empty means the address of the request."
    )
    cookie_secure: bool = setting(
        False, "yes/no", "Send cookies over HTTPS only; set it wherever the server is reached through TLS."
    )
    proxies: int = setting(
        0, "hops", "How many trusted reverse proxies stand before the server and set `X-Forwarded-*`."
    )
    session_hours: int = setting(12, "hours", "How long somebody stays signed in.")
    session_idle_minutes: int = setting(
        120,
        "minutes",
        "After so long without a sign of life somebody is signed out; 0 for never before the hours are over.",
    )
    sign_in_attempts: int = setting(
        10, "attempts/minute", "How often one address may try to sign in, and how often one user name may be tried."
    )
    oidc_issuer: str = setting(
        "",
        "URL",
        "The OpenID Connect provider that people may sign in with, beside their passwords here; empty means none.",
    )
    oidc_client_id: str = setting("", "text", "What this installation is called at that provider.")
    oidc_client_secret: str = setting(
        "", "text", "The secret that the provider gave this installation; empty for a public client.", secret=True
    )
    oidc_name: str = setting("OpenID Connect", "text", "What the button of the sign-in page calls the provider.")
    oidc_claim: str = setting(
        "preferred_username",
        "name",
        "What the provider says of a person that is their user name here: `preferred_username` or `email`.",
    )
    kiosk_rate: int = setting(
        120, "tickets/minute", "How many tickets one kiosk may take on average before it is told to wait."
    )
    kiosk_burst: int = setting(60, "tickets", "How many tickets one kiosk may take at once before the average counts.")
    max_body: int = setting(65536, "bytes", "The largest request body that is read; a larger one is refused.")
    spooler: bool = setting(
        True, "yes/no", "Print from the web process; turn it off where `flask print-worker` runs on its own."
    )
    panels: bool = setting(
        True,
        "yes/no",
        "Drive counter panels from the web process; turn it off where `flask panel-worker` runs on its own.",
    )
    report_worker: bool = setting(
        True,
        "yes/no",
        "Make large reports beside the web process; turn it off where `flask report-worker` runs on its own.",
    )
    smtp_url: str = setting(
        "",
        "URL",
        "The e-mail server, `smtp://user:password@host:587` or `smtps://…`; empty means that e-mails go into a folder.",
        secret=True,
    )
    mail_from: str = setting(
        "", "address", "The sender of e-mails, `reports@office.example` or `Office <reports@office.example>`."
    )
    mail_folder: str = setting(
        "", "folder", "Where e-mails are put where there is no server; empty means `outbox` in the data folder."
    )
    mail_attachment_mb: int = setting(
        15, "megabytes", "The largest file that is attached to an e-mail; of a larger one it says where to fetch it."
    )
    private_addresses: bool = setting(
        False,
        "yes/no",
        "Web addresses of alarms and webhooks may lead into the own network, or to this machine. Leave it off where those who"
        " may set addresses are not trusted with what this machine can reach.",
    )
    api_rate: int = setting(
        6000,
        "requests/minute",
        "How often one token or one browser may call the API on average; `admin` tokens always.",
    )
    api_burst: int = setting(1000, "requests", "How often it may call at once before the average counts.")
    print_max_age: int = setting(
        900,
        "seconds",
        "A slip that could not be printed for so long is dropped, visibly: nobody waits for it any more.",
    )
    tick: float = setting(
        5.0, "seconds", "How often the server looks for the end of the day and for events made by other processes."
    )
    board_events: int = setting(
        300, "events", "How many missed events a screen is sent before it gets a whole new snapshot instead."
    )
    log_level: str = setting("INFO", "name", "How much is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`.")
    log_format: str = setting("text", "name", "How it is logged: `text` for people, or `json`, one object a line.")
    access_log: bool = setting(False, "yes/no", "Log a line for each request, by its route; never its address.")

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the database, with the driver this product is tested with."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve() / 'queue.sqlite3'}"
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else self.database_url

    @property
    def outbox(self) -> Path:
        """The folder of e-mails, where there is no server."""
        return Path(self.mail_folder) if self.mail_folder else self.data_dir / "outbox"

    def signing_key(self) -> str:
        """Return the key that signs cookies, making and keeping one in the data folder where none is set."""
        return self.secret_key or self._kept("secret_key")

    def sealing_keys(self) -> list[str]:
        """Return the keys that encrypt what must not lie open, the one in use first; one is made and kept where none is set."""
        return [key.strip() for key in (self.data_key or self._kept("data_key")).split(",") if key.strip()]

    def _kept(self, name: str) -> str:
        path = self.data_dir / name
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            # Exclusive creation: of two workers starting at once, one makes the key and both use it.
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return path.read_text("ascii")
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text("ascii")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read `QUEUE_…` variables.

        Args:
            environment: the variables; the process's own where it is None.

        Raises:
            SettingError: a value is not of its kind, or the settings contradict each other.
        """
        environment = os.environ if environment is None else environment
        values = {}
        for item in fields(cls):
            text = environment.get(variable(item.name), "").strip()
            if not text and item.metadata["secret"]:
                text = _from_file(f"{variable(item.name)}_FILE", environment)
            if text:
                values[item.name] = _parse(item.name, text, item.default)
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        if self.async_mode not in {"eventlet", "threading"}:
            raise SettingError("QUEUE_ASYNC_MODE must be eventlet or threading")
        if self.workers > 1 and (not self.redis_url or self.url.startswith("sqlite")):
            raise SettingError("QUEUE_WORKERS above 1 needs QUEUE_DATABASE_URL (PostgreSQL) and QUEUE_REDIS_URL")
        if self.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise SettingError("QUEUE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
        if self.log_format not in {"text", "json"}:
            raise SettingError("QUEUE_LOG_FORMAT must be text or json")
        if self.oidc_issuer and not _is_provider(self.oidc_issuer):
            raise SettingError("QUEUE_OIDC_ISSUER must be an address that begins with https://")
        if self.oidc_issuer and not self.oidc_client_id:
            raise SettingError(
                "QUEUE_OIDC_ISSUER needs QUEUE_OIDC_CLIENT_ID, what the provider calls this installation"
            )
        if self.smtp_url and not _is_mail_server(self.smtp_url):
            # The value is not repeated: it holds a password.
            raise SettingError("QUEUE_SMTP_URL must be smtp://user:password@host:port or smtps://…; odd letters as %40")
        if self.smtp_url and not self.mail_from:
            raise SettingError("QUEUE_SMTP_URL needs QUEUE_MAIL_FROM, the sender's address")
        if self.mail_from and not _is_sender(self.mail_from):
            raise SettingError("QUEUE_MAIL_FROM must be one address, reports@office.example or Office <reports@…>")

    def address(self) -> str:
        """Return where people open the pages: the public address, else the one that `make run` listens at."""
        host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        return self.public_url or f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"


def variable(name: str) -> str:
    """Return the environment variable that sets `name`."""
    return f"QUEUE_{name.upper()}"


def _from_file(name: str, environment: Mapping[str, str]) -> str:
    path = environment.get(name, "").strip()
    try:
        return Path(path).read_text("utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{name} names a file that cannot be read: {path}") from error


def _is_provider(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # Without encryption only on this very machine, where nobody listens in between.
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})
    return safe and bool(parts.hostname) and not parts.query and not parts.fragment and not parts.username


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    whole = parts.scheme in {"smtp", "smtps"} and parts.path in {"", "/"} and not parts.query and not parts.fragment
    return whole and bool(parts.hostname) and port != 0


def _is_sender(text: str) -> bool:
    found = getaddresses([text])
    local, _, host = found[0][1].rpartition("@")
    plain = found[0][1].isascii() and " " not in found[0][1] and ("<" in text) == text.endswith(">")
    return len(found) == 1 and text.isprintable() and plain and bool(local and host)


def _parse(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"0", "false", "no", "off"}:
            return False
        raise SettingError(f"{variable(name)} must be yes or no, not {text!r}")
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int | float):
        try:
            number = type(default)(text)
        except ValueError:
            raise SettingError(f"{variable(name)} must be a number, not {text!r}") from None
        if number < 0:
            raise SettingError(f"{variable(name)} must not be negative")
        return number
    return text
