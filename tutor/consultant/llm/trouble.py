"""What can go wrong with a server, in our words: a server's own may hold anything."""

from __future__ import annotations

from tutor.errors import TutorError


class Trouble(TutorError):
    """A call failed.

    `passing`: trying again may help, after `wait` seconds if the server named a time. `outage`: the server is
    at fault, so that the next call need not try at once. `lasting`: it stays so until somebody changes
    something; `mend` says what. `complaint`: what a server said of a request it rejected; it helps to choose
    another kind of request, and is never shown. `missing`: there is nothing at this address.
    """

    def __init__(
        self,
        message: str,
        *,
        passing: bool = False,
        outage: bool = False,
        lasting: bool = False,
        wait: float | None = None,
        mend: str = "",
        complaint: str | None = None,
        missing: bool = False,
    ) -> None:
        super().__init__(message)
        self.passing, self.outage, self.lasting = passing, outage, lasting
        self.wait, self.mend = wait, mend
        self.complaint = complaint
        self.missing = missing
