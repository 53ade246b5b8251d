from __future__ import annotations

import inspect
import pickle
import re

import pytest

from aws_sso_core import errors
from aws_sso_core.errors import AppError, ProfileNotFound, SessionNotFound, SignInNeeded

ALL = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, AppError)]


def test_the_tree_in_the_docstring_names_every_error() -> None:
    drawn = set(re.findall(r"\w+", errors.__doc__))
    assert {c.__name__ for c in ALL} <= drawn


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.StoreFailed, 1), (errors.SignInDenied, 1), (errors.Throttled, 1),
        (errors.UsageError, 2), (errors.ConfigUnreadable, 2), (errors.SettingInvalid, 2),
        (errors.SignInNeeded, 3), (errors.Offline, 4), (errors.Interrupted, 130),
    ],
)  # fmt: skip
def test_the_exit_code_tells_scripts_what_happened(error: type[AppError], code: int) -> None:
    assert error.exit_code == code


def test_scripts_get_a_stable_name_of_the_kind() -> None:
    assert SignInNeeded("Nobody is signed in.").kind == "sign-in-needed"
    assert len({c("x").kind for c in ALL}) == len(ALL)


def test_an_unknown_name_is_answered_with_the_nearest_ones() -> None:
    error = ProfileNotFound("dev.admn", ["prod.admin", "dev.admin", "x"])
    assert error.sentence == "There is no profile named 'dev.admn'."
    assert error.hint.startswith("Did you mean dev.admin")


@pytest.mark.parametrize(("error", "command"), [(ProfileNotFound, "profiles"), (SessionNotFound, "status")])
def test_an_unknown_name_near_to_none_is_answered_with_the_way_to_the_list(
    error: type[ProfileNotFound | SessionNotFound], command: str
) -> None:
    assert error("zzz", ["corp"]).hint == f"`aws-sso-tray {command}` lists what there is."


@pytest.mark.parametrize("error", [ProfileNotFound, SessionNotFound])
def test_an_unknown_name_where_there_is_none_at_all_is_answered_with_the_way_to_one(
    error: type[ProfileNotFound | SessionNotFound],
) -> None:
    assert error("dev", []).hint == "`aws-sso-tray configure` sets up the first."


def test_every_error_has_a_docstring() -> None:
    assert all(c.__doc__ for c in ALL)


def test_an_error_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(errors.DiskFull("No space.")))
    assert (type(error), error.sentence) == (errors.DiskFull, "No space.")
