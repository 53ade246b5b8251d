"""``python -m aws_sso_core.cli``: how our own processes start one another, whatever is on the PATH."""

from __future__ import annotations

from aws_sso_core.cli.main import main

if __name__ == "__main__":
    main()
