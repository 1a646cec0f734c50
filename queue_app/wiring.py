"""Puts the application together from its rooms; the only module that knows them all."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, current_app, g, jsonify, make_response, redirect, request, url_for
from flask_socketio import SocketIO
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from display.offline import offline
from display.routes import display
from display.speech_routes import speech
from kiosk.routes import kiosk
from queue_app import i18n
from queue_app.access import Access, csrf_token
from queue_app.background import Background
from queue_app.child_worker import PanelProcess, PrintWorker, ReportProcess
from queue_app.cli import register_commands
from queue_app.clock import Clock, SystemClock
from queue_app.config import Settings
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.errors import body_of, status_of
from queue_app.limits import Limiter, SharedBuckets
from queue_app.logs import configure as configure_logs
from queue_app.metrics import Metrics
from queue_app.operations.delivery import Lobbies
from queue_app.operations.first_start import set_up_code, standing
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.panel_setup import any_panels
from queue_app.operations.screens import Screens
from queue_app.operations.unit_of_work import Committed, Context
from queue_app.operations.views import fresh_setup
from queue_app.page_texts import page_texts
from queue_app.realtime.publisher import Publisher
from queue_app.realtime.sockets import Sockets
from queue_app.report_sender import post_of
from queue_app.reports.record import Record
from queue_app.reports.today import Today
from queue_app.request_trace import follow_requests
from queue_app.sealing import Sealer
from queue_app.speech.clips import Clips
from queue_app.store.migrate import problem_of
from queue_app.store.session import Database
from queue_app.template_texts import let_templates_speak
from queue_app.web.account import account
from queue_app.web.admin import admin
from queue_app.web.admin_config import admin_config
from queue_app.web.api import api
from queue_app.web.api_config import api_config
from queue_app.web.api_counters import api_counters
from queue_app.web.api_feed import api_feed
from queue_app.web.api_page import api_page
from queue_app.web.api_panels import api_panels
from queue_app.web.api_people import api_people
from queue_app.web.api_printers import api_printers
from queue_app.web.api_privacy import api_privacy
from queue_app.web.api_queue import api_queue
from queue_app.web.api_report_jobs import api_report_jobs
from queue_app.web.api_report_schedules import api_report_schedules
from queue_app.web.api_reports import api_reports
from queue_app.web.api_rules import api_rules
from queue_app.web.api_screens import api_screens
from queue_app.web.api_slips import api_slips
from queue_app.web.api_templates import api_templates
from queue_app.web.api_tokens import api_tokens
from queue_app.web.api_webhooks import api_webhooks
from queue_app.web.audit_page import audit_page
from queue_app.web.auth import auth
from queue_app.web.branch_switch import other_branches
from queue_app.web.branches_page import branches_page
from queue_app.web.desk import desk
from queue_app.web.elsewhere import Elsewhere, elsewhere
from queue_app.web.health import health
from queue_app.web.manager import manager
from queue_app.web.pairing_page import PAIRED_PAGES, pairing_page
from queue_app.web.pairing_page import show as show_pairing
from queue_app.web.people_page import people_page
from queue_app.web.printers_page import printers_page
from queue_app.web.privacy_page import privacy_page
from queue_app.web.programs_page import programs_page
from queue_app.web.pull_printers import pull_printers
from queue_app.web.report_sending import report_sending
from queue_app.web.report_settings import report_settings
from queue_app.web.screens_page import screens_page
from queue_app.web.set_up import FirstStart, set_up_pages
from queue_app.web.start import start
from queue_app.web.supervise import supervise
from queue_app.web.templates_page import templates_page
from queue_app.web.theme import theme
from queue_app.web.visitor import visitor
from queue_app.web.wall import wall

log = logging.getLogger("queue")

PAIRINGS, PAIRING_QUESTIONS, CODES_ENTERED = (6, 20), (600, 120), (10, 10)
"""How often a minute, and how often at once: an address may ask for a code, and how its devices stand (several may share one);
somebody may enter a code."""

SECOND_FACTORS = (2, 6)
"""How often a minute, and how often at once, the code of one person may be tried: three of a million are right."""

SIGN_IN_FIRST = ("/account", "/admin", "/branches", "/desk", "/reports", "/printers", "/screens", "/supervise", "/wall")
"""Who opens one of these pages and is not signed in is asked to do so, and comes back."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


