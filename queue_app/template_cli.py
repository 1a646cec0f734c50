"""The commands `flask config template …` and `flask config trade`: what many branches have in common, and how one may begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.config_cli import config_group
from queue_app.i18n import LANGUAGES
from queue_app.operations import central_templates as templates
from queue_app.operations import template_records as records
from queue_app.operations.acting import CONSOLE
from queue_app.operations.central_templates import Outcome
from queue_app.operations.config_yaml import read_yaml, to_yaml, write_yaml
from queue_app.operations.trades import document_of, trades

template_group = AppGroup("template", help="What many branches have in common: said once, with parts of their own.")
config_group.add_command(template_group)


template_argument = click.argument("template")
branch_argument = click.argument("branch")
stranding_option = click.option("--accept-stranding", is_flag=True, help="Also where visitors would be left waiting.")
dry_option = click.option("--dry-run", is_flag=True, help="Only show what would change.")


@config_group.command("trade")
@click.argument("trade", type=click.Choice([slug for slug, _ in trades()]))
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(LANGUAGES), help="Of the branch; may be repeated."
)
@click.option("--country", help="Two letters: its public holidays are kept.")
def trade_command(trade: str, languages: tuple[str, ...], country: str | None) -> None:
    """Print how a branch of TRADE may begin, as a partial configuration to change and import."""
    with plainly():
        click.echo(write_yaml(document_of(trade, languages or LANGUAGES, country and country.upper())), nl=False)


@template_group.command("list")
def list_() -> None:
    """List the templates and who follows each."""
    with current_context().database.reading() as connection:
        found, followings = records.every_template(connection), records.followings(connection)
    for each in found:
        click.echo(each.slug)
        for mine in followings:
            if mine.template == each.slug:
                own = f", its own: {', '.join(mine.own)}" if mine.own else ""
                click.echo(f"  {mine.branch}{' (has refused the last change)' if mine.last else ''}{own}")


@template_group.command("show")
@template_argument
def show(template: str) -> None:
    """Print what TEMPLATE says, as YAML."""
    with plainly(), current_context().database.reading() as connection:
        click.echo(to_yaml(records.template_of(connection, template).document), nl=False)


@template_group.command("set")
@template_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Its name in English; as it is, or the short name, where left out.")
@dry_option
@stranding_option
def set_(template: str, file: Path, name: str | None, dry_run: bool, accept_stranding: bool) -> None:
    """Make TEMPLATE of FILE, or change it for every branch that follows."""
    context = current_context()
    with plainly():
        document, _ = read_yaml(file.read_bytes())
        with context.database.reading() as connection:
            known = records.find_template(connection, template)
        names = {"en": name} if name else known.name if known else {"en": template}
        if dry_run:
            _tell(templates.plan_template(context, template, names, document), done=False)
            return
        found = templates.save_template(context, CONSOLE, template, names, document, accept_stranding=accept_stranding)
    _tell(found, done=True)


@template_group.command("apply")
@template_argument
@stranding_option
def apply(template: str, accept_stranding: bool) -> None:
    """Bring the branches up to TEMPLATE that had refused it."""
    with plainly():
        found = templates.apply_template(current_context(), CONSOLE, template, accept_stranding=accept_stranding)
    _tell(found, done=True)


@template_group.command("delete")
@template_argument
def delete(template: str) -> None:
    """Delete TEMPLATE, which no branch may follow."""
    with plainly():
        templates.delete_template(current_context(), CONSOLE, template)


@template_group.command("follow")
@branch_argument
@template_argument
@click.option("--own", multiple=True, help="Keep this as the branch's own, such as hours or services/id-cards.")
@click.option("--keep", is_flag=True, help="Keep all in which the branch differs now.")
@dry_option
@stranding_option
def follow(branch: str, template: str, own: tuple[str, ...], keep: bool, dry_run: bool, accept_stranding: bool) -> None:
    """Let BRANCH follow TEMPLATE from now on."""
    context = current_context()
    with plainly():
        if dry_run:
            found = templates.plan_follow(context, branch, template, own, keep=keep)
        else:
            found = templates.follow(
                context, CONSOLE, branch, template, own, keep=keep, accept_stranding=accept_stranding
            )
    _tell([found], done=not dry_run)


@template_group.command("unfollow")
@branch_argument
def unfollow(branch: str) -> None:
    """Let BRANCH follow nothing; it stays as it is."""
    with plainly():
        templates.unfollow(current_context(), CONSOLE, branch)


@template_group.command("status")
@branch_argument
def status(branch: str) -> None:
    """Say what of the template is BRANCH's own now, and what bringing it up would change."""
    with plainly():
        found = templates.standing(current_context(), branch)
    if found is None:
        click.echo(f"{branch} follows no template.")
        return
    _tell([found], done=False)


@template_group.command("again")
@branch_argument
@click.argument("path")
@stranding_option
def again(branch: str, path: str, accept_stranding: bool) -> None:
    """Let the template hold again for PATH, which BRANCH has as its own."""
    with plainly():
        found = templates.follow_again(current_context(), CONSOLE, branch, path, accept_stranding=accept_stranding)
    _tell([found], done=True)


def _tell(outcomes: Sequence[Outcome], *, done: bool) -> None:
    """Print what was done, or would be, a branch after the other; refusals end the command with 1."""
    for each in outcomes:
        click.echo(f"{each.branch}: {_summary(each, done=done)}")
        for path in each.own:
            click.echo(f"  its own: {path}")
        for change in each.plan.changes if each.plan else ():
            click.echo(f"  {change.path}")
        for left in each.plan.stranded if each.plan else ():
            click.echo(f"  left waiting: {left.what} ({left.waiting})")
    refused = sum(each.refused is not None for each in outcomes)
    if refused:
        raise click.ClickException(f"{refused} of {len(outcomes)} branches refused and stayed as they were.")


def _summary(outcome: Outcome, *, done: bool) -> str:
    if outcome.refused is not None:
        return f"refused: {outcome.refused}"
    number = len(outcome.plan.changes) if outcome.plan else 0
    return f"{number} {'changed' if done else 'would change'}"
