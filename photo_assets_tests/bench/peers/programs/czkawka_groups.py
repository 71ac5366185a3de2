"""czkawka through its Python bindings: groups of similar pictures below a folder."""

import json
import sys

from czkawka import ImageSimilarity

SIMILARITY = 10
"""Bits; czkawka's own programs call that "high"."""


def main() -> None:
    """Print the groups."""
    finder = ImageSimilarity()
    finder.set_directories([sys.argv[1]])
    finder.set_similarity(SIMILARITY)
    print(json.dumps([[str(path) for path in group] for group in finder.find_similar()]))


if __name__ == "__main__":
    main()
