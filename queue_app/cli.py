"""The command line: `flask --app wsgi …`. Each command is imported when it is asked for, not with every page."""

from __future__ import annotations

from pkgutil import resolve_name

import click
from flask import Flask
from flask.cli import AppGroup

COMMANDS = {
    "backup": "backup_cli:backup_command",
    "close-day": "installation_cli:close_day_command",
    "config": "template_cli:config_group",  # with what it adds to those of config_cli
    "demo": "installation_cli:demo_command",
    "doctor": "doctor_cli:doctor_command",
    "load": "replay.commands:load_command",
    "migrate": "installation_cli:migrate_command",
    "panel": "panel_cli:panel_group",
    "panel-worker": "panel_cli:panel_worker",
    "print-worker": "print_cli:print_worker",
    "printer": "printer_cli:printer_group",
    "privacy": "privacy_cli:privacy_group",
    "record": "record_cli:record_group",
    "replay": "replay.commands:replay_command",
    "report": "report_cli:report_group",
    "report-worker": "report_cli:report_worker",
    "restore": "backup_cli:restore_command",
    "rules": "rules_cli:rules_group",
    "screen": "screen_cli:screen_group",
    "set-up": "setup_cli:set_up_group",
    "simulate": "simulation.commands:simulate_command",
    "speech": "speech_cli:speech_group",
    "token": "installation_cli:token_group",
    "user": "people_cli:user_group",
    "virtual-panel": "virtual_panel_cli:virtual_panel",
    "virtual-printer": "virtual_printer_cli:virtual_printer",
}
"""Where each command is, within this package."""


class Commands(AppGroup):
    """The product's commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = resolve_name(f"queue_app.{COMMANDS[cmd_name]}")
        return command


def register_commands(app: Flask) -> None:
    """Add the product's commands to `flask`."""
    app.cli = Commands(app.name)
