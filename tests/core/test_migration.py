"""Legacy profiles to the sso-session form, as texts: what changes, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aws_sso_core.config.edit import EditRefused
from aws_sso_core.config.lines import scan
from aws_sso_core.config.text import cut
from aws_sso_core.errors import ProfileNotFound, UsageError
from aws_sso_core.migration import Asked, Files, Migration, migration
from aws_sso_core.resolve import Provider, resolve
from aws_sso_core.start_url import same_center
from config_texts import DELIMITERS, botocore_reads, botocore_sorts, examples

URL = "https://corp.awsapps.com/start"
LEGACY = f"""\
# mine
[profile dev]
sso_start_url = {URL}
# where that is
sso_region = us-east-1
sso_account_id = 000123456789
sso_role_name = Admin
region = eu-west-1
s3 =
    max_concurrent_requests = 20
"""
MIGRATED = """\
# mine
[profile dev]
sso_session = corp
# where that is
sso_account_id = 000123456789
sso_role_name = Admin
region = eu-west-1
s3 =
    max_concurrent_requests = 20
"""
NEW_SESSION = f"""
[sso-session corp]
sso_start_url = {URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""


def migrate(config: str, *profiles: str, credentials: str = "", name: str | None = None) -> Migration:
    return migration(Files.of(config, credentials), Asked(profiles, name))


def profile(name: str, **keys: str) -> str:
    """A legacy profile."""
    known = {"sso_start_url": URL, "sso_region": "us-east-1", "sso_account_id": "111122223333", "sso_role_name": "A"}
    return f"[profile {name}]\n" + "".join(f"{k} = {v}\n" for k, v in (known | keys).items() if v) + "\n"


def session(name: str, url: str = URL, region: str = "us-east-1") -> str:
    return f"[sso-session {name}]\nsso_start_url = {url}\nsso_region = {region}\n\n"


def test_the_session_stands_where_the_start_url_stood_and_all_else_stays() -> None:
    assert migrate(LEGACY).text == MIGRATED + NEW_SESSION


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_stay(end: str) -> None:
    assert migrate(LEGACY.replace("\n", end)).text == (MIGRATED + NEW_SESSION).replace("\n", end)


def test_the_writing_of_a_key_stays() -> None:
    odd = LEGACY.replace("sso_start_url = ", "  SSO_Start_URL:").replace("sso_region = ", "  sso_region =   ")
    moved = migrate(odd.replace("[profile dev]", "  [profile dev]"))
    assert "  sso_session:corp\n" in moved.text


def test_a_config_without_legacy_profiles_keeps_every_byte() -> None:
    text = session("corp") + profile("a", sso_session="corp", sso_start_url="", sso_region="")
    assert migrate(text) == Migration((), (), {}, text)


def test_one_session_is_made_for_each_identity_center_and_region() -> None:
    other = "https://other.awsapps.com/start"
    text = profile("a") + profile("b", sso_region="eu-west-1") + profile("c") + profile("d", sso_start_url=other)
    moved = migrate(text)
    assert [(s.name, s.start_url, s.region) for s in moved.new] == [
        ("corp", URL, "us-east-1"),
        ("corp-2", URL, "eu-west-1"),
        ("other", other, "us-east-1"),
    ]
    assert [move.session.name for move in moved.moves] == ["corp", "corp-2", "corp", "other"]


def test_start_urls_that_differ_in_writing_only_get_one_session_with_the_most_common_one() -> None:
    urls = [f"{URL}/", f"{URL}/#/", f"{URL}/#/", URL]
    moved = migrate("".join(profile(f"p{at}", sso_start_url=url) for at, url in enumerate(urls)))
    assert [s.start_url for s in moved.new] == [f"{URL}/#/"]
    assert [move.start_url for move in moved.moves] == urls


def test_a_session_with_that_start_url_is_used() -> None:
    moved = migrate(session("mine", f"{URL}/#/") + profile("a"))
    assert (moved.new, [s.name for s in moved.sessions]) == ((), ["mine"])


@pytest.mark.parametrize(
    "there",
    [
        session("corp", "https://other.awsapps.com/start"),
        session("corp", URL, "eu-west-1"),
        "[sso-session corp]\nsso_region = us-east-1\n\n",
        profile("b", sso_session="corp", sso_start_url="", sso_region=""),
    ],
    ids=["other start URL", "other region", "no start URL", "only asked for"],
)
def test_no_name_is_proposed_that_means_something_else(there: str) -> None:
    assert [s.name for s in migrate(there + profile("a")).new] == ["corp-2"]


def test_a_session_whose_name_some_sdks_cannot_read_is_not_used() -> None:
    assert [s.name for s in migrate(session('"my corp"') + profile("a")).new] == ["corp"]


def test_a_name_under_which_another_sign_in_lies_is_not_proposed() -> None:
    planned = migration(Files.of(LEGACY, ""), Asked(is_taken=lambda session: session.name == "corp"))
    assert [s.name for s in planned.new] == ["corp-2"]


def test_the_name_may_be_said() -> None:
    assert [s.name for s in migrate(session("mine") + profile("a"), name="work").new] == ["work"]
    assert [s.name for s in migrate(session("work") + profile("a"), name="work").sessions] == ["work"]


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (profile("a"), "my corp"),
        (profile("a"), ""),
        (profile("a") + session("work", "https://other.awsapps.com/start"), "work"),
        (profile("a") + profile("b", sso_region="eu-west-1"), "work"),
    ],
    ids=["unreadable", "empty", "another's", "for two"],
)
def test_a_name_that_cannot_be_is_refused(config: str, name: str) -> None:
    with pytest.raises(UsageError):
        migrate(config, name=name)