def create_app(settings: Settings | None = None, *, async_mode: str = "threading", clock: Clock | None = None) -> Flask:
    """Wire one application.

    Args:
        settings: the installation's; read from the environment where None.
        async_mode: `eventlet` in a patched process, else `threading`.
        clock: what tells the time; the machine's where None.
    """
    settings = settings or Settings.from_environment()
    clock = clock or SystemClock()
    configure_logs(settings.log_level, settings.log_format)
    app = Flask(__name__, static_folder="static")
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        MAX_CONTENT_LENGTH=settings.max_body,
        MAX_FORM_MEMORY_SIZE=settings.max_body,
        # For devices that were let in; how long a person stays signed in is counted apart (`access.sign_in`).
        PERMANENT_SESSION_LIFETIME=timedelta(days=400),
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="queue_session",
        SESSION_REFRESH_EACH_REQUEST=False,
        # No age: browsers ask by ETag, so that pages never mix the scripts of two releases.
        SEND_FILE_MAX_AGE_DEFAULT=None,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _wire(app, settings, clock, async_mode)
    follow_requests(app, clock, app.extensions["queue_metrics"], access_log=settings.access_log)
    _doors(app)
    register_commands(app)
    return app


def _wire(app: Flask, settings: Settings, clock: Clock, async_mode: str) -> None:
    database = Database(settings.url, settings.database_pool)
    context = Context(database, clock)
    idle = settings.session_idle_minutes
    access = Access(database, clock, timedelta(minutes=idle) if idle else None)
    socketio = SocketIO(
        app,
        async_mode=async_mode,
        message_queue=settings.redis_url or None,
        # Same origin only: a page of another site may not listen with this browser's cookie.
        cors_allowed_origins=None,
        max_http_buffer_size=settings.max_body,
        # A pulled cable is noticed after both together, on either side.
        ping_interval=5,
        ping_timeout=5,
        manage_session=False,
    )
    metrics = Metrics()
    publisher = Publisher(socketio)
    lobbies = Lobbies(context)
    screens = Screens(context, lobbies)
    setup_now = partial(fresh_setup, context)
    sockets = Sockets(socketio, database, clock, access, setup_now, screens, settings.board_events)

    def ticked() -> None:
        metrics.background.labels("tick").set(clock.now().timestamp())
        metrics.sockets.set(len(socketio.server.eio.sockets))

    printing = PrintWorker(publisher.printing) if settings.spooler else None
    panels = PanelProcess(partial(any_panels, context)) if settings.panels else None
    reports = ReportProcess() if settings.report_worker else None
    background = Background(context, publisher, printing, panels, reports, (sockets, screens), settings.tick, ticked)

    def publish(committed: Committed) -> None:
        if committed.print_jobs:
            background.notice_print()
        if committed.events:
            background.notice_record()
        if any(event.kind == Kind.TICKETS_EXPIRED for event in committed.events):
            background.notice_reports()
        publisher.publish(committed.setup, committed.events)
        metrics.events.inc(len(committed.events))

    record = Record(database)
    post = post_of(settings)
    context.publish = publish
    context.observe = lambda action, seconds: metrics.commits.labels(action).observe(seconds)
    shared = SharedBuckets(settings.redis_url, clock) if settings.redis_url else None

    def limit(name: str, per_minute: float, burst: float) -> Limiter:
        return Limiter(clock, per_minute, burst, shared, name)

    attempts = settings.sign_in_attempts
    app.extensions |= {
        "queue_settings": settings,
        "queue_clock": clock,
        "queue_metrics": metrics,
        "queue_context": context,
        "queue_access": access,
        "queue_sealer": Sealer(settings.sealing_keys()),
        "queue_first_start": FirstStart(context),
        "queue_tell_set_up": partial(_tell_set_up, context, settings),
        "queue_forecasts": Forecasts(context),
        "queue_clips": Clips(settings.data_dir),
        "queue_background": background,
        "queue_printing_news": publisher.printing,
        "queue_notice_print": background.notice_print,
        "queue_notice_panels": background.notice_panels,
        "queue_notice_reports": background.notice_reports,
        "queue_mail_way": {"way": "server" if post.by_server else "folder", "place": post.place},
        "queue_record": record,
        "queue_today": Today(record),
        "queue_lobbies": lobbies,
        "queue_screens": screens,
        "queue_sockets": sockets,
        "queue_screens_changed": sockets.look_after,
        "queue_reload_screen": publisher.reload_screen,
        "queue_delivered": publisher.delivered,
        "queue_ready": partial(_not_ready_because, database, settings),
        "queue_kiosk_limit": limit("kiosk", settings.kiosk_rate, settings.kiosk_burst),
        "queue_api_limit": limit("api", settings.api_rate, settings.api_burst),
        "queue_sign_in_limit": limit("sign-in", attempts, attempts),
        "queue_second_factor_limit": limit("second-factor", *SECOND_FACTORS),
        "queue_elsewhere": _provider(settings, clock),
        "queue_pairing_limit": limit("pairing", *PAIRINGS),
        "queue_pairing_state_limit": limit("pairing-state", *PAIRING_QUESTIONS),
        "queue_code_limit": limit("code", *CODES_ENTERED),
        "queue_pull_failure_limit": limit("printer", attempts, attempts),
    }


def _provider(settings: Settings, clock: Clock) -> Elsewhere | None:
    if not settings.oidc_issuer:
        return None
    credentials = (settings.oidc_client_id, settings.oidc_client_secret)
    return Elsewhere(settings.oidc_issuer, *credentials, settings.oidc_claim, clock)


