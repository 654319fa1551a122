"""How often next year's figure of a group comes within the range that is foretold: simulated worlds, 1,000 of each.

python bench/heading.py [WORLDS]     (95 % is meant; a world is one measure of eight groups over four years)
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "worlds"))
from heading_worlds import BEYOND, KINDS, coverage


def main() -> None:
    """Print the share for each kind of world, with its range by chance."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for kind in (*KINDS, *BEYOND):
        inside, tried = coverage(kind, worlds, np.random.default_rng(2026))
        share = inside / tried
        print(
            f"{kind.name}: {share:.1%} of {tried:,} came as foretold (± {1.96 * (share * (1 - share) / tried) ** 0.5:.1%})"
        )


if __name__ == "__main__":
    main()
