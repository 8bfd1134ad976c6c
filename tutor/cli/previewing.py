"""The app on one file: its own store, the same hidden cause each time, and a watch on the file."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePath
from typing import ClassVar

from tutor.app import app
from tutor.app.app import TutorApp
from tutor.app.openings import Resume
from tutor.app.work import attempt
from tutor.authoring.rehearsal import rehearse, stamp
from tutor.cli.wiring import open_desk
from tutor.conversation.desk import Desk
from tutor.dialogue.events import Event
from tutor.scenario.library import Library
from tutor.scenario.problems import ScenarioError
from tutor.scenario.second_look import look
from tutor.settings import Settings

LOOK = 0.5  # seconds between two looks at the file


def library_of(path: Path) -> Library:
    """The one case of a file. ScenarioError with all that is wrong on paper."""
    source, found = look(path)
    errors = [problem for problem in found if problem.severity == "error"]
    if source is None or errors:
        raise ScenarioError(errors)
    return Library({source.scenario.id: source})


class PreviewApp(TutorApp):
    """Opens the case at once; when the file is saved, reads it and plays the same turns again."""

    # Textual looks for style sheets beside the class that names them.
    CSS_PATH: ClassVar[list[str | PurePath]] = [Path(app.__file__).parent / n for n in TutorApp.CSS_PATH]

    def __init__(
        self, path: Path, settings: Settings, *, variant: str | None, seed: int | None, watch: bool
    ) -> None:
        super().__init__(lambda: open_desk(settings, library_of(path), offline=True), settings.data_dir)
        self.file, self.variant, self.seed, self.watching = path, variant, seed, watch
        self.session = ""
        self._seen = stamp(path)

    async def _open(self) -> None:
        await super()._open()
        if self.desk is not None:
            await self._play(self.desk, ())
            if self.watching:
                self.set_interval(LOOK, self._look)

    async def _play(self, desk: Desk, events: tuple[Event, ...]) -> None:
        (name,) = desk.library.sources
        scenario = desk.library.sources[name].scenario
        wanted, known = self.variant, scenario.variants
        variant = wanted if wanted is not None and wanted in known else next(iter(known))
        seed = scenario.variants[variant].seeds[0] if self.seed is None else self.seed
        self.session = await rehearse(desk, name, events, variant=variant, seed=seed)
        self.open_case(Resume(self.session), instead=len(self.screen_stack) > 1)

    def _look(self) -> None:
        now = stamp(self.file)
        if now != self._seen and self.desk is not None:
            self._seen = now
            attempt(self, self._again(self.desk), "reading the file", self.journal, group="preview")

    async def _again(self, desk: Desk) -> None:
        try:
            library = await asyncio.to_thread(library_of, self.file)
        except ScenarioError as error:
            self.tell("\n".join(map(str, error.problems[:3])), "error")
            return
        events = desk.store.events(self.session)
        desk.library = library
        await self._play(desk, events)
        self.tell("Read anew, and played to the same point.")
