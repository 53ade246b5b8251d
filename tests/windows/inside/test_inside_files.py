"""Files as Windows treats them: open ones refuse to be replaced, paths have drives, text has other line ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from aws_sso_core import files
from aws_sso_core.errors import StoreFailed
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_sso_tray.file_events import FileEvents
from windows.inside.windows_home import WindowsHome

LIMIT = 120
pytestmark = pytest.mark.skipif(os.name != "nt", reason="for Windows")


def test_a_file_that_somebody_reads_is_replaced_once_he_is_done(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        threading.Timer(0.3, reader.close).start()
        files.write_atomic(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_file_that_somebody_keeps_open_is_left_whole_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "REPLACE_PATIENCE", 0.2)
    path = tmp_path / "config"
    path.write_bytes(b"old")
    with path.open("rb"), pytest.raises(StoreFailed):
        files.write_atomic(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["config"]
    assert path.read_bytes() == b"old"


def test_a_file_that_somebody_reads_is_removed_once_he_is_done(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(b"{}")
    with path.open("rb") as reader:
        threading.Timer(0.3, reader.close).start()
        assert files.remove(path) is True


def access_list(path: Path) -> str:
    """As SDDL; ``WD`` in it is everyone."""
    import win32security  # noqa: PLC0415 - Windows only

    wanted = win32security.DACL_SECURITY_INFORMATION
    found = win32security.GetFileSecurity(str(path), wanted)
    return str(win32security.ConvertSecurityDescriptorToStringSecurityDescriptor(found, 1, wanted))


def give_to(path: Path, sids: Iterable[str]) -> None:
    """Everything to these, and nothing to anybody else."""
    import win32security  # noqa: PLC0415 - Windows only

    rights = "".join(f"(A;OICI;FA;;;{sid})" for sid in sids)
    descriptor = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(f"D:P{rights}", 1)
    win32security.SetFileSecurity(str(path), win32security.DACL_SECURITY_INFORMATION, descriptor)


def myself() -> str:
    import win32api  # noqa: PLC0415 - Windows only
    import win32security  # noqa: PLC0415 - as above

    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32security.TOKEN_QUERY)
    return str(
        win32security.ConvertSidToStringSid(win32security.GetTokenInformation(token, win32security.TokenUser)[0])
    )


def test_a_file_that_the_person_has_closed_to_others_stays_closed(tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_bytes(b"old")
    give_to(tmp_path, ["SY", "WD", myself()])
    give_to(path, ["SY", myself()])
    before = access_list(path)
    assert "WD" not in before
    files.replace_if_unchanged(path, b"old", b"new")
    assert path.read_bytes() == b"new"
    assert access_list(path) == before


def test_a_folder_of_ours_is_the_persons_by_name_and_nobody_elses(tmp_path: Path) -> None:
    give_to(tmp_path, ["SY", "WD", myself()])
    files.make_private_dir(tmp_path / "ours" / "state")
    for folder in (tmp_path / "ours", tmp_path / "ours" / "state"):
        assert myself() in access_list(folder)
        assert "WD" not in access_list(folder)
        assert "OW" not in access_list(folder)  # the owner is Administrators in an administrator's window


def test_a_read_only_file_that_cannot_be_replaced_leaves_no_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "REPLACE_PATIENCE", 0.2)
    path = tmp_path / "config"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with path.open("rb"), pytest.raises(StoreFailed):
        files.replace_if_unchanged(path, b"old", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["config"]
    path.chmod(0o666)


READ_FOR_EVER = """
import sys
print("reading", flush=True)
while True:
    try:
        with open(sys.argv[1], "rb") as f:
            data = f.read()
    except PermissionError:
        continue
    assert data in (b"a" * 9000, b"b" * 9000), len(data)
"""


# Windows refuses to open a file in the moment of its replacement; no program's own way of writing can spare it that.
def test_a_program_that_reads_without_pause_never_sees_half_a_file_nor_stops_a_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "REPLACE_PATIENCE", LIMIT)  # a busy machine may stop the reader with the file open
    path = tmp_path / "config"
    path.write_bytes(b"a" * 9000)
    reader = subprocess.Popen(
        [sys.executable, "-c", READ_FOR_EVER, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert reader.stdout
        assert reader.stdout.readline() == "reading\n"
        for n in range(20):
            files.write_atomic(path, (b"b" if n % 2 else b"a") * 9000)
        assert reader.poll() is None, reader.communicate()[1]
    finally:
        reader.kill()
        reader.communicate(timeout=LIMIT)


def test_the_system_tells_of_an_atomic_replace(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(b"old")
    told = threading.Event()
    events = FileEvents([str(tmp_path)], lambda changed: changed == str(path), told.set)
    try:
        files.write_atomic(path, b"new")
        assert told.wait(LIMIT)
    finally:
        events.stop()


def test_the_token_file_is_one_line_as_aws_cli_writes_it(home: WindowsHome) -> None:
    home.outcome("login", "--no-device")
    (token,) = (p for p in home.paths.sso_cache.glob("*.json") if b"accessToken" in p.read_bytes())
    data = token.read_bytes()
    assert b"\r" not in data
    assert b"\n" not in data
    assert json.loads(data)["startUrl"] == "https://sandbox.awsapps.com/start"


def test_a_config_with_windows_line_ends_keeps_them(home: WindowsHome) -> None:
    before = home.paths.config.read_bytes()
    assert b"\r\n" in before
    home.outcome("use", "dev.admin")
    after = home.paths.config.read_bytes()
    assert before in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_where_no_folder_is_named_ours_lie_in_the_local_application_data(home: WindowsHome) -> None:
    env = {k: v for k, v in home.env.items() if k != "AWS_SSO_TRAY_HOME"}
    look = "import os; from aws_sso_core.paths import Paths; print(Paths.from_environment(os.environ).state_dir)"
    seen = subprocess.run([sys.executable, "-P", "-c", look], env=env, capture_output=True, text=True, check=True)
    assert Path(seen.stdout.strip()) == Path(env["LOCALAPPDATA"]) / "aws-sso-tray"


def test_the_sandbox_port_is_not_shared_with_another_program(box: Sandbox) -> None:
    with pytest.raises(OSError, match="WinError"), Sandbox(SystemClock(), port=box.port):
        pass
