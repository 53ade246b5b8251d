from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_sso_core import settings as real
from aws_sso_core.errors import ReadOnlyPlace, SettingInvalid
from aws_sso_core.settings import DEFAULTS, KEYS, Settings
from children import in_child, posix_only


def load(path: Path) -> Settings:
    return real.load(path, managed=())


def change(path: Path, key: str, text: str | None) -> Settings:
    return real.change(path, key, text, managed=())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_every_setting_has_a_default_and_a_meaning_of_one_line() -> None:
    assert {f.name for f in fields(Settings)} - {"sources", "places", "problems"} == set(KEYS)
    assert all(key.meaning.endswith(".") and "\n" not in key.meaning for key in KEYS.values())


def test_without_a_file_the_defaults_are_in_force(file: Path) -> None:
    assert load(file) == DEFAULTS
    assert load(file).source("sign_in") == "default"


@pytest.mark.parametrize("name", KEYS)
def test_a_default_typed_as_it_is_shown_gives_itself(file: Path, name: str) -> None:
    shown = KEYS[name].shown(DEFAULTS)
    assert getattr(change(file, name, shown), name) == getattr(DEFAULTS, name)


def test_the_persons_values_are_read(file: Path) -> None:
    file.write_text('sign_in = "automatic"\nwarn_minutes = [5, 30, 5]\n[session_durations]\ncorp = "12h"\n')
    settings = load(file)
    assert (settings.sign_in, settings.warn_minutes) == ("automatic", (30, 5))
    assert settings.session_durations == {"corp": timedelta(hours=12)}
    assert (settings.source("sign_in"), settings.source("renew")) == ("user", "default")
    assert settings.problems == ()


# Mistakes


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('sign_in = "always"', "sign_in must be one of ask, automatic, never; ask is used."),
        ("sign_in = true", "sign_in must be one of ask, automatic, never; ask is used."),
        ("notices = 1", "notices must be true or false; true is used."),
        ("snooze_minutes = 0", "snooze_minutes must be a whole number from 1 to 1440; 15 is used."),
        ("snooze_minutes = true", "snooze_minutes must be a whole number from 1 to 1440; 15 is used."),
        ("wait_seconds = 4.5", "wait_seconds must be a whole number from 0 to 3600; 45 is used."),
        (
            "warn_minutes = 60",
            "warn_minutes must be a list of whole minutes from 0 to 1440, such as 60, 15, 5, 0; 60, 15, 5, 0 is used.",
        ),
        (
            'production = "("',
            (
                "production must be a regular expression (missing ), unterminated subpattern at position 0); "
                f"{DEFAULTS.production} is used."
            ),
        ),
        ('favorites = ["a", 3]', "favorites must be a list of names; nothing is used."),
        ('browser = "a\\nb"', "browser must be a text on one line; nothing is used."),
        ('session_durations = "8h"', "session_durations must be a table such as { corp = '8h' }; nothing is used."),
        (
            "session_durations.corp = 8",
            "session_durations must tell a time such as '8h' or '90m' for corp; nothing is used.",
        ),
        (
            'session_durations.corp = "900d"',
            "session_durations must tell a time such as '8h' or '90m' for corp; nothing is used.",
        ),
        ("sign_on = 1", "there is no setting named 'sign_on'; it is left as it is."),
    ],
)
def test_a_mistake_is_one_sentence_and_the_rest_is_used(file: Path, line: str, problem: str) -> None:
    file.write_text(f"renew = false\n{line}\n")
    settings = load(file)
    assert settings.problems == (f"{file}: {problem}",)
    assert settings.renew is False


@pytest.mark.parametrize(
    "junk", [b"a = = 3", b"\xff\xfe", b"[", b"a" * 10, b"x = [" + b"[" * 20_000, "renew = true".encode("utf-16")]
)  # fmt: skip
def test_a_file_that_is_no_toml_gives_the_defaults_and_one_sentence(file: Path, junk: bytes) -> None:
    file.write_bytes(junk)
    settings = load(file)
    (problem,) = settings.problems
    assert problem.startswith(str(file))
    assert problem.endswith("the defaults are in force.")
    assert settings.sign_in == "ask"


