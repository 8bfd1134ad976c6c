"""`tutor config`: the settings of the language model, and where each comes from."""

from __future__ import annotations

import click

SECRET = {"key", "api_key", "apikey", "openai_api_key", "tutor_api_key", "token", "password"}


@click.group("config", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show and change how a language model is reached. Without one, everything works offline."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(as_json: bool) -> None:
    """Print every setting with its value, where that comes from, and what it means."""
    import json

    from tutor import settings
    from tutor.consultant.llm.keys import find_key, how_to

    path = settings.config_path()
    llm = settings.load_llm()
    there, given = settings.in_file(path), settings.in_environment()
    key_from = find_key(llm.url)[1]
    if as_json:
        click.echo(json.dumps({**llm.model_dump(), "key_from": key_from, "file": str(path)}))
        return
    for name, field in settings.Llm.model_fields.items():
        source = given[name][0] if name in given else "file" if name in there else "default"
        value = getattr(llm, name)
        shown = '""' if value == "" else f"{value:g}" if isinstance(value, float) else str(value)
        click.echo(f"{name:<19} {shown:<28} {source:<22} {field.description}")
    click.echo(
        f"{'key':<19} {'found' if key_from else 'none':<28} {key_from or '-':<22} never shown or written"
    )
    if not key_from:
        click.echo(f"\n{how_to(llm.url)}. A server of your own may need none.")
    click.echo(f"\nFile: {path}")


@command.command("set")
@click.argument("name")
@click.argument("value")
def set_(name: str, value: str) -> None:
    """Set NAME to VALUE in the settings file."""
    from tutor import settings

    if name.lower().replace("-", "_") in SECRET:
        from tutor.consultant.llm.keys import how_to

        raise click.UsageError(f"a key is never written to a file. {how_to(settings.load_llm().url)}")
    settings.write(settings.config_path(), name, value)
    click.echo(f"{name} is set in {settings.config_path()}")
    if name in settings.in_environment():
        click.echo(f"but {settings.in_environment()[name][0]} in the environment wins", err=True)


@command.command("unset")
@click.argument("name")
def unset(name: str) -> None:
    """Give NAME its default again."""
    from tutor import settings

    if name not in settings.Llm.model_fields:
        settings.check({name: ""})
    settings.write(settings.config_path(), name, None)
    click.echo(f"{name} has its default again")
