"""The commands `flask user …`: administer people without a page, also where nobody can sign in any more."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.domain.people import ROLES
from queue_app.i18n import LANGUAGES
from queue_app.operations import people_setup as people
from queue_app.operations.acting import CONSOLE
from queue_app.operations.administrators import Administrator

user_group = AppGroup("user", help="People: who may sign in, as what and where.")

username_argument = click.argument("username")
role_option = click.option(
    "--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given several times."
)
branch_option = click.option("--branch", help="Slug of the branch that the roles are for; every branch where left out.")


def _by(branch: str | None) -> Administrator:
    """Return the command line as one who administrates: in a branch, or everywhere."""
    return Administrator(CONSOLE, current_context().setup(branch).id if branch else None, everywhere=True)


@user_group.command("add")
@username_argument
@click.option("--name", help="What colleagues see; the user name where left out.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, help="Of the pages.")
@role_option
@branch_option
def add(username: str, name: str | None, language: str, roles: tuple[str, ...], branch: str | None) -> None:
    """Add a person and print the one-time password, alone, with which they sign in first."""
    wish = {"username": username, "name": name or username, "language": language}
    with plainly():
        given = {"roles" if branch else "everywhere": list(roles)}
        _, password = people.add_person(current_context(), _by(branch), {**wish, **given}, LANGUAGES)
    click.echo(password)


@user_group.command("list")
@click.option("--branch", help="Only those who work in this branch.")
def list_(branch: str | None) -> None:
    """Print everybody: user name, name, roles, and whether they may sign in."""
    with plainly():
        found = people.people_view(current_context(), _by(branch), everybody=branch is None)
    for person in found:
        places = ", ".join(person["other_branches"])
        roles = [
            *person["roles"],
            *(f"{role} everywhere" for role in person["everywhere"]),
            *([f"in {places}"] if places else []),
        ]
        marks = [*([] if person["active"] else ["inactive"]), *(["second factor"] if person["second_factor"] else [])]
        click.echo(
            "\t".join([person["username"], person["name"], ", ".join(roles) or "no role", ", ".join(marks)]).rstrip()
        )


@user_group.command("password")
@username_argument
@click.option("--reset-code", is_flag=True, help="Ask for no code of a second factor any more either.")
def password(username: str, reset_code: bool) -> None:
    """Give a person a one-time password and print it, alone; they are signed out everywhere."""
    with plainly():
        user_id = people.user_id_of(current_context(), username)
        if reset_code:
            people.reset_second_factor(current_context(), _by(None), user_id)
        given = people.give_password(current_context(), _by(None), user_id)
    click.echo(given)


@user_group.command("role")
@username_argument
@role_option
@branch_option
def role(username: str, roles: tuple[str, ...], branch: str | None) -> None:
    """Give a person these roles in a branch, or everywhere, and no others there; without --role none."""
    with plainly():
        wish = {"roles" if branch else "everywhere": list(roles)}
        people.change_person(
            current_context(), _by(branch), people.user_id_of(current_context(), username), wish, LANGUAGES
        )
    click.echo(f"{username}: {', '.join(roles) or 'no role'}{f' in {branch}' if branch else ' everywhere'}")


@user_group.command("deactivate")
@username_argument
@click.option("--back", is_flag=True, help="Let the person sign in again.")
def deactivate(username: str, back: bool) -> None:
    """Let a person sign in no longer; what they did stays theirs, and running servers notice within seconds."""
    with plainly():
        user_id = people.user_id_of(current_context(), username)
        people.change_person(current_context(), _by(None), user_id, {"active": back}, LANGUAGES)
    click.echo(f"{username}: {'active' if back else 'inactive'}")
