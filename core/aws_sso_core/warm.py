"""What the credential helper answers for as long as nothing has changed (see ``helper.py``).

AWS tools run it in each of their processes, so it costs little more than an interpreter: no other module of ours, no
network, no look into the config. The long way (``aws-sso-tray credentials``) leaves an entry for each profile that it answered. The
entry tells under which variables and for which states of which files that answer holds; while all of them are the same, the
credentials are where it says, in the cache of AWS CLI. Anything else, and the long way is gone again.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

ACTIVE = ""
"""Stands for the profile's name in ``--active``; no profile has this one."""
FOLDER = (".aws", "aws-sso-tray")
"""Of the entries, in the home folder: to know our other folders takes longer than all of this."""
HOME = "USERPROFILE" if os.name == "nt" else "HOME"
VARIABLES = (HOME, "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_SSO_TRAY_HOME")
"""What decides where everything lies."""
CALLER = "AWS_SSO_TRAY_CALLER"
"""Tells the long way the id of the process that started this one, where it cannot take its place."""
NOT_THERE = "-"
GATE = ".gate"

_BY_CONTENT = "#"
_WHILE = 60
"""Seconds."""
_FORMAT = "aws-sso-tray credentials 1"
_LARGEST = 1 << 16
_LONGEST_NAME = 100
"""Bytes; file systems take names of 255, and each byte is two digits."""
_LEFT = 15 * 60
"""Seconds: AWS tools ask anew when less is left."""
_LONGEST = 12 * 3600
"""Seconds: AWS gives roles no more, so whatever has more was kept by another clock."""
_SKEW = 300
_PATIENCE = 25.0
"""Seconds to wait for somebody else's answer; most take one."""
_PAUSE = 0.05
_KEYS = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"]
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def answer(arguments: Sequence[str], env: Mapping[str, str]) -> str | None:
    """The credential process's answer; None where only the long way knows it."""
    place = _place(arguments, env)
    try:
        return None if place is None else _answer(_own(place), env)
    except (OSError, ValueError):
        return None


def _place(arguments: Sequence[str], env: Mapping[str, str]) -> str | None:
    match list(arguments):
        case ["--profile", name] if name != ACTIVE:
            return entry_path(name, env)
        case ["--active"]:
            return entry_path(ACTIVE, env)
        case _:
            return None


def entry_path(name: str, env: Mapping[str, str]) -> str | None:
    """Where the entry of a profile is, or would be; None for a profile that can have none."""
    home, in_bytes = env.get(HOME, ""), name.encode("utf-8", "surrogateescape")
    if not os.path.isabs(home) or len(in_bytes) > _LONGEST_NAME:  # noqa: PTH117 - pathlib is slow to load
        return None
    return os.path.join(home, *FOLDER, in_bytes.hex() or "active")  # noqa: PTH118


def entry(env: Mapping[str, str], states: Mapping[str, str], credentials: str) -> str | None:
    """The text of an entry; None if it cannot be written so that it is read in the same way.

    Args:
        env: the variables.
        states: path -> ``state`` of all files that the answer depends on, from before they were read.
        credentials: the path of the role's credentials in the cache of AWS CLI.
    """
    lines = [*_surroundings(env), *(f"{state} {path}" for path, state in states.items()), credentials]
    absolute = all(os.path.isabs(path) for path in (*states, credentials))  # noqa: PTH117
    return "\n".join(lines) if absolute and not any("\n" in line for line in lines) else None


def state(path: str) -> str:
    """What tells that a file has changed, whoever changed it and however."""
    try:
        s = os.stat(path)  # noqa: PTH116
    except OSError:
        return NOT_THERE
    return f"{s.st_mtime_ns}.{s.st_ctime_ns}.{s.st_size}.{s.st_ino}.{s.st_dev}"


def content_state(path: str) -> str:
    """The same by what is in the file, for one that was changed a moment ago: it could change again and look the same."""
    try:
        from _blake2 import blake2b  # noqa: PLC0415 - see ``digest``
    except ImportError:  # pragma: no cover - an interpreter built without it
        from hashlib import blake2b  # noqa: PLC0415
    try:
        with open(path, "rb") as f:  # noqa: PTH123
            return _BY_CONTENT + blake2b(f.read(), digest_size=20).hexdigest()
    except OSError:
        return NOT_THERE


def state_like(then: str, path: str) -> str:
    """The state of the kind that ``then`` is; by content only for a while, as reading takes longer than looking."""
    now = state(path)
    if not then.startswith(_BY_CONTENT) or now == NOT_THERE:
        return now
    changed = max(map(int, now.split(".")[:2])) / 10**9
    return content_state(path) if time.time() - changed < _WHILE else now


