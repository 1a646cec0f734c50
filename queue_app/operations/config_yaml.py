"""The configuration document as YAML: written to be read by people, read without trusting whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import yaml

from queue_app.domain.errors import Problem, QueueError, problem
from queue_app.domain.reading import wrong, wrong_because
from queue_app.operations.config_document import FORM, SECTIONS

MOST_BYTES = 8 * 1024 * 1024
LINE = 110
"""Letters of a line, at the most where it can be broken."""

HEAD = """\
# The set-up of one branch of the queue: everything but passwords and other secrets.
# A section that is left out stays as it is; one that is here replaces that section whole.
# Every value is explained in docs/configuration.md. To look at what would change, and to make it so:
#   flask --app wsgi config diff FILE
#   flask --app wsgi config import FILE
"""

_ABOUT = {
    "branch": "The branch: what it is called, how it works.",
    "branding": "How it looks: colour, welcome, logo (a PNG in base64).",
    "hours": "When it is open: the week, public holidays, single days, the last number before closing.",
    "privacy": "Whether names or telephone numbers are taken, and how long visits are kept.",
    "services": "What visitors come for, in the order in which it is shown.",
    "menu": "How the services are grouped; what is not named stands at the end.",
    "profiles": "Work profiles: which services a counter takes, and how it chooses between them.",
    "counters": "The counters, and the work profile each opens with (none: all services).",
    "rules": "Who goes before whom.",
    "desk": "How the desks work.",
    "reporting": "Reports, and when somebody is told at once.",
    "slip": "What stands on a slip, from its top (null: as usual).",
    "printers": "Printers; the one under fallback stands in.",
    "kiosks": "Kiosks, and the printer beside each.",
    "screens": "Lobby screens: in what each differs from the usual one.",
    "panels": "Number panels above counters.",
    "people": "Who works here and as what. Passwords are no part of this.",
}
_EMPTY_IS_USUAL = frozenset({"bring", "conditions", "instead", "slip_text", "outcomes", "languages", "welcome"})
"""What need not be written where it is empty; elsewhere an empty list may say something."""


class _Loader(yaml.SafeLoader):
    """Reads what JSON could hold as well: `yes`, `08:00` and `2026-12-24` are texts here, nothing stands for something else."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise _Mistake(problem("nothing may be copied by * here"), event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge" or not isinstance(key, yaml.ScalarNode):
                raise _Mistake(problem("a plain name is needed"), key.start_mark)
            if key.value in seen:
                raise _Mistake(problem("%(name)s stands here twice", name=key.value), key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Mistake(yaml.MarkedYAMLError):
    def __init__(self, reason: Problem, mark: yaml.Mark) -> None:
        super().__init__(problem=reason, problem_mark=mark)


_PLAIN = {
    "tag:yaml.org,2002:null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "tag:yaml.org,2002:bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "tag:yaml.org,2002:int": (r"[-+]?(0|[1-9][0-9]{0,17})", list("-+0123456789")),
    "tag:yaml.org,2002:float": (
        r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]{1,20})([eE][-+]?[0-9]{1,3})?",
        list("-+0123456789"),
    ),
}
"""Which words without quotation marks are no texts: those of YAML 1.2, not the many more of YAML 1.1."""


class _Dumper(yaml.SafeDumper):
    """Writes in the order of the document, each list one step in, without references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


for _class in (_Loader, _Dumper):
    _class.yaml_implicit_resolvers = {}
    for _tag, (_pattern, _first) in _PLAIN.items():
        _class.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})$"), _first)


def read_yaml(text: str | bytes) -> tuple[Any, Lines]:
    """Return what a YAML file holds, and where in the file.

    Raises:
        QueueError: `invalid_value` with `field` = `line 12` and `problem`.
    """
    if len(text) > MOST_BYTES:
        raise wrong("", "more than %(most)d MB", most=MOST_BYTES // 1024 // 1024)
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            return (None if node is None else loader.construct_document(node)), Lines(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context
        reason = said if isinstance(said, Problem) else _not_yaml(said)
        raise wrong_because("" if mark is None else f"line {mark.line + 1}", reason) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise wrong_because("", _not_yaml(error)) from None


def from_yaml(text: str | bytes) -> Any:
    """Return what a YAML text holds that somebody typed in a form.

    Raises:
        QueueError: `invalid_value` with `field` = `document`, and the line in `problem`.
    """
    try:
        return read_yaml(text)[0]
    except QueueError as error:
        line, reason = error.details["field"].removeprefix("line "), error.details["problem"]
        placed = problem("line %(line)s: %(problem)s", line=line, problem=reason) if line else reason
        raise wrong_because("document", placed) from None


def _not_yaml(said: object) -> Problem:
    return problem("this is no YAML: %(said)s", said=str(said)[:200])


class Lines:
    """In which line of a file each value stands."""

    def __init__(self, root: yaml.Node | None) -> None:
        """Look into the tree under `root`."""
        self._root = root

    def of(self, path: str) -> int | None:
        """Return the line of what stands at a path such as `services/2/letter`, or of what would hold it; None for nothing."""
        node, line = self._root, None
        for part in path.split("/"):
            below = None
            if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
                below = node.value[int(part)]
                line = below.start_mark.line + 1
            elif isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == part:
                        below, line = value, key.start_mark.line + 1
            if below is None:
                return line
            node = below
        return line


def to_yaml(value: Any) -> str:
    """Return anything that JSON could hold as YAML: all of it, in its order."""
    text: str = yaml.dump(
        _inline(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=LINE
    )
    return text


def write_yaml(document: Mapping[str, Any]) -> str:
    """Return a document as YAML: the sections in their order, each with a line about it, what says nothing left out."""
    parts = [HEAD, f"queue: {document.get('queue', FORM)}\n"]
    for section in SECTIONS:
        if section in document:
            body = to_yaml({section: _tidy(document[section])})
            parts.append(f"\n# {_ABOUT[section]}\n{body}")
    return "".join(parts)


class _Inline(list):  # type: ignore[type-arg]
    """A list that is short enough for one line."""


_Dumper.add_representer(
    _Inline, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)


def _inline(value: Any) -> Any:
    """Return a value with its short lists on one line each."""
    if isinstance(value, Mapping):
        return {key: _inline(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        entries = [_inline(each) for each in value]
        flat = all(not isinstance(each, Mapping) for each in entries)
        return _Inline(entries) if flat and len(str(entries)) < LINE - 20 else entries
    return value


def _tidy(value: Any) -> Any:
    """Return a value in whose lists no entry says what is as usual."""
    if isinstance(value, Mapping):
        return {key: _tidy(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_entry(each) for each in value]
    return value


def _entry(value: Any) -> Any:
    """Return one of a list without what is as usual."""
    if not isinstance(value, Mapping):
        return _tidy(value)
    return {
        key: _tidy(each)
        for key, each in value.items()
        if each is not None and not (key in _EMPTY_IS_USUAL and not each)
    }
