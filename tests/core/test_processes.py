from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aws_sso_core.processes import alive, shown_name
from children import posix_only, start

SAY = "from aws_sso_core.processes import caller_name; print(caller_name())"


def said(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd, timeout=120).stdout.strip()


def test_this_process_lives() -> None:
    assert alive(os.getpid())


def test_a_process_that_ended_does_not_live() -> None:
    with start("") as ended:
        ended.wait()
    assert not alive(ended.pid)


@posix_only
def test_a_process_of_another_user_lives() -> None:
    assert alive(1)


@pytest.mark.parametrize("pid", [2**31 - 2, 10**20])
def test_a_process_id_that_nobody_has_does_not_live(pid: int) -> None:
    assert not alive(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="how the test starts a program of its own name")
class TestCallers:
    def test_a_program_is_called_by_its_name(self, tmp_path: Path) -> None:
        program = tmp_path / "terraform"
        program.symlink_to("/bin/sh")
        assert said(str(program), "-c", f"{sys.executable} -c '{SAY}'; exit") == "terraform"

    def test_the_shell_that_an_sdk_puts_between_is_passed_over(self, tmp_path: Path) -> None:
        program = tmp_path / "terraform"
        program.symlink_to("/bin/sh")
        inner = f'/bin/sh -c "{sys.executable} -c \\"{SAY}\\"; exit"'
        assert said(str(program), "-c", f"{inner}; exit") == "terraform"

    def test_a_plug_in_is_called_as_the_program_that_runs_it(self, tmp_path: Path) -> None:
        for name in ("terraform", "terraform-provider-aws_v5.31.0_x5"):
            (tmp_path / name).symlink_to("/bin/sh")
        inner = f'{tmp_path}/terraform-provider-aws_v5.31.0_x5 -c "{sys.executable} -c \\"{SAY}\\"; exit"'
        assert said(f"{tmp_path}/terraform", "-c", f"{inner}; exit") == "terraform"

    def test_the_aws_cli_that_gets_a_token_for_kubectl_is_called_kubectl(self, tmp_path: Path) -> None:
        (tmp_path / "kubectl").symlink_to("/bin/sh")
        cli = tmp_path / "aws"
        cli.write_text(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SAY!r}])\n")
        assert said(f"{tmp_path}/kubectl", "-c", f"{sys.executable} {cli} eks get-token; exit") == "kubectl"

    def test_a_python_script_is_called_by_its_own_name(self, tmp_path: Path) -> None:
        script = tmp_path / "deploy.py"
        script.write_text(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SAY!r}])\n")
        assert said(sys.executable, "-u", str(script)) == "deploy.py"

    def test_a_python_module_is_called_by_its_own_name(self, tmp_path: Path) -> None:
        (tmp_path / "deploy.py").write_text(
            f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SAY!r}])\n"
        )
        assert said(sys.executable, "-m", "deploy", cwd=tmp_path) == "deploy"

    def test_a_helper_that_could_not_make_room_says_who_called_it(self, tmp_path: Path) -> None:
        (tmp_path / "terraform").symlink_to("/bin/sh")
        helper = tmp_path / "helper.py"
        helper.write_text(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SAY!r}])\n")
        script = f"AWS_SSO_TRAY_CALLER=$$ {sys.executable} {helper}; exit"
        assert said(f"{tmp_path}/terraform", "-c", script) == "terraform"

    def test_a_name_that_the_kernel_cut_is_made_whole(self, tmp_path: Path) -> None:
        program = tmp_path / "terraform-provider-aws"
        program.symlink_to("/bin/sh")
        assert said(str(program), "-c", f"{sys.executable} -c '{SAY}'; exit") == "terraform-provider-aws"

    def test_a_name_with_brackets_and_blanks_is_read_whole(self, tmp_path: Path) -> None:
        program = tmp_path / "a) S 1 (b"
        program.symlink_to("/bin/sh")
        assert said(str(program), "-c", f"{sys.executable} -c '{SAY}'; exit") == "a) S 1 (b"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("kubectl", "kubectl"), ("", "a program"), ("\n\x07", "a program"), ("a\tb", "ab"), ("x" * 50, "x" * 39 + "…")],
)
def test_names_are_shown_printable_and_short(name: str, shown: str) -> None:
    assert shown_name(name) == shown
