r"""What the credential helper costs when it is frozen: warm, each call a whole process.

python bench/frozen_helper.py APP     on Linux, in the rig of tests/windows; on Windows, with any Python that has the project

APP is the folder ``app`` that ``installer/windows/build.py`` made. The calls take turns; the first of each is not counted.
Last row: another frozen program's folder, if a second argument names its executable (``helper.exe --profile NAME``).
"""

from __future__ import annotations

import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 41
PROFILE = "dev.admin"


def main() -> int:
    """Measure, and print the table."""
    app = Path(sys.argv[1]).resolve()
    if os.name == "nt":
        measure(app, sys.argv[2:])
        return 0
    sys.path.insert(0, str(ROOT / "tests"))
    rig = importlib.import_module("windows.rig")
    others = [rig.windows_path(Path(other)) for other in sys.argv[2:]]
    with rig.screen() as display:
        words = [rig.windows_path(Path(__file__)), rig.windows_path(app), *others]
        ran = rig.run(words, display=display, timeout=400)
    print(ran.stdout)
    return 0 if ran.returncode == 0 else 1


def measure(app: Path, others: list[str]) -> None:
    """In Windows."""
    from aws_sso_core import warm  # noqa: PLC0415 - only there

    helper = str(Path(warm.__file__).with_name("helper.py"))
    word = ["--profile", PROFILE]
    forms = {
        "floor: python -I -S -c pass": [sys.executable, "-I", "-S", "-c", "pass"],
        "unfrozen: python -I -S helper.py": [sys.executable, "-I", "-S", helper, *word],
        "frozen: aws-sso-tray.exe credentials": [str(app / "aws-sso-tray.exe"), "credentials", *word],
        "unfrozen: python -m aws_sso_core.cli credentials": [
            *(sys.executable, "-P", "-m", "aws_sso_core.cli", "credentials"),
            *word,
        ],
        **{f"other: {Path(other).name}": [other, *word] for other in others},
    }
    taken: dict[str, list[float]] = {name: [] for name in forms}
    with tempfile.TemporaryDirectory() as home:
        env = {k: v for k, v in os.environ.items() if not k.upper().startswith("AWS_")} | {warm.HOME: home}
        warm_entry(Path(home), env)
        for name, command in forms.items():
            told = subprocess.run(
                command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
            )
            assert "floor" in name or '"SecretAccessKey"' in told.stdout, (name, told)
        for _ in range(ROUNDS):
            for name, command in forms.items():
                start = time.perf_counter()
                subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
                taken[name].append(1000 * (time.perf_counter() - start))
    floor = statistics.median(next(iter(taken.values())))
    print("| call | ms, median (quarter to three quarters) | of the floor |\n|---|---|---|")
    for name, times in taken.items():
        low, middle, high = statistics.quantiles(times, n=4)
        print(f"| {name} | {middle:.0f} ({low:.0f} to {high:.0f}) | {middle / floor:.2f}x |")


def warm_entry(home: Path, env: dict[str, str]) -> None:
    """What the long way leaves behind, of made-up files."""
    from aws_sso_core import warm  # noqa: PLC0415 - only in Windows

    config, cache = home / ".aws" / "config", home / ".aws" / "cli" / "cache" / "role.json"
    cache.parent.mkdir(parents=True)
    config.write_text(f"[profile {PROFILE}]\n")
    end = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    pairs = f'"AccessKeyId": "AKIA", "SecretAccessKey": "secret", "SessionToken": "token", "Expiration": "{end}"'
    cache.write_text(f'{{"ProviderType": "sso", "Credentials": {{{pairs}}}}}')
    text = warm.entry(env, {str(config): warm.state(str(config))}, str(cache))
    place = warm.entry_path(PROFILE, env)
    assert text
    assert place
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    Path(place).write_bytes(text.encode())


if __name__ == "__main__":
    sys.exit(main())