def test_a_profile_that_is_not_there_is_named() -> None:
    with pytest.raises(ProfileNotFound, match="dve"):
        migrate(LEGACY, "dve")


def test_only_the_named_profiles_move() -> None:
    moved = migrate(profile("a") + profile("b") + profile("c"), "c", "a")
    assert [move.profile for move in moved.moves] == ["c", "a"]
    assert profile("b") in moved.text


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (profile("a", sso_region=""), "it has no sso_region"),
        (profile("a", sso_start_url="corp"), "its sso_start_url makes no sense"),
        (profile("a", sso_start_url=f"{URL} # mine"), "its sso_start_url makes no sense"),
        (profile("a", sso_region="us east"), "its sso_region makes no sense"),
        (profile("a", sso_session="gone"), "it names the sso-session 'gone', which is not there"),
        (
            session("corp") + profile("a", sso_session="corp", sso_region="eu-west-1"),
            "it names the sso-session 'corp', but has another sso_region",
        ),
        (session("corp") + profile("a", sso_session="corp"), "it has an sso-session already"),
        ("[profile a]\nregion = us-east-1\n", "it has no sso_start_url"),
        (profile("a") + profile('"a"'), "several sections of the config are this profile"),
        (
            profile("a", sso_start_url="") + f"[DEFAULT]\nsso_start_url = {URL}\n",
            "its sso_start_url stands in [DEFAULT]",
        ),
    ],
    ids=lambda text: text if text.startswith("it") else "",
)
def test_what_cannot_change_its_form_stays_and_says_why(config: str, why: str) -> None:
    planned = migrate(config, "a")
    assert (planned.text, planned.left, planned.moves) == (config, {"a": why}, ())


@pytest.mark.parametrize("credentials", ["[a]\nsso_role_name = B\n", f"[a]\nsso_start_url = {URL}\n"])
def test_a_sign_in_in_the_credentials_file_stays(credentials: str) -> None:
    planned = migrate(profile("a"), credentials=credentials)
    assert planned.left == {"a": "its sign-in stands in the credentials file"}


