"""What F1 says, screen by screen."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.app.commands import COMMANDS

HOME = """\
A model misbehaves, and you are called in. Take a case, look at the evidence of a real training run, and argue
your diagnosis with a consultant who does not believe you until you show why.

Each case has several hidden causes; which one you get is drawn anew each time.

- **Enter** takes the case, or goes on where you left it
- **n** begins it anew, with a cause you have not met yet
- **d** opens its last debrief
- **p** shows your progress, **s** all your sessions
- **c** sets up a language model, which is optional
- **o** opens the preferences: colours, keys, what Enter does; **t** changes the theme
- **q** quits; everything is kept

`●` is a hidden cause you have found, `◐` one you were only told because you ended the case early, `○` one
that still waits.
"""

FIRST = (
    "Your first case? Look at the evidence (F2), then write below what you see, in a sentence of your own. "
    "Ask for more in plain words, as in “show me the training log”. F4 gives a hint, F1 explains the screen."
)

LOST = (
    "Say what you see or think, ask a question about the run, or ask for evidence by its name. F4 gives a "
    "hint, F1 explains the screen."
)

LAB = """\
Here a remedy is tried instead of believed. An experiment is the run of your case with some levers changed;
everything else, the seed too, stays as it is. What a lever is set to now is not shown: that may be what you
are looking for.

- **Up** and **Down** choose a lever, **Left** and **Right** go through its values; or write a value
- **Enter** runs. Several experiments may wait in line, and they go on while you talk
- **Esc** cancels the one that runs, at once; nothing of it counts
- The faint line is the run as it was; the table has every experiment of this session
- **p** pins the one the cursor is on: it goes into your prompt; **s** says it at once. Evidence you made
  yourself is the best there is
- Where a case has a clock, an experiment costs the hours it says

`▲` stands for better than it was, `▼` for worse, `=` for the same.
"""

SESSIONS = """\
Every session on this computer, the latest first.

- **Enter** goes on with it, or opens its debrief when it is over
- **e** writes it down: HTML to read, Markdown, JSON. One that is not over keeps its hidden cause sealed
- **x** removes it, **u** brings it back. What was removed is kept for a month; `tutor sessions --restore`
  brings it back too
- **Esc** goes back
"""

PREFERENCES = """\
Every change holds at once and is kept for the next start.

- **Up** and **Down** choose a line, **Enter** (or **Left** and **Right**) changes it
- On a key, **Enter** waits for the new one; **Backspace** brings the usual one back
- **terminal** takes the sixteen colours of your terminal; Textual's other themes are in the palette, Ctrl+P
- **ascii** draws with plain characters only; **auto** does so where the terminal has no others
- `app.toml` in the data folder says the same things by hand, and has the last word
"""

PROGRESS = """\
Everything you have played, on this computer and nowhere else.

- **Cases**: `●` is a hidden cause you found, `◐` one you were told when you ended a case early, `○` one that
  still waits. Only a case played to its last stage counts as finished
- **Concepts**: how likely it is that you know one. Each point of a finished case is a chance to show it:
  made without being told, it counts for you; missed, told or wrongly claimed, against. The model is Bayesian
  knowledge tracing (Corbett & Anderson, 1995); at 95 % a concept *sits*
- **How sure, how right**: on the diagonal, you know how much you know
"""

DEBRIEF = """\
The case is closed, so the seal is off: what was planted, what you said about it, where you were challenged
and how that ended, and what the evidence would have told you.

- **a** plays the same case with another hidden cause
- **c** opens the concept cards about what was missed, challenged or hinted at; the others of the case are
  folded under *Further reading*
- **e** writes the session down, your notes included: HTML to read, Markdown, JSON
- **p** shows your progress
- **h** or **Esc** goes home
"""


def case(moved: Mapping[str, str], enter_sends: bool) -> str:
    """The case screen: what to do there, and every command. `moved` are the keys the learner chose, by the
    action they stand for."""
    commands = "\n".join(
        f"- `/{c.word}{' ' + c.argument if c.argument else ''}`"
        f"{' or **' + moved.get(c.action, c.key) + '**' if c.key else ''}: {c.says}"
        for c in COMMANDS
    )
    sending = (
        "**Enter** sends, **Ctrl+J** (or Shift+Enter) begins a new line"
        if enter_sends
        else "**Ctrl+J** sends, **Enter** begins a new line"
    )
    return f"""\
On one side is the **case file**: evidence from a run that was trained for you just now. `●` lies on the
table, `○` is there when you ask for it. On the other side is the **conversation**. Write what you think and
why, ask for facts ("what is the learning rate?") or for evidence, in your own words. A wrong diagnosis is
challenged; change your mind whenever the evidence does.

- {sending}; **Up** and **Down** at the edges of the prompt bring back what you sent
- **Page Up** and **Page Down** scroll the conversation
- In the case file, arrows choose an exhibit; **Enter** takes it out, or gives it the whole width
- Drag with the mouse to select, **Ctrl+C** copies, over SSH too
- **Esc** stops a reply (what was said is kept), or the training
- **Ctrl+P** has everything, **Ctrl+Q** quits; nothing is lost, not even half a sentence

Whatever has a key has a word too, to be written into the prompt:

{commands}
"""
