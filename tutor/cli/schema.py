"""`tutor schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("kind", default="scenario", type=click.Choice(["scenario", "phrasings", "concept"]))
@click.option("--path", "as_path", is_flag=True, help="Say where the shipped file is instead.")
def command(kind: str, as_path: bool) -> None:
    """Print the JSON Schema of a KIND of file: scenario (the default), phrasings or concept.

    An editor with a YAML language server completes and checks while you type if the first line of the file is
    "# yaml-language-server: $schema=PATH"; --path prints the PATH.
    """
    from tutor.scenario import json_schema

    click.echo(str(json_schema.path(kind)) if as_path else json_schema.text(kind), nl=as_path)