def test_static_keys_and_roles_of_the_same_profile_stay_in_their_order() -> None:
    text = profile("a", role_arn="arn:aws:iam::1:role/x", source_profile="b") + profile("b")
    moved = migrate(text, credentials="[a]\naws_access_key_id = AKIA\naws_secret_access_key = x\n")
    assert [move.profile for move in moved.moves] == ["a", "b"]
    assert "role_arn = arn:aws:iam::1:role/x\nsource_profile = b\n" in moved.text


def test_a_profile_that_would_clash_with_what_default_gives_the_session_stays() -> None:
    text = profile("a", output="text") + profile("b") + "[DEFAULT]\noutput = json\n"
    planned = migrate(text)
    assert planned.left.keys() == {"a"}
    assert "disagree about output" in planned.left["a"]
    assert [move.profile for move in planned.moves] == ["b"]


def test_a_profile_that_some_tool_could_not_read_may_become_readable() -> None:
    moved = migrate(profile("a").replace("sso_start_url", "SSO_START_URL"))  # JavaScript wants small letters
    assert "\nsso_session = corp\n" in moved.text


def test_a_profile_that_some_tool_takes_for_something_else_then_stays() -> None:
    # No small sso_ key: JavaScript takes the process, and would take the sso-session.
    keys = ("sso_start_url", "sso_region", "sso_account_id", "sso_role_name")
    text = profile("a", aws_access_key_id="AKIA", aws_secret_access_key="x", credential_process="/bin/true")
    for key in keys:
        text = text.replace(key, key.upper())
    assert "JavaScript" in migrate(text).left["a"]


HELPER = "aws-sso-util credential-process --profile a"


@pytest.mark.parametrize(
    ("process", "stays"),
    [
        (HELPER, False),
        (f"/usr/local/bin/{HELPER}", False),
        (f'"C:\\Program Files\\aws-sso-util.exe" {HELPER.partition(" ")[2]}', False),
        ("aws-sso-tray credentials --profile a", True),
        ("/bin/my-helper aws-sso-util", True),
    ],
)
def test_only_the_helper_that_knows_nothing_but_legacy_profiles_goes(process: str, *, stays: bool) -> None:
    moved = migrate(profile("a", credential_process=process))
    assert ("credential_process" in moved.text) is stays
    assert moved.moves[0].drops_process is not stays


LIKELY = {
    "sso_start_url": [URL, URL, f"{URL}/", f"{URL}/#/", "https://b.awsapps.com/start", "x", "a b"],
    "sso_region": ["us-east-1", "us-east-1", "eu-west-1", "x y", ""],
    "sso_account_id": ["000123456789", "111122223333"],
    "sso_role_name": ["A", "B"],
}
VALUES = LIKELY | {
    "region": ["us-east-1", "eu-west-1 # here"],
    "output": ["json", "text"],
    "sso_session": ["corp", "gone", ""],
    "credential_process": [HELPER, "/bin/true"],
    "role_arn": ["arn:aws:iam::1:role/x"],
    "source_profile": ["a", "b", "default"],
    "aws_access_key_id": ["AKIA"],
    "aws_secret_access_key": ["x"],
}
BEFORE = ["", "", "# note\n", "  ; note\n", "\n"]
# Drawing is what takes time here, so what is finite is drawn at once.
LINES = {
    key: st.sampled_from([(before, f"{d}{value}\n") for before in BEFORE for d in DELIMITERS for value in values])
    for key, values in VALUES.items()
}
FORMS = {
    key: st.sampled_from(
        ["no"] * (2 if key in LIKELY else 16) + ["yes"] * (16 if key in LIKELY else 4) + ["upper", "on"]
    )
    for key in VALUES
}
KINDS = ["default", "profile a", "profile b", 'profile "a"', "profile c d", "sso-session corp", "sso-session b"]
HEADERS = st.lists(st.sampled_from([*KINDS, "DEFAULT", "services x"]), unique=True, max_size=6)
ENDS = st.sampled_from(["\n", "\n", "\r\n"])
THEIRS = st.sampled_from([None, None, None, None, None, None, "a", "b"])


