"""The credential helper that AWS tools start: ``python -I -S .../aws_sso_core/helper.py --profile NAME``.

Isolated and without ``site`` an interpreter starts fastest, but finds no packages; so this file, which is compiled at each
start, says where ours is and no more.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 - no pathlib
from aws_sso_core import warm

del sys.path[0]

if __name__ == "__main__":
    warm.main(sys.argv[1:])
