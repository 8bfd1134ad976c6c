"""`tutor seeds`: finds the seeds that learners get, by the rule and not by eye."""

from __future__ import annotations

import click


@click.command("seeds")
@click.argument("scenario")
@click.option("--variant", help="Only this variant.")
@click.option("--count", default=12, show_default=True, type=click.IntRange(1, 500), help="How many to find.")
@click.option("--most", default=200, show_default=True, type=click.IntRange(1, 5000), help="Seeds to try.")
@click.option("--verify", is_flag=True, help="Try those in the file, texts included.")
def command(scenario: str, variant: str | None, count: int, most: int, verify: bool) -> None:
    """Find seeds for SCENARIO (an id or a file): the first, in order, whose run shows the signature.

    Paste what it prints into the variant's `seeds:`. With --verify, exit code 1 when a listed seed fails.
    """
    import asyncio

    from tutor import settings
    from tutor.cli.seeding import find_seeds, verify_seeds
    from tutor.cli.status import status
    from tutor.conversation.desk import DeskError
    from tutor.scenario.library import find
    from tutor.scenario.problems import did_you_mean

    source = find(settings.load().scenarios).get(scenario)
    found = source.scenario
    if variant is not None and variant not in found.variants:
        near = did_you_mean(variant, found.variants)
        raise DeskError(f"{found.id} has no variant {variant!r}{near}")
    names = [variant] if variant else list(found.variants)
    with status() as working:
        if not verify:
            asyncio.run(find_seeds(found, names, count, most, click.echo, working))
            return
        failures = asyncio.run(verify_seeds(source, names, click.echo, working))
    if failures:
        raise click.ClickException(f"{failures} seed(s) are not sound")