@st.composite
def configs(draw: st.DrawFn) -> tuple[str, str]:
    """Config and credentials in which profiles sign in in every way there is, and some that there is not."""

    def section(header: str) -> str:
        forms = {key: form for key, strategy in FORMS.items() if (form := draw(strategy)) != "no"}
        text = f"[{header}]\n"
        for key in draw(st.permutations(list(forms))):
            before, after = draw(LINES[key])
            text += before + (key.upper() if forms[key] == "upper" else key) + after
            text += f"    x = {key}\n" if forms[key] == "on" else ""
        return text

    text = "".join(section(header) for header in draw(HEADERS)).replace("\n", draw(ENDS))
    owner = draw(THEIRS)
    return text.rstrip("\r\n") if draw(st.booleans()) else text, section(owner) if owner else ""


def pieces(text: str) -> dict[str | None, str]:
    return {name: raw.rstrip("\r\n") for name, raw in cut(text)}


@examples(30)
@given(configs())
def test_every_profile_keeps_its_account_role_region_and_other_keys(files: tuple[str, str]) -> None:
    config, credentials = files
    raw = botocore_reads(config)
    assume(raw is not None and botocore_reads(credentials) is not None)
    planned = migrated_or_refused(config, credentials)
    before, after = (botocore_sorts(botocore_reads(text) or {}) for text in (config, planned.text))
    moves = {move.profile: move for move in planned.moves}
    assert before["profiles"].keys() == after["profiles"].keys()
    for name, values in before["profiles"].items():
        now = dict(after["profiles"][name])
        if name in moves:
            there = after["sso_sessions"][now.pop("sso_session")]
            assert same_center(there["sso_start_url"], values["sso_start_url"])
            assert there["sso_region"] == values["sso_region"]
            gone = {"sso_start_url", "sso_region", *(["credential_process"] if moves[name].drops_process else [])}
            assert now == {key: value for key, value in values.items() if key not in gone}
        else:
            assert now == values
    assert all(after["sso_sessions"][name] == values for name, values in before["sso_sessions"].items())


@examples(30)
@given(configs())
def test_every_line_but_the_keys_that_move_stays(files: tuple[str, str]) -> None:
    config, credentials = files
    assume(botocore_reads(config) is not None and botocore_reads(credentials) is not None)
    planned = migrated_or_refused(config, credentials)
    found = Files.of(config, credentials).found
    changed = {found.headers[move.profile] for move in planned.moves}
    now = pieces(planned.text)
    for name, text in pieces(config).items():
        if name not in changed:
            assert now[name] == text
            continue
        rest = iter(now[name].splitlines())
        moved = ("sso_start_url", "sso_region", "credential_process")
        for entry in (e for block in scan(text) for e in block.entries if e.key not in moved):
            assert all(line in rest for line in entry.raw.splitlines() if line.strip())


@examples(30)
@given(configs())
def test_every_tool_takes_the_same_as_before_and_a_second_time_changes_nothing(files: tuple[str, str]) -> None:
    config, credentials = files
    assume(botocore_reads(config) is not None and botocore_reads(credentials) is not None)
    planned = migrated_or_refused(config, credentials)
    texts = Files.of(config, credentials)
    before, after = texts.texts(config), texts.texts(planned.text)
    drops = {move.profile for move in planned.moves if move.drops_process}
    for name in texts.merged.keys() - drops:
        for was, now in zip(resolve(name, before, {}), resolve(name, after, {}), strict=True):
            assert (was.found, was.region, plain(was.provider)) == (now.found, now.region, plain(now.provider))
            assert was.problem or not now.problem
    assert not migrated_or_refused(planned.text, credentials).moves


def plain(provider: Provider) -> Provider:
    return Provider.SSO if provider is Provider.LEGACY_SSO else provider


def migrated_or_refused(config: str, credentials: str) -> Migration:
    """The migration; the unchanged config where an indented header below makes the change impossible."""
    try:
        return migrate(config, credentials=credentials)
    except EditRefused:
        assert any(line[:1].isspace() for line in config.splitlines()), "refused without any indented line"
        return Migration((), (), {}, config)