def _surroundings(env: Mapping[str, str]) -> list[str]:
    return [_FORMAT, *(f"{name}={env[name]}" if name in env else f"no {name}" for name in VARIABLES)]


def _answer(text: str, env: Mapping[str, str]) -> str | None:
    surroundings = _surroundings(env)
    *lines, credentials = text.split("\n")
    if lines[: len(surroundings)] != surroundings:
        return None
    for line in lines[len(surroundings) :]:
        then, _, path = line.partition(" ")
        if state_like(then, path) != then:
            return None
    return _document(_own(credentials))


def _document(text: str) -> str | None:
    """AWS CLI's form of role credentials made that of a credential process; only the very text that it and we write."""
    parts = text.split('"')
    keys, values = parts[7::4], parts[9::4]
    if keys not in (_KEYS, _KEYS[:-1]) or "\\" in text or not _is_good(values[3]):
        return None
    pairs = ", ".join(f'"{key}": "{value}"' for key, value in zip(keys, values, strict=True))
    if text != f'{{"ProviderType": "sso", "Credentials": {{{pairs}}}}}':
        return None
    return f'{{"Version": 1, {pairs}}}\n'


def _is_good(expires: str) -> bool:
    now = time.time()
    least, most = (time.strftime(_TIME, time.gmtime(now + seconds)) for seconds in (_LEFT, _LONGEST))
    return len(expires) == len(least) and expires[-1] == "Z" and least < expires <= most


def _own(path: str) -> str:
    """A file's text; ValueError for another person's file, and for one from the future: then the clock was set back."""
    fd = os.open(path, os.O_RDONLY)
    try:
        s = os.fstat(fd)
        if s.st_mtime > time.time() + _SKEW or (sys.platform != "win32" and s.st_uid != os.geteuid()):
            raise ValueError
        return os.read(fd, _LARGEST).decode("utf-8", "surrogateescape")
    finally:
        os.close(fd)


def tell(text: str) -> NoReturn:
    """Write the answer and end the process: nothing is left to tidy up, and Python's own way out takes a tenth of its life."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        os._exit(1)
    os._exit(0)


def answer_in_turn(arguments: Sequence[str]) -> str | None:
    """``answer`` in this process's environment, also by waiting for another process that goes the long way for it."""
    text = answer(arguments, os.environ)
    return answer(arguments, os.environ) if text is None and _is_second(arguments) else text


def gate_path(entry: str) -> str:
    """The file that whoever goes the long way for this entry holds a lock on; removed, it lets the next one go."""
    return f"{entry}{GATE}"


def _is_second(arguments: Sequence[str]) -> bool:
    """Wait while another process goes the long way for the same profile; whether there was one.

    So 200 who come at once cost one long way, not 200. The lock is held to the end of this process, whatever it becomes.
    """
    place = _place(arguments, os.environ)
    if place is None:
        return False
    until, second = time.monotonic() + _PATIENCE, False
    try:
        # On Windows a mode would shut the person out of what an administrator's window made (access_list).
        os.makedirs(os.path.dirname(place), mode=0o777 if os.name == "nt" else 0o700, exist_ok=True)  # noqa: PTH103, PTH120
        while not _hold(gate_path(place)) and time.monotonic() < until:
            second = True
            time.sleep(_PAUSE)
    except OSError:
        return False  # then everybody for himself
    return second


def _hold(path: str) -> bool:
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(fd)
        if os.path.samestat(os.fstat(fd), os.stat(path)):  # noqa: PTH116
            os.set_inheritable(fd, True)  # noqa: FBT003
            return True
    except OSError:
        pass  # somebody else holds it, or has removed it
    os.close(fd)
    return False


def _lock(fd: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only who goes the long way needs it

        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - as above

        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


def main(arguments: Sequence[str]) -> NoReturn:
    """Answer, or go the long way; ends the process in any case."""
    try:
        text = answer_in_turn(arguments)
    except KeyboardInterrupt:
        os._exit(130)
    if text is not None:
        tell(text)
    # Not -m: runpy is a hundredth of the long way.
    command = [sys.executable, "-P", "-c", "from aws_sso_core.cli.main import main; main()", "credentials", *arguments]
    if os.name != "nt":
        os.execv(sys.executable, command)  # noqa: S606 - no shell, and our own program
    import subprocess  # noqa: PLC0415 - Windows cannot become another program

    sys.exit(subprocess.call(command, env={**os.environ, CALLER: str(os.getppid())}))