def _not_ready_because(database: Database, settings: Settings) -> str | None:
    problem = problem_of(database)
    if problem is None and settings.redis_url:
        from redis import Redis, RedisError

        try:
            Redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3).ping()
        except RedisError:
            problem = "redis does not answer"
    return problem


def _tell_set_up(context: Context, settings: Settings) -> None:
    """Say in the log how this server is set up, where nobody has done it: whoever can read the log is who installed it."""
    if problem_of(context.database) is None and not standing(context).has_administrator:
        code = set_up_code(settings.signing_key())
        log.warning(
            "nobody administrates this server yet: open %s/set-up and enter the code %s", settings.address(), code
        )


def _doors(app: Flask) -> None:
    doors = (
        account, admin, admin_config, api, api_config, api_counters, api_feed, api_page, api_panels, api_people,
        api_printers, api_privacy, api_queue, api_report_jobs, api_report_schedules, api_reports, api_rules, api_screens,
        api_slips, api_templates, api_tokens, api_webhooks, audit_page, auth, branches_page, desk, display, elsewhere,
        health, kiosk, manager, offline, pairing_page, people_page, printers_page, privacy_page, programs_page,
        pull_printers, report_sending, report_settings, screens_page, set_up_pages, speech, start, supervise, templates_page,
        theme, visitor, wall,
    )  # fmt: skip
    for door in doors:
        app.register_blueprint(door)
    let_templates_speak(app)
    app.jinja_env.globals.update(csrf_token=csrf_token, page_texts=page_texts, other_branches=other_branches)
    app.register_error_handler(QueueError, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _fault)
    app.before_request(_check_address)
    app.before_request(_lead_to_set_up)
    app.after_request(_secure)


def _language() -> str:
    chosen: str | None = g.get("language")
    return chosen or i18n.negotiate(request.headers.get("Accept-Language"), i18n.LANGUAGES)


def _wants_page() -> bool:
    return (
        not request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))
        and not request.path.endswith(".wav")
        and request.accept_mimetypes.accept_html
    )


def _refuse(error: QueueError):  # type: ignore[no-untyped-def]
    status = status_of(error)
    body = body_of(error, _language())
    if _wants_page() and request.method == "GET":
        from flask import render_template

        if error.code == "password_must_change":
            return redirect(url_for("account.show"))
        if error.code == "not_signed_in" and request.path.startswith(SIGN_IN_FIRST):
            return redirect(url_for("auth.sign_in_page", next=request.path))
        if error.code == "not_signed_in" and request.endpoint in PAIRED_PAGES:
            setup = current_app.extensions["queue_context"].setup((request.view_args or {})["branch"])
            return show_pairing(PAIRED_PAGES[request.endpoint], setup), status
        return render_template("refused.html", error=body["error"], language=_language(), status=status), status
    answer = jsonify(body)
    answer.status_code = status
    if error.code == "too_many_requests":
        answer.headers["Retry-After"] = str(error.details.get("retry_after_seconds", 1))
    return answer


_CODE_OF_STATUS = {
    404: "unknown_path",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def _refuse_http(error: HTTPException):  # type: ignore[no-untyped-def]
    if error.code is not None and error.code < 400:
        return error
    answer = _refuse(
        QueueError(
            _CODE_OF_STATUS.get(error.code or 500, "bad_request" if (error.code or 500) < 500 else "internal_error")
        )
    )
    valid = getattr(error, "valid_methods", None)
    answer = make_response(answer)
    if valid:
        answer.headers["Allow"] = ", ".join(sorted(valid))
    return answer


def _fault(error: Exception):  # type: ignore[no-untyped-def]
    log.exception("%s %s failed", request.method, request.url_rule or "?", exc_info=error)
    return _refuse(QueueError("internal_error"))


def _check_address() -> None:
    # PostgreSQL cannot even be asked for a text with U+0000: nothing has such an address.
    if "\0" in request.path:
        raise QueueError("unknown_path")


def _lead_to_set_up() -> Any:
    """Lead every page of an empty installation to its set-up; programs and those who look after the server are not led."""
    first: FirstStart = current_app.extensions["queue_first_start"]
    looks = request.method in {"GET", "HEAD"} and _wants_page() and not (request.endpoint or "").endswith("static")
    if looks and not request.path.startswith(("/set-up", "/theme/")) and first.is_open():
        return redirect(url_for("set_up.begin"))
    return None


def _secure(response):  # type: ignore[no-untyped-def]
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype == "text/html":
        # One page of ours may stand within another: the preview of a screen within its editor.
        around = "frame-ancestors 'self'" if g.get("framed_by_ours") else "frame-ancestors 'none'"
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", around)
        headers["Referrer-Policy"] = "same-origin"
        headers["Cache-Control"] = "no-store"
    elif response.mimetype == "application/json":
        headers["Cache-Control"] = "no-store"
    return response
