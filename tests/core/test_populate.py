"""From a listing to one change of the config file, while other programs write it too."""

from __future__ import annotations

import locale
import tempfile
from pathlib import Path

import pytest
from botocore.configloader import load_config
from hypothesis import example, given
from hypothesis import strategies as st

from aws_sso_core.errors import ChangedMeanwhile, UsageError
from aws_sso_core.identity_center.directory import Listed, Listing
from aws_sso_core.model import Account, Session
from aws_sso_core.naming import Candidate, Selection, naming
from aws_sso_core.paths import Paths
from aws_sso_core.plan import Options, check_defaults, is_possible
from aws_sso_core.populate import Proposal, Wanted, propose, write
from aws_sso_core.start_url import same_center
from fakes import FakeClock

CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
LISTING = Listing((Listed(Account("111122223333", "Dev"), ("A", "B")),))
WANTED = Wanted(Options(CORP), naming(), ("eu-west-1",))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    (tmp_path / ".aws").mkdir()
    env = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "AWS_SSO_TRAY_HOME": str(tmp_path / "tray")}
    return Paths.from_environment(env)


def proposed(paths: Paths, wanted: Wanted = WANTED, listing: Listing = LISTING) -> Proposal:
    return propose(listing, wanted, paths=paths)


def test_a_missing_config_is_made_with_session_and_profiles(paths: Paths) -> None:
    write(proposed(paths), LISTING, WANTED, paths=paths, clock=FakeClock())
    text = paths.config.read_text()
    assert text.startswith("[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n")
    assert "[profile Dev.A]" in text
    assert "[profile Dev.B]" in text


def test_proposing_writes_nothing(paths: Paths) -> None:
    assert proposed(paths).changes
    assert not paths.config.exists()


def test_what_another_program_wrote_meanwhile_is_kept(paths: Paths) -> None:
    proposal = proposed(paths)
    paths.config.write_text("[profile other]\nregion = us-east-1\n")
    write(proposal, LISTING, WANTED, paths=paths, clock=FakeClock())
    assert paths.config.read_text().startswith("[profile other]\nregion = us-east-1\n\n[sso-session corp]\n")


def test_a_change_that_was_not_shown_is_not_made(paths: Paths) -> None:
    proposal = proposed(paths)
    other = "[profile Dev.A]\nregion = us-east-1\n"
    paths.config.write_text(other)
    with pytest.raises(ChangedMeanwhile):
        write(proposal, LISTING, WANTED, paths=paths, clock=FakeClock())
    assert paths.config.read_text() == other


def test_a_session_of_that_name_for_another_identity_center_is_not_touched(paths: Paths) -> None:
    paths.config.write_text(
        "[sso-session corp]\nsso_start_url = https://else.awsapps.com/start\nsso_region = us-east-1\n"
    )
    with pytest.raises(UsageError):
        proposed(paths)


def test_crlf_files_get_crlf_profiles(paths: Paths) -> None:
    paths.config.write_bytes(b"[profile other]\r\nregion = us-east-1\r\n")
    write(proposed(paths), LISTING, WANTED, paths=paths, clock=FakeClock())
    data = paths.config.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")


def test_keys_inherited_from_a_default_section_are_not_copied_into_profiles(paths: Paths) -> None:
    write(proposed(paths), LISTING, WANTED, paths=paths, clock=FakeClock())
    before = paths.config.read_text() + "\n[DEFAULT]\noutput = json\n"
    paths.config.write_text(before)
    wanted = Wanted(Options(CORP, {"cli_pager": "cat"}), naming(), ("eu-west-1",))
    write(proposed(paths, wanted), LISTING, wanted, paths=paths, clock=FakeClock())
    assert paths.config.read_text().count("output = json") == 1
    assert paths.config.read_text().count("cli_pager = cat") == 2


@pytest.mark.parametrize(
    ("account", "role"),
    [("111122223333", "A\nrole_arn = x"), ("11112222333", "A"), ("111122223333", ""), ("1111222233\uff133", "A")],
)
def test_what_is_no_account_and_role_never_gets_into_the_file(account: str, role: str, paths: Paths) -> None:
    listing = Listing((*LISTING.accounts, Listed(Account(account, "Odd"), (role,))))
    proposal = proposed(paths, listing=listing)
    assert not is_possible(Candidate(Account(account), role, "eu-west-1"))
    assert len(proposal.impossible) == 1
    assert b"Odd" not in proposal.after


