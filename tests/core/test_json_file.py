from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_sso_core.json_file import JsonFile, read_object
from children import in_child, posix_only
from fakes import Worker


@pytest.fixture
def file(tmp_path: Path) -> JsonFile:
    return JsonFile(tmp_path / "file.json", lock=tmp_path / "file.lock")


def test_what_is_written_reads_back(file: JsonFile) -> None:
    file.write({"a": [1, None, "ü"]})
    assert file.read() == {"a": [1, None, "ü"]}


def test_a_missing_file_is_empty(file: JsonFile) -> None:
    assert file.read() == {}


@settings(deadline=None)
@given(st.binary())
def test_whatever_the_file_holds_reading_gives_an_object(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(data)
    assert isinstance(read_object(path), dict | None)


def test_a_giant_file_counts_as_junk(file: JsonFile) -> None:
    file.path.write_bytes(b'{"a": "' + b"x" * (1 << 20) + b'"}')
    assert file.read() == {}


@posix_only
def test_an_unreadable_file_counts_as_empty(file: JsonFile) -> None:
    file.write({"a": 1})
    file.path.chmod(0)
    assert in_child(file.read) == {}


def test_changes_of_many_at_once_are_all_made(file: JsonFile) -> None:
    def add_ten() -> None:
        for _ in range(10):
            file.change(lambda value: value.update(n=value.get("n", 0) + 1))

    for worker in [Worker(add_ten) for _ in range(3)]:
        worker.result()
    assert file.read() == {"n": 30}


def test_a_change_that_fails_changes_nothing(file: JsonFile) -> None:
    file.write({"a": 1})
    with pytest.raises(ZeroDivisionError):
        file.change(lambda value: value.update(a=1 / 0))
    assert file.read() == {"a": 1}
