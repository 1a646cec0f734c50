"""The set-up pages of the first start: language, code, branch, kind of office, administrator; then the branch's first steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for

from queue_app import i18n
from queue_app.access import check_csrf, sign_in
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.errors import reason_of
from queue_app.operations.countries import USUAL, countries
from queue_app.operations.first_branch import document_of_answers
from queue_app.operations.first_start import Administrator, Standing, check_branch, is_code, set_up, standing
from queue_app.operations.trades import trades
from queue_app.operations.unit_of_work import Context
from queue_app.web.operation import context
from queue_app.web.set_up_answers import administrator_of, answers, branch_of, zones

set_up_pages = Blueprint("set_up", __name__)

STEPS = ("language", "code", "branch", "trade", "administrator")
NEEDED_WITH_BRANCH = ("language", "code", "administrator")
"""The steps where there is a branch already, made by a program or by a release that knew no administrators."""

Texts = Mapping[str, str]


class FirstStart:
    """Whether this installation still waits for its set-up; asked with every page until it does not, and never after."""

    def __init__(self, context: Context) -> None:
        """Look in the database of `context`."""
        self._context = context
        self._found = Standing(has_administrator=False, has_branch=False)

    def is_open(self) -> bool:
        """Say whether there is neither a branch nor an administrator."""
        return self._found.is_empty and self._look().is_empty

    def lacks_administrator(self) -> bool:
        """Say whether nobody administrates what is there."""
        return not self._found.has_administrator and not self._look().has_administrator

    def _look(self) -> Standing:
        self._found = standing(self._context)
        return self._found


def steps_of(found: Standing) -> tuple[str, ...]:
    """Return the steps that have to be taken."""
    return NEEDED_WITH_BRANCH if found.has_branch else STEPS


@set_up_pages.get("/set-up")
def begin() -> Any:
    """Go on where the set-up was left."""
    found = standing(context())
    if found.has_administrator:
        return redirect(url_for("start.index"))
    return redirect(url_for("set_up.show", step=_first_open(steps_of(found))))


@set_up_pages.get("/set-up/<step>")
def show(step: str) -> Any:
    """Show one step; never one before which something is missing."""
    turned = _turned_away(step)
    return turned if turned is not None else _page(step, {}, 200)


@set_up_pages.post("/set-up/<step>")
def take(step: str) -> Any:
    """Take what was filled in: go on, or back with nothing lost, or say what is wrong at the field."""
    check_csrf()
    turned = _turned_away(step)
    if turned is not None:
        return turned
    steps = steps_of(standing(context()))
    place = steps.index(step)
    try:
        if request.form.get("go") == "back" and place:
            _keep(step)
            return redirect(url_for("set_up.show", step=steps[place - 1]))
        _TAKERS[step]()
    except QueueError as error:
        return _refused(step, error)
    if place + 1 < len(steps):
        return redirect(url_for("set_up.show", step=steps[place + 1]))
    return _finish(step)


def _turned_away(step: str) -> Any:
    """Return where to go instead; None where this step may be taken now.

    Raises:
        QueueError: `unknown_path`.
    """
    found = standing(context())
    steps = steps_of(found)
    if step not in STEPS:
        raise QueueError("unknown_path")
    if found.has_administrator:
        return redirect(url_for("start.index"))
    first = _first_open(steps)
    if step not in steps or steps.index(step) > steps.index(first):
        return redirect(url_for("set_up.show", step=first))
    return None


def _first_open(steps: tuple[str, ...]) -> str:
    taken = answers().get("taken", [])
    return next((step for step in steps if step not in taken), steps[-1])


def _keep(step: str, **more: Any) -> None:
    """Remember what was filled in, in this browser's signed cookie; never a password or a code."""
    kept = {**answers(), **more}
    if step in {"branch", "administrator"}:
        kept[step] = branch_of(request.form) if step == "branch" else administrator_of(request.form)
    session["set_up"] = kept


def _taken(step: str, **more: Any) -> None:
    _keep(step, taken=sorted({*answers().get("taken", []), step}), **more)


def _take_language() -> None:
    language = request.form.get("language", "")
    if language not in i18n.LANGUAGES:
        raise wrong("language", "one of %(words)s is needed", words=", ".join(i18n.LANGUAGES))
    _taken("language", language=language)


def _take_code() -> None:
    current_app.extensions["queue_code_limit"].spend(f"set-up {request.remote_addr}")
    if not is_code(request.form.get("code", ""), current_app.extensions["queue_settings"].signing_key()):
        raise QueueError("wrong_set_up_code")
    _taken("code")


def _take_branch() -> None:
    _keep("branch")
    check_branch(context(), document_of_answers({**answers(), "trade": None}))
    _taken("branch")


def _take_trade() -> None:
    trade = request.form.get("trade") or None
    if trade not in {None, *(slug for slug, _ in trades())}:
        raise wrong("trade", "one of the list is needed")
    _taken("trade", trade=trade)
    check_branch(context(), document_of_answers(answers()))


def _take_administrator() -> None:
    _keep("administrator")
    if request.form.get("password") != request.form.get("again"):
        raise wrong("again", "the two passwords are not the same")


_TAKERS = {
    "language": _take_language,
    "code": _take_code,
    "branch": _take_branch,
    "trade": _take_trade,
    "administrator": _take_administrator,
}


def _finish(step: str) -> Any:
    kept = answers()
    who = kept["administrator"]
    person = Administrator(who["username"], who["name"], request.form.get("password", "")[:1000], kept["language"])
    document = None if standing(context()).has_branch else document_of_answers(kept)
    try:
        user_id = set_up(context(), person, document)
    except QueueError as error:
        if error.code == "already_set_up":
            return redirect(url_for("start.index"))
        return _refused(step, error)
    session.pop("set_up", None)
    sign_in(user_id, "password", current_app.extensions["queue_settings"].session_hours)
    slug = document["branch"]["slug"] if document else next(iter(context().slugs().values()))
    return redirect(url_for("admin.next_steps", branch=slug))


def _refused(step: str, error: QueueError) -> Any:
    """Show the step again, with what is wrong at its field where it has one."""
    place = {"wrong_set_up_code": "code", "weak_password": "password"}.get(error.code, error.details.get("field", ""))
    place = str(place).removeprefix("branch/").split("/")[0]
    return _page(step, {"place": place, "said": reason_of(error, answers().get("language", "en"))}, 422)


def _page(step: str, wrong: Texts, status: int) -> Any:
    kept = answers()
    wish = kept.get("language") or request.args.get("lang") or request.headers.get("Accept-Language")
    g.language = i18n.negotiate(wish, i18n.LANGUAGES)
    steps = steps_of(standing(context()))
    place = steps.index(step)
    page = render_template(
        "set_up.html", language=g.language, step=step, number=place + 1, steps=len(steps), is_first=place == 0,
        is_last=place + 1 == len(steps), wrong=wrong, branch=kept.get("branch") or _fresh_branch(g.language),
        person=kept.get("administrator", {}), trade=kept.get("trade"), trades=trades(), zones=zones(),
        countries=countries(g.language),
    )  # fmt: skip
    return page, status


def _fresh_branch(language: str) -> dict[str, Any]:
    return {"name": "", "slug": "", "country": USUAL[language], "time_zone": "", "languages": [language], "open": False}
