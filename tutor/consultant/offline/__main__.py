"""The child process that fits: a corpus as JSON on stdin, the path of the file to write as the only
argument."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from tutor.consultant.corpus import Corpus
from tutor.consultant.offline.fit import fit
from tutor.consultant.offline.loading import write_atomically


def main() -> int:
    gc.disable()  # it makes millions of small tuples that all live to the end
    corpus = Corpus.model_validate_json(sys.stdin.buffer.read())
    write_atomically(Path(sys.argv[1]), fit(corpus).to_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
