"""The commands. Each lives in a module of its own and is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from tutor import __version__
from tutor.errors import TutorError

COMMANDS: dict[str, str] = {
    "list": "tutor.cli.listing:command",
    "play": "tutor.cli.play:command",
    "chat": "tutor.cli.chat:command",
    "lab": "tutor.cli.lab:command",
    "serve": "tutor.cli.serve:command",
    "sessions": "tutor.cli.sessions:command",
    "export": "tutor.cli.export:command",
    "assess": "tutor.cli.assess:command",
    "check": "tutor.cli.check:command",
    "new": "tutor.cli.new:command",
    "preview": "tutor.cli.preview:command",
    "coverage": "tutor.cli.coverage:command",
    "seeds": "tutor.cli.seeds:command",
    "schema": "tutor.cli.schema:command",
    "config": "tutor.cli.config:command",
    "mock-llm": "tutor.cli.mock_llm:command",
    "doctor": "tutor.cli.doctor:command",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is used, so that none pays for another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TutorError as error:
            raise click.ClickException(str(error)) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except Exception as error:  # noqa: BLE001  the last resort: a line for the person, the rest for the log
            from tutor.cli.crash import keep

            raise click.ClickException(keep(error)) from None


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.version_option(__version__, prog_name="tutor")
@click.option("--offline", is_flag=True, help="Open no connection, whatever is set up.")
@click.pass_context
def tutor(ctx: click.Context, offline: bool) -> None:
    """Practise ML diagnosis with a consultant who pushes back.

    Without a command, opens the app. Everything works offline; a language model is asked only if you set
    one up (see `tutor config`).
    """
    ctx.obj = {"offline": offline}
    if ctx.invoked_subcommand is None:
        from tutor.cli.open_app import open_app

        open_app(offline=offline)


def main() -> None:
    """The program. Exit codes: 0 done, 1 it failed (a line on stderr says why), 2 it was called wrongly."""
    tutor.main(prog_name="tutor")