@settings(deadline=None)
@given(st.binary() | st.text().map(str.encode))
def test_no_file_at_all_makes_loading_fail(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(data)
    assert load(file).sign_in == "ask"


@posix_only
def test_a_file_that_may_not_be_read_gives_the_defaults_and_one_sentence(file: Path) -> None:
    file.write_text("renew = false")
    file.chmod(0)
    settings = in_child(lambda: load(file))
    assert settings.problems == (f"{file} cannot be read: Permission denied. The defaults are in force.",)
    assert settings.renew


# Changing


TYPED = {
    "sign_in": ("Automatic", "automatic"),
    "warn_minutes": ("30, 5", (30, 5)),
    "snooze_minutes": ("20", 20),
    "notices": ("off", False),
    "browser": ("firefox -P work", "firefox -P work"),
    "session_durations": ("corp=8h, https://x.awsapps.com/start=90m", {
        "corp": timedelta(hours=8), "https://x.awsapps.com/start": timedelta(minutes=90)}),
    "renew": ("no", False),
    "wait_seconds": ("0", 0),
    "switch": ("Shells default", ("default", "shells")),
    "production": ("^live|prd$", "^live|prd$"),
    "favorites": ("dev.admin, my profile", ("dev.admin", "my profile")),
    "sign_out_at_log_off": ("yes", True),
    "sign_out_after_hours": ("4", 4),
    "start_url": ("https://corp.awsapps.com/start", "https://corp.awsapps.com/start"),
    "sso_region": ("eu-west-1", "eu-west-1"),
    "profile_name_template": ("{account_name|lower}.{role_name}", "{account_name|lower}.{role_name}"),
    "account_news": ("on", True),
    "theme": ("dark", "dark"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_a_typed_value_is_in_force_from_then_on(file: Path, name: str) -> None:
    text, value = TYPED[name]
    change(file, name, text)
    assert getattr(load(file), name) == value
    assert load(file).source(name) == "user"


@pytest.mark.parametrize("toml", ['"environment"', '["environment"]', '["environment", "environment"]'])
def test_one_way_of_switching_may_be_a_word_or_a_list(file: Path, toml: str) -> None:
    file.write_text(f"switch = {toml}")
    assert load(file).switch == ("environment",)


@pytest.mark.parametrize("toml", ["[]", '["teleport"]', "[1]", "[[]]", "true", '""'])
def test_no_way_of_switching_is_a_problem_and_the_default_in_force(file: Path, toml: str) -> None:
    file.write_text(f"switch = {toml}")
    settings = load(file)
    assert settings.switch == ("default",)
    assert "switch must be one or several of default, environment, shells" in settings.problems[0]


def test_taking_a_setting_out_brings_its_default_back(file: Path) -> None:
    change(file, "renew", "off")
    assert change(file, "renew", None) == DEFAULTS
    assert change(file, "renew", None) == DEFAULTS


def test_comments_order_and_unknown_keys_stay(file: Path) -> None:
    file.write_text(
        '# mine\nsign_in = "never"   # not at night\n\nfuture = [1,\n  2]\n\n[session_durations]\ncorp = "8h"\n'
    )
    change(file, "sign_in", "ask")
    assert file.read_text() == (
        '# mine\nsign_in = "ask"   # not at night\n\nfuture = [1,\n  2]\n\n[session_durations]\ncorp = "8h"\n'
    )


def test_a_new_key_goes_above_the_tables(file: Path) -> None:
    file.write_text('[session_durations]\ncorp = "8h"\n')
    change(file, "renew", "false")
    assert tomllib.loads(file.read_text()) == {"renew": False, "session_durations": {"corp": "8h"}}


def test_one_entry_of_a_table_can_be_set_and_taken_out(file: Path) -> None:
    change(file, "session_durations", "corp=8h,dev=1h")
    change(file, "session_durations.dev", "1h 30m")
    change(file, "session_durations.corp", None)
    assert load(file).session_durations == {"dev": timedelta(minutes=90)}


def test_windows_line_ends_and_a_byte_order_mark_stay(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf# mine\r\nrenew = true\r\n")
    change(file, "notices", "off")
    assert file.read_bytes() == b"\xef\xbb\xbf# mine\r\nrenew = true\r\nnotices = false\r\n"


@pytest.mark.parametrize(
    ("key", "text"),
    [("sign_on", "ask"), ("renew.x", "on"), ("", "x"), ("renew", "maybe"), ("warn_minutes", "soon"),
     ("snooze_minutes", "-1"), ("production", "("), ("session_durations", "8h"), ("session_durations.corp", "8")],
)  # fmt: skip
def test_an_impossible_change_is_refused_and_changes_nothing(file: Path, key: str, text: str) -> None:
    file.write_text("renew = true\n")
    with pytest.raises(SettingInvalid) as caught:
        change(file, key, text)
    assert caught.value.hint
    assert file.read_text() == "renew = true\n"


def test_a_file_that_is_no_toml_is_left_alone(file: Path) -> None:
    file.write_text("a = = 3")
    with pytest.raises(SettingInvalid, match="not valid TOML"):
        change(file, "renew", "off")
    assert file.read_text() == "a = = 3"


@posix_only
def test_a_read_only_place_is_told(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        with pytest.raises(ReadOnlyPlace):
            in_child(lambda: change(file, "renew", "off"))
    finally:
        file.parent.chmod(0o755)


@settings(max_examples=15, deadline=None)  # each is several files flushed to the disk
@given(st.lists(st.tuples(st.sampled_from(sorted(TYPED)), st.booleans()), max_size=5))
def test_any_row_of_changes_leaves_what_was_typed_last(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, bool]]
) -> None:
    file = tmp_path_factory.getbasetemp() / "row.toml"
    file.write_text("# mine\n\n[later]\nx = 1\n")
    expected = {}
    for name, put in changes:
        change(file, name, TYPED[name][0] if put else None)
        expected[name] = TYPED[name][1] if put else getattr(DEFAULTS, name)
    loaded = load(file)
    assert {name: getattr(loaded, name) for name in expected} == expected
    assert tomllib.loads(file.read_text())["later"] == {"x": 1}
    assert file.read_text().startswith("# mine\n")


def test_the_template_is_all_comments_and_without_them_it_says_the_defaults(file: Path) -> None:
    file.write_text(real.template())
    assert load(file) == DEFAULTS
    lines = real.template().splitlines()
    said = [line.removeprefix("# ") for line in lines if line.partition(" = ")[0].removeprefix("# ") in KEYS]
    file.write_text("\n".join(said))
    assert [line.partition(" = ")[0] for line in said] == list(KEYS)
    settings = load(file)
    assert settings.problems == ()
    assert all(getattr(settings, name) == getattr(DEFAULTS, name) for name in KEYS)
