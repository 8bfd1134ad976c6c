"""`tutor new`: a small complete case to change into one's own."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("identity", metavar="ID")
@click.option("--title", default="", help="What the learner picks it by.")
@click.option("--you", default="", help="Who the learner is, as in 'an ML engineer on call'.")
@click.option("--level", type=click.Choice(["beginner", "intermediate", "advanced"]), help="For whom it is.")
@click.option("--engine", default="", help="What is simulated: clients, credit, fraud or recommender.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to write it.")
def command(identity: str, title: str, you: str, level: str | None, engine: str, folder: Path | None) -> None:
    """Write a small complete case called ID, with its phrasings, to change into your own.

    It goes into ./scenarios if there is such a folder, else into your own scenario folder, where `tutor list`
    finds it. Nothing is ever overwritten. On a terminal, what no option says is asked for; elsewhere it is
    the fraud engine and what its starter says.
    """
    import sys

    from tutor import settings
    from tutor.authoring.starting import LEVELS, StartError, Wish, create, starters
    from tutor.scenario.library import find

    folders = settings.load().scenarios
    taken = find(folders).sources.get(identity)
    if taken is not None:
        raise StartError(f"the id {identity!r} is taken by {taken.path}; choose another")
    if sys.stdin.isatty():
        engine = engine or click.prompt("Engine", default="fraud", type=click.Choice(list(starters())))
        title = title or click.prompt("Title", default="", show_default=False)
        you = you or click.prompt("The learner is", default="an ML engineer with an hour to spare")
        level = level or click.prompt("Level", default="beginner", type=click.Choice(list(LEVELS)))
    here = Path("scenarios")
    folder = folder or (here if here.is_dir() else settings.load().data_dir / "scenarios")
    wish = Wish(id=identity, engine=engine or "fraud", title=title, you=you, level=level or "")
    path, beside = create(wish, folder)
    click.echo(f"{path}\n{beside}\n\nNext:\n  tutor check {path}\n  tutor preview {path} --watch")