@pytest.mark.parametrize(
    "other", ["https://corp.awsapps.com/start/", "https://CORP.awsapps.com/start/#/", "https://corp.awsapps.com/start#"]
)
def test_start_urls_that_differ_in_writing_only_are_one_identity_center(other: str) -> None:
    assert same_center(CORP.start_url, other)
    assert not same_center(CORP.start_url, other.replace("corp", "core").replace("CORP", "core"))


def test_config_defaults_are_keys_and_values() -> None:
    assert check_defaults(["output=json", "CLI_Pager = ", "s3.x=a=b"]) == {
        "output": "json",
        "cli_pager": "",
        "s3.x": "a=b",
    }


@pytest.mark.parametrize(
    "word", ["output", "=json", "a b=c", "x=a\nb", "[x]=1", "credential_process=x", "sso_session=y"]
)
def test_other_config_defaults_are_refused(word: str) -> None:
    with pytest.raises(UsageError):
        check_defaults([word])


def test_patterns_that_fit_nothing_are_named() -> None:
    roles = [(Account("111122223333", "Dev"), "Admin"), (Account("222233334444", "Prod"), "Audit")]
    chosen = Selection.of(["dev", "dve", "*/Audit"], ["prod/Admin", "2222*"])
    assert chosen.unfitting(roles) == ("dve", "prod/Admin")
    assert Selection().unfitting(roles) == ()


@pytest.mark.parametrize(
    ("include", "exclude", "taken"),
    [
        ((), (), True),
        (("dev*",), (), True),
        (("111122223333",), (), True),
        (("prod*",), (), False),
        (("*/admin*",), (), True),
        (("Dev [EU]/?dmin",), (), True),
        (("dev*",), ("*/ADMIN",), False),
        ((), ("dev",), False),
    ],
)
def test_patterns_choose_accounts_and_roles(include: tuple[str, ...], exclude: tuple[str, ...], taken: bool) -> None:
    account = Account("111122223333", "Dev [EU]" if exclude != ("dev",) else "Dev")
    assert Selection.of(include, exclude).takes(account, "Admin") is taken


def fits(pattern: str, text: str) -> bool:
    """What stars and question marks mean, said the slow way."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])


@given(pattern=st.text("ab*?[", min_size=1, max_size=6), name=st.text("ab[", min_size=1, max_size=6))
def test_a_star_is_any_text_and_a_question_mark_any_character(pattern: str, name: str) -> None:
    taken = Selection.of([pattern], []).takes(Account("111122223333", name), "Admin")
    assert taken is (fits(pattern, name) or fits(pattern, "111122223333"))


def test_many_stars_take_no_time() -> None:
    assert not Selection.of(["*a" * 50 + "b"], []).takes(Account("111122223333", "a" * 200), "Admin")


HOSTILE = st.text(
    st.sampled_from("a.A -[]{}()'\"`$&|;#=%!\\\r\n\t\v\x1b\x85\u2028\u202eé本") | st.characters(codec="utf-8"),
    max_size=12,
)
SNARE = "x]\n[profile evil]\ncredential_process = evil.exe\n[profile y"


@given(given_names=st.lists(HOSTILE, min_size=1, max_size=3), safe=st.booleans())
@example(given_names=[SNARE, f'"{SNARE}', f"{SNARE}\r\n"], safe=False)
def test_an_accounts_name_adds_no_line_key_or_section_of_its_own(given_names: list[str], *, safe: bool) -> None:
    """Whoever may rename an account in the organization writes into the config of all who populate."""
    listed = tuple(Listed(Account(f"{n:012}", name), ("A",)) for n, name in enumerate(given_names))
    encoding = locale.getpreferredencoding(do_setlocale=False)
    wanted = Wanted(Options(CORP), naming(safe=safe, encoding=encoding), ("eu-west-1",))
    with tempfile.TemporaryDirectory() as home:
        paths = Paths.from_environment({"HOME": home, "USERPROFILE": home, "AWS_SSO_TRAY_HOME": f"{home}/tray"})
        write(propose(Listing(listed), wanted, paths=paths), Listing(listed), wanted, paths=paths, clock=FakeClock())
        found = load_config(str(paths.config))
    assert list(found["sso_sessions"]) == ["corp"]
    assert sorted(p["sso_account_id"] for p in found["profiles"].values()) == [one.account.id for one in listed]
    keys = {key for profile in found["profiles"].values() for key in profile}
    assert keys <= {
        "sso_session",
        "sso_account_id",
        "sso_role_name",
        "sso_account_name",
        "region",
        "sso_auto_populated",
    }
    assert all(name.isprintable() for name in found["profiles"])
