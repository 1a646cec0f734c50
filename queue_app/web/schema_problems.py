"""Why a value does not fit the JSON schema of a path, said for whoever filled in a form: what is needed, not what was sent."""

from __future__ import annotations

from typing import Any

from queue_app.domain.errors import Problem, problem

Schema = dict[str, Any]

MOST_NAMED = 100
"""Letters of unknown names that are repeated."""

_FORMS = {
    "^[a-z]{2,3}$": problem("a language's code such as cs or de is needed"),
    "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$": problem("a day is needed, as 2026-12-24"),
}
"""What those patterns ask for that people meet in forms."""


def schema_problem(error: Any, schema: Schema) -> Problem:
    """Return what is needed at the place of `error`.

    Args:
        error: the validator's first `ValidationError`.
        schema: that of the whole, in which the error's `schema_path` leads to the keyword that refused.
    """
    kind, here = error.kind, schema
    for step in error.schema_path[:-1]:
        here = here[step]
    match kind.name:
        case "required":
            return problem("%(name)s is missing", name=kind.property)
        case "additionalProperties":
            return problem("there is no such field: %(names)s", names=", ".join(kind.unexpected)[:MOST_NAMED])
        case "enum":
            return problem("one of %(words)s is needed", words=", ".join(str(each) for each in here["enum"] if each))
        case "const":
            return problem("%(value)s is needed", value=here["const"])
        case "pattern":
            form = here["pattern"]
            return _FORMS.get(form) or problem("a text of the form %(form)s is needed", form=form)
        case "maxProperties":
            return problem("at most %(most)d are possible", most=here["maxProperties"])
        case "type" | "minimum" | "maximum" | "exclusiveMinimum" | "minLength" | "maxLength" | "minItems" | "maxItems":
            return _needed(here)
    return unspecific()


def unspecific() -> Problem:
    """Return the problem that tells nothing of the value."""
    return problem("this is not what is asked for here")


def _needed(schema: Schema) -> Problem:
    """Return what a schema with a type asks for, with the bounds that it has."""
    types = schema.get("type", [])
    type_ = next((each for each in ([types] if isinstance(types, str) else types) if each != "null"), "")
    match type_:
        case "integer":
            return _whole(schema.get("minimum"), schema.get("maximum"))
        case "number":
            return _number(schema)
        case "string":
            return _text(schema.get("minLength", 0), schema.get("maxLength"))
        case "array":
            return _list(schema.get("minItems", 0), schema.get("maxItems"))
        case "boolean":
            return problem("true or false is needed")
        case "object":
            return problem("an object is needed")
    return unspecific()


def _whole(least: int | None, most: int | None) -> Problem:
    if least is not None and most is not None:
        return problem("a whole number from %(least)d to %(most)d is needed", least=least, most=most)
    if least is not None:
        return problem("a whole number of at least %(least)d is needed", least=least)
    if most is not None:
        return problem("a whole number of at most %(most)d is needed", most=most)
    return problem("a whole number is needed")


def _number(schema: Schema) -> Problem:
    if "minimum" in schema and "maximum" in schema:
        least, most = str(schema["minimum"]), str(schema["maximum"])
        return problem("a number from %(least)s to %(most)s is needed", least=least, most=most)
    if "exclusiveMinimum" in schema:
        return problem("a number above %(least)s is needed", least=str(schema["exclusiveMinimum"]))
    return problem("a number is needed")


def _text(least: int, most: int | None) -> Problem:
    if least and most is not None:
        return problem("a text of %(least)d to %(most)d characters is needed", least=least, most=most)
    if most is not None:
        return problem("a text of at most %(most)d characters is needed", most=most)
    return problem("a text that is not empty is needed") if least == 1 else problem("a text is needed")


def _list(least: int, most: int | None) -> Problem:
    if least == 1 and most is None:
        return problem("at least one is needed")
    if most is not None:
        return problem("a list of at most %(most)d is needed", most=most)
    return problem("a list is needed")
