"""The offline assessor: reads free text with models fitted to a scenario's phrasings; no network, no
downloads.

`load_or_fit` is the way in. Fitting needs scikit-learn and happens in a child process; reading needs numpy
alone, and both are imported only when first used.
"""

from __future__ import annotations

import os

# Before numpy is imported: the products of reading are small, and threads that wait for each other on a busy
# machine make a message of three milliseconds one of a hundred.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tutor.consultant.offline.loading import FitError, load_or_fit, load_or_fit_async

__all__ = ["FitError", "load_or_fit", "load_or_fit_async"]
