"""The configuration document over HTTP and at the command line: read, compared, refused where it would strand, brought in."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from queue_app.operations.config_document import export_branch
from queue_app.operations.config_yaml import read_yaml, write_yaml
from queue_app.operations.setup import create_token
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno, create_brno
from tests.web.callers import Api, assert_refused, bearer, rows_of

CONFIG = "/branches/brno/config"
SETTINGS = ("branch", "branch_state", "service", "counter", "user_role", "audit_entry")
DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.fixture
def document(context: Context, brno: Brno) -> dict[str, Any]:
    """The document of the branch."""
    return export_branch(context, "brno")


def test_the_document_is_read_and_brought_in(admin: Api, document: dict[str, Any]) -> None:
    assert admin.get(CONFIG).json == document
    document["services"][0]["letter"] = "K"
    dry = admin.call("PUT", CONFIG, json={"document": document, "dry_run": True})
    change = {"path": "services/ids/letter", "before": "A", "after": "K"}
    assert dry.json == {"changes": [change], "stranded": [], "applied": False}
    assert admin.get(CONFIG).json["services"][0]["letter"] == "A"
    assert admin.call("PUT", CONFIG, json={"document": document}).json == {**dry.json, "applied": True}
    assert admin.get(CONFIG).json == document
    assert admin.call("PUT", CONFIG, json={"document": document}).json["applied"] is False
    assert admin.post("/branches/brno/tickets", {"service": "ids"}).json["ticket"]["label"] == "K001"


def test_a_managers_document_has_no_people_and_cannot_change_them(
    application: Flask, context: Context, document: dict[str, Any]
) -> None:
    manager = Api(application, bearer(context, "manager", branch="brno"))
    told = manager.get(CONFIG).json
    assert "people" not in told and told == {key: document[key] for key in told}
    assert manager.call("PUT", CONFIG, json={"document": {"desk": {"auto_call": True}}}).json["applied"]
    assert_refused(manager.call("PUT", CONFIG, json={"document": {"people": []}}), 403, "not_allowed")
    assert_refused(manager.post("/branches", {"document": document}), 403, "not_allowed")


def test_an_administrator_of_one_branch_makes_no_other(application: Flask, context: Context, brno: Brno) -> None:
    here = Api(application, create_token(context, "admin", ["admin"], "brno"))
    assert_refused(here.post("/branches", {"document": {"branch": {"slug": "new"}}}), 403, "not_allowed")


def test_a_branch_is_made_of_a_document(admin: Api, context: Context, document: dict[str, Any]) -> None:
    other = copy.deepcopy(document)
    other["branch"]["slug"] = "ostrava"
    other["people"] = other["printers"] = []
    other["kiosks"] = [{"name": "Door", "printer": None}]
    made = admin.post("/branches", {"document": other})
    assert made.status_code == 201 and made.json["applied"]
    assert admin.get("/branches/ostrava/config").json == other
    assert_refused(admin.post("/branches", {"document": other}), 409, "name_taken")
    for branch, field in (
        ({"slug": "Ostrava"}, "branch/slug"),
        ({"slug": "cloudprnt"}, "branch/slug"),
        ({"slug": "opava", "name": {}}, "branch/languages"),
        ({}, "branch/slug"),
    ):
        refused = admin.post("/branches", {"document": {"branch": branch}})
        assert_refused(refused, 422, "invalid_value")
        assert refused.json["error"]["details"]["field"] == field
    assert set(context.slugs().values()) == {"brno", "ostrava"}


def test_a_document_that_would_strand_is_refused_until_that_is_accepted(
    admin: Api, context: Context, brno: Brno, document: dict[str, Any]
) -> None:
    brno.take("ids")
    part = {"services": document["services"][1:]}
    before = rows_of(context, *SETTINGS)
    refused = admin.call("PUT", CONFIG, json={"document": part})
    assert_refused(refused, 409, "would_strand")
    told = [{"what": "services/ids", "why": "service_retired", "waiting": 1, "labels": ["A001"]}]
    assert refused.json["error"]["details"]["stranded"] == told
    assert rows_of(context, *SETTINGS) == before
    done = admin.call("PUT", CONFIG, json={"document": part, "accept_stranding": True})
    assert done.json["stranded"] == told and done.json["applied"]


def test_a_large_document_is_read_and_a_huge_one_is_not(admin: Api, brno: Brno) -> None:
    notice = {"document": {"branch": {"notice": {"cs": "x" * 100_000}}}}
    assert_refused(admin.call("PUT", CONFIG, json=notice), 422, "invalid_value")
    assert_refused(
        admin.call("PUT", CONFIG, data=b" " * 5_000_000, content_type="application/json"), 413, "body_too_large"
    )


# --- the command line ------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(application: Flask, brno: Brno, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `flask config …` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **options: Any) -> Result:
        return application.test_cli_runner().invoke(args=["config", *arguments], **options)

    return run


def changed(path: str, **sections: Any) -> None:
    """Change sections of a file."""
    document, _ = read_yaml(Path(path).read_text(encoding="utf-8"))
    Path(path).write_text(write_yaml({**document, **sections}), encoding="utf-8")


def test_a_branch_is_taken_out_changed_compared_and_brought_in_again(
    run: Run, document: dict[str, Any], context: Context
) -> None:
    assert run("export", "brno", "brno.yaml").exit_code == 0
    assert run("export", "brno").output == Path("brno.yaml").read_text(encoding="utf-8")
    assert run("validate", "brno.yaml").output == "brno.yaml: fine (brno: no change)\n"
    changed("brno.yaml", desk={"wrap_up_seconds": 20}, counters=document["counters"][:3])
    told = run("diff", "brno.yaml").output
    assert (
        told
        == 'brno.yaml: brno: 2 changes\n  - counters/4: {"name": "4", "profile": null}\n  ~ desk/wrap_up_seconds: 0 → 20\n'
    )
    assert run("import", "brno.yaml", "--dry-run").output == told
    assert run("import", "brno.yaml", input="n\n").output.endswith("brno: left as it is.\n")
    assert export_branch(context, "brno") == document
    done = run("import", "brno.yaml", input="y\n")
    assert done.exit_code == 0 and done.output.startswith(told) and done.output.endswith("brno: done.\n")
    assert export_branch(context, "brno")["desk"]["wrap_up_seconds"] == 20
    assert run("import", "brno.yaml", "--yes").output == "brno.yaml: brno: no change\n"


def test_an_import_that_would_strand_says_whom_and_asks(
    run: Run, brno: Brno, document: dict[str, Any], context: Context
) -> None:
    brno.take("ids")
    Path("part.yaml").write_text(write_yaml({"services": document["services"][1:]}), encoding="utf-8")
    said = "  ! services/ids: the service is given out no more; 1 would be left waiting: A001\n"
    assert said in run("diff", "part.yaml", "--branch", "brno").output
    refused = run("import", "part.yaml", "--branch", "brno", "--yes")
    assert refused.exit_code == 1 and "--accept-stranding" in refused.output
    assert run("import", "part.yaml", "--branch", "brno", input="n\n").exit_code == 1
    assert export_branch(context, "brno") == document
    asked = run("import", "part.yaml", "--branch", "brno", input="y\ny\n")
    assert asked.exit_code == 0 and said in asked.output
    assert [each["slug"] for each in export_branch(context, "brno")["services"]] == ["driving", "cash"]


def test_where_one_of_many_files_is_wrong_nothing_is_changed(run: Run, context: Context, brno: Brno) -> None:
    create_brno(context, "ostrava")
    assert run("export", "--all", "--dir", "all").output == "2 branches written to all.\n"
    changed("all/brno.yaml", desk={"auto_call": True})
    text = Path("all/ostrava.yaml").read_text(encoding="utf-8").replace("letter: B", "letter: B2")
    Path("all/ostrava.yaml").write_text(text, encoding="utf-8")
    line = text[: text.index("letter: B2")].count("\n") + 1
    refused = run("import", "--yes", "all/brno.yaml", "all/ostrava.yaml")
    assert refused.exit_code == 1
    assert f"all/ostrava.yaml:{line}: services/1/letter: 1 to 3 letters are needed" in refused.output
    assert export_branch(context, "brno")["desk"]["auto_call"] is False
    assert run("validate", "all/brno.yaml", "all/brno.yaml").exit_code == 1


def test_fifty_branches_are_made_from_files(run: Run, context: Context, brno: Brno) -> None:
    whole = export_branch(context, "brno")
    names = [f"office-{number}" for number in range(50)]
    for name in names:
        document = {**whole, "branch": {**whole["branch"], "slug": name}, "people": []}
        Path(f"{name}.yaml").write_text(write_yaml(document), encoding="utf-8")
    assert run("import", "--yes", *(f"{name}.yaml" for name in names)).exit_code == 0
    assert set(context.slugs().values()) == {"brno", *names}
    assert run("export", "--all", "--dir", "out").exit_code == 0
    for name in names:
        assert Path(f"out/{name}.yaml").read_bytes() == Path(f"{name}.yaml").read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: *x\n", "file.yaml:1: nothing may be copied by * here"),
        ("branch:\n  slug: brno\n  slug: brno\n", "file.yaml:3: slug stands here twice"),
        ("branch: {slug: brno}\ncounters:\n  - name: 1\n", "file.yaml:3: counters/0/name"),
        ("branch: !!python/object:os.system x\n", "file.yaml:1"),
        ("branch: [\n", "file.yaml:"),
        ("[" * 3000, "this is no YAML"),
        ("", "branch/slug"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_by_its_line(run: Run, text: str, said: str) -> None:
    if text.startswith("branch: {slug"):
        text = text.replace("{slug: brno}", "{slug: brno, name: {cs: x}, time_zone: UTC, languages: [cs]}")
    Path("file.yaml").write_text(text, encoding="utf-8")
    refused = run("validate", "file.yaml")
    assert refused.exit_code == 1
    assert said in re.sub(r":line (\d+)", r":\1", refused.output.replace(": line ", ":")), refused.output


def test_words_of_other_yaml_are_texts_here() -> None:
    read, _ = read_yaml("a: 08:00\nb: 2026-12-24\nc: no\nd: 1_000\ne: [true, null, 3, 2.5]")
    assert read == {"a": "08:00", "b": "2026-12-24", "c": "no", "d": "1_000", "e": [True, None, 3, 2.5]}


def test_the_example_of_the_manual_is_taken_as_it_stands(run: Run, context: Context) -> None:
    (example,) = re.findall(r"```yaml\n(queue: 1\n.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    Path("brno-bohunice.yaml").write_text(example, encoding="utf-8")
    done = run("import", "brno-bohunice.yaml", "--yes")
    assert done.exit_code == 0, done.output
    document = export_branch(context, "brno-bohunice")
    assert [each["slug"] for each in document["services"]] == ["passports", "driving"]
    assert json.loads(json.dumps(document)) == document
