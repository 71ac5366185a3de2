"""difPy: its preset "similar", for pictures of different sizes."""

import json
import sys

import difPy


def main() -> None:
    """Print the groups."""
    built = difPy.build(sys.argv[1], show_progress=False)
    found = difPy.search(built, similarity="similar", same_dim=False, show_progress=False)
    groups = [[first, *(match[0] for match in matches)] for first, matches in found.result.items()]
    print(json.dumps(groups))


if __name__ == "__main__":
    main()
