"""What `tutor chat` says of itself."""

HINT = "Can I have a hint?"
LOST = "(Say what you see, or ask for facts and evidence. /hint gives a hint, /help lists the commands.)"
AGAIN = (
    "On the table: {}; /evidence NAME shows one again, /brief tells the case again. "
    "All that was said: tutor chat --resume {} --all"
)
HELP = """\
Write what you think, or ask for facts and evidence.

- /hint: the next step of a ladder of hints
- /evidence [NAME]: what there is to look at, or one exhibit
- /brief: the case again
- /lab [LEVER=VALUE ...]: what can be changed, or one experiment with changes
- /pin [NUMBER]: puts an experiment forward
- /notes [TEXT]: what you found out and noted, or one more note
- /card [NAME]: the concept cards of this case, or one of them
- /sure PERCENT: how sure you are of your next message; the debrief compares
- /retry: asks again for a reply that is missing
- /unfair [WHY]: mark the last reply as unfair, for the instructor
- /offline, /online: who reads and words from now on
- /end: to the debrief now
- /quit: leave, and come back later"""
