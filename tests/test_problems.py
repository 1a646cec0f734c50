"""Why a value is refused is said in the reader's language: every text can be collected, and every door says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import jsonschema_rs
import pytest

from printers import PrinterError, get_way
from queue_app import errors, i18n
from queue_app.domain.errors import Problem, QueueError, problem, problem_of
from queue_app.domain.opening_hours import check
from queue_app.domain.reading import small_name, whole, wrong, wrong_because
from queue_app.errors import body_of, message_of, reason_of
from queue_app.operations.config_check import under
from queue_app.operations.config_yaml import from_yaml
from queue_app.translations.collect import collect
from queue_app.web.schema_problems import schema_problem

ROOT = Path(__file__).parent.parent
PLACE = re.compile(r"%\((\w+)\)[sd]")

COMMAND_LINE = {
    "queue_app/config_cli.py",
    "queue_app/privacy_cli.py",
    "queue_app/simulation/commands.py",
    "queue_app/simulation/rates.py",
}
"""What only commands read, whose mistakes are told in English."""
TEXT_AT = {"problem": 0, "wrong": 1, "bad_address": 0, "unknown_profile": 0, "PanelError": 1}
"""Which argument of a call is the text."""
RUNTIME = {"queue_app/panels/dialogue.py", "queue_app/panels/content.py", "queue_app/panels/drivers"}
"""Where a panel's error tells of the line, of which pages say the code in their own words."""
OWN = {"domain/errors.py", "domain/reading.py", "printers/errors.py"}
"""Where these calls are made of."""


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Return every call in the product with the file it stands in, and the name of what is called."""
    for package in ("queue_app", "display", "printers", "kiosk"):
        for path in sorted((ROOT / package).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    yield where, node, name


def texts() -> Iterator[tuple[str, ast.expr, list[str | None]]]:
    """Return where a text of a problem stands, the text, and the names of the values given with it."""
    for where, call, name in calls():
        if where in COMMAND_LINE or where.endswith(tuple(OWN)):
            continue
        if name == "PanelError" and any(part in where for part in RUNTIME) and "drivers/__init__" not in where:
            continue
        if name in TEXT_AT:
            yield f"{where}:{call.lineno}", call.args[TEXT_AT[name]], [each.arg for each in call.keywords]


def test_every_problem_is_a_literal_text_with_values_that_fit_and_is_collected_for_translation() -> None:
    collected = {message.id for message in collect()}
    found = 0
    for where, node, given in texts():
        found += 1
        assert isinstance(node, ast.Constant) and isinstance(node.value, str), f"{where}: no literal"
        assert node.value in collected, where
        if None not in given:  # `**values` cannot be seen from here
            assert set(PLACE.findall(node.value)) == set(given), where
        assert not PLACE.sub("", node.value).count("%"), where
    assert found > 150


def test_no_value_is_refused_without_saying_why_by_a_problem() -> None:
    for where, call, name in calls():
        literal = call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value
        if name != "QueueError" or literal != "invalid_value" or where in COMMAND_LINE or where.endswith(tuple(OWN)):
            continue
        reason = next((each.value for each in call.keywords if each.arg == "problem"), None)
        assert isinstance(reason, ast.Call) and getattr(reason.func, "id", "") == "problem", f"{where}:{call.lineno}"


class Czech(NullTranslations):
    """A catalogue with three texts."""

    texts = {
        "A value is not valid: %(problem)s.": "Hodnota neplatí: %(problem)s.",
        "a whole number from %(least)d to %(most)d is needed": "je třeba celé číslo od %(least)d do %(most)d",
        "%(problem)s (%(service)s, %(language)s)": "%(language)s, %(service)s: %(problem)s",
    }

    def gettext(self, message: str) -> str:
        """Return the Czech text, or the English one."""
        return self.texts.get(message, message)


@pytest.fixture
def czech(monkeypatch: pytest.MonkeyPatch) -> None:
    """Czech as above; everything else English."""
    monkeypatch.setattr(i18n, "catalogue", lambda language: Czech() if language == "cs" else NullTranslations())


def refusal(value: object = "x") -> QueueError:
    """Return why a value is no whole number."""
    with pytest.raises(QueueError) as refused:
        whole(value, "digits", 1, 6)
    return refused.value


@pytest.mark.usefixtures("czech")
def test_a_refusal_says_in_the_readers_language_why() -> None:
    english, said = body_of(refusal())["error"], body_of(refusal(), "cs")["error"]
    assert english["message"] == "A value is not valid: a whole number from 1 to 6 is needed."
    assert said["message"] == "Hodnota neplatí: je třeba celé číslo od 1 do 6."
    assert said["details"] == {"field": "digits", "problem": "je třeba celé číslo od 1 do 6"}
    assert reason_of(refusal(), "cs") == "Je třeba celé číslo od 1 do 6."
    assert message_of(refusal(), "en") == "A value is not valid."
    assert body_of(QueueError("invalid_value", field="x"), "cs")["error"]["message"] == "A value is not valid."


@pytest.mark.usefixtures("czech")
def test_a_problem_keeps_its_text_under_another_place_and_within_another_problem() -> None:
    with pytest.raises(QueueError) as refused, under("services/2"):
        raise refusal()
    assert refused.value.details["field"] == "services/2/digits"
    assert "je třeba" in body_of(refused.value, "cs")["error"]["details"]["problem"]
    outer = wrong("slip", "%(problem)s (%(service)s, %(language)s)", problem=refused.value.details["problem"],
                  service="ids", language="hu")  # fmt: skip
    assert outer.details["problem"] == "a whole number from 1 to 6 is needed (ids, hu)"
    assert body_of(outer, "cs")["error"]["details"]["problem"] == "hu, ids: je třeba celé číslo od 1 do 6"


def test_libraries_and_other_errors_pass_on_what_their_words_were_made_from() -> None:
    with pytest.raises(PrinterError) as refused:
        get_way("network").check({"host": "192.0.2.7", "port": 0})
    told = problem_of(refused.value)
    assert told == refused.value.message and "%(least)s" in told.text and told.values["field"] == "port"
    with pytest.raises(ValueError, match="Tuesday: 12:00 is not before 08:00") as run_back:
        check({"tue": [["12:00", "08:00"]]})
    assert isinstance(run_back.value.args[0], Problem)
    with pytest.raises(QueueError) as twice:
        from_yaml("queue: 1\nqueue: 1\n")
    assert twice.value.details == {"field": "document", "problem": "line 2: queue stands here twice"}
    assert isinstance(twice.value.details["problem"], Problem)


def test_a_problem_is_its_english_sentence() -> None:
    assert problem("100 % of it") == "100 % of it"
    with pytest.raises(QueueError) as refused:
        small_name("A", "name")
    reason = refused.value.details["problem"]
    assert str(reason) == "a name of small letters, digits and _ is needed, not beginning with a digit"
    assert wrong_because("", reason).details["problem"] is reason
    assert set(errors.WEAK) == {"short", "long", "same", "common", "name", "same_again"}


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 5}, "five", "a whole number from 1 to 5 is needed"),
        ({"type": ["integer", "null"], "minimum": 1}, 0, "a whole number of at least 1 is needed"),
        ({"type": "number", "exclusiveMinimum": 0}, 0, "a number above 0 is needed"),
        ({"type": "string", "minLength": 1, "maxLength": 3}, "", "a text of 1 to 3 characters is needed"),
        ({"type": "string", "maxLength": 3}, "four", "a text of at most 3 characters is needed"),
        ({"type": "boolean"}, "yes", "true or false is needed"),
        ({"type": "array", "minItems": 1}, [], "at least one is needed"),
        ({"type": "array", "maxItems": 1}, [1, 2], "a list of at most 1 is needed"),
        ({"type": ["string", "null"], "enum": ["a", "b", None]}, "secret", "one of a, b is needed"),
        ({"const": 1}, 2, "1 is needed"),
        ({"type": "string", "pattern": "^[a-z]{2,3}$"}, "secret", "a language's code such as cs or de is needed"),
        ({"type": "string", "pattern": "^x$"}, "secret", "a text of the form ^x$ is needed"),
        ({"type": "object", "required": ["name"]}, {}, "name is missing"),
        ({"properties": {}, "additionalProperties": False}, {"a": "secret"}, "there is no such field: a"),
        ({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object"}}}}, {"a": [3]},
         "an object is needed"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 3, "this is not what is asked for here"),
    ],
)  # fmt: skip
def test_what_fits_no_schema_is_told_what_is_needed_and_not_what_was_sent(
    schema: dict[str, object], value: object, said: str
) -> None:
    error = next(iter(jsonschema_rs.Draft202012Validator(schema).iter_errors(value)))
    assert schema_problem(error, schema) == said
