"""The names we give, held against those of the real aws-sso-util for the same directory and options."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aws_sso_core.errors import UsageError
from aws_sso_core.model import Account
from aws_sso_core.naming import CASES, FIELDS, SKIP, Candidate, Naming, naming, process_arguments, told_apart
from aws_sso_core.populate.process import ask_process
from aws_sso_core.sandbox import SAMPLE
from resolution_world import ORACLES, Oracle, needs

Directory = Sequence[tuple[str, str | None, Sequence[str]]]

GUIDE = [
    "--region",
    "us-east-1",
    "--account-name-case",
    "lower",
    "--role-name-case",
    "lower",
    "--trim-role-name",
    "(?<=admin)istratoraccess",
    "--trim-role-name",
    "^aws",
    "--trim-role-name",
    "(?<=readonly)access",
    "--trim-role-name",
    "(?<=poweruser)access",
]
NAMES = st.text(st.sampled_from("Aab zZ0-_.[]()'\"\\/#&,é\u00a0\u00dfİ日"), min_size=0, max_size=12) | st.sampled_from(
    ["Dev Account", "Dev-Account", "Prod [EU]", "  Sandbox  (Bob) ", "aws-dev", "x" * 200]
)
ROLES = st.sampled_from(
    [
        "AdministratorAccess",
        "AWSAdministratorAccess",
        "AWSReadOnlyAccess",
        "AWSPowerUserAccess",
        "Billing",
        "a+b=c,d.e@f-g",
    ]
)
DIRECTORIES = st.lists(
    st.tuples(
        st.integers(0, 10**12 - 1).map("{:012d}".format), st.none() | NAMES, st.lists(ROLES, max_size=4, unique=True)
    ),
    max_size=4,
    unique_by=lambda row: row[0],
)
REGIONS = st.lists(
    st.sampled_from(
        ["us-east-1", "eu-west-3", "us-gov-west-1", "ap-northeast-1", "eusc-de-east-1", "cn-northwest-1", "mars", "a-b"]
    ),
    min_size=1,
    max_size=3,
)
PATTERNS = st.lists(
    st.sampled_from(["^aws", "(?<=admin)istratoraccess", "access$", "[aeiou]", "", "-+", "(?i)a", "x*", "\\s"]),
    max_size=3,
)
COMPONENTS = st.lists(
    st.sampled_from(
        [*FIELDS, "default_style_region", "literal", " account_name", "", "{role_name}", "{{x}}", "{", "{nothing}"]
    ),
    min_size=1,
    max_size=4,
).map(",".join)


@st.composite
def option_words(draw: st.DrawFn) -> list[str]:
    words = []
    for name, values in (
        ("--region", REGIONS),
        ("--trim-account-name", PATTERNS),
        ("--trim-role-name", PATTERNS),
    ):
        for value in draw(values):
            words += [name, value]
    for name, some in (
        ("--account-name-case", st.sampled_from(list(CASES))),
        ("--role-name-case", st.sampled_from(list(CASES))),
        ("--components", COMPONENTS),
        ("--separator", st.sampled_from([".", "-", "__", " ", "{{"])),
        ("--include-region", st.sampled_from(["default", "always"])),
        ("--region-style", st.sampled_from(["short", "long"])),
    ):
        if (chosen := draw(st.none() | some)) is not None:
            words += [name, chosen]
    return words + draw(st.sampled_from([[], ["--raw-account-names"], ["--safe-account-names"]]))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    command = Path(os.environ.get("AWS_SSO_UTIL", "aws-sso-util"))
    needs([str(command), "--version"], "aws-sso-util")
    # Not resolved: the link in its environment is what makes it that environment's Python.
    python = command.parent / f"python{command.suffix}"
    oracle = Oracle(tmp_path_factory.mktemp("home"), str(python), str(ORACLES / "aws_sso_util_oracle.py"))
    yield oracle
    oracle.close()


def values(words: Sequence[str], name: str) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words) if word == name]


def rules(words: Sequence[str]) -> Naming:
    """Our options from the words of a command line."""

    def last(name: str) -> str | None:
        return next(reversed(values(words, name)), None)

    components = last("--components")

    return naming(
        components="account_name,role_name,default_style_region" if components is None else components,
        separator=last("--separator") or ".",
        include_region=last("--include-region") or "default",
        region_style=last("--region-style") or "short",
        account_name_case=last("--account-name-case"),
        role_name_case=last("--role-name-case"),
        trim_account_name=values(words, "--trim-account-name"),
        trim_role_name=values(words, "--trim-role-name"),
        safe="--raw-account-names" not in words,
    )


def candidates(directory: Directory, words: Sequence[str]) -> list[Candidate]:
    regions = values(words, "--region")
    return [
        Candidate(Account(number, name), role, region, at, len(regions))
        for number, name, roles in directory
        for role in roles
        for at, region in enumerate(regions)
    ]


def agree(directory: Directory, words: list[str], theirs: Oracle) -> None:
    told = theirs.ask(directory=directory, options=words)
    try:
        ours = rules(words)
    except UsageError:
        assert told["problem"]
        return
    assert not told["problem"]
    all_of_them = candidates(directory, words)
    named = [[c.account.id, c.role_name, c.region, ours.name(c)] for c in all_of_them]
    assert [row for row in named if row[3] != SKIP] == told["names"]


@given(directory=DIRECTORIES, words=option_words())
@example(directory=[("000000000001", "Dev-Account", ["AdministratorAccess"])], words=GUIDE)
@example(
    directory=[("000000000001", "SK", ["IP"])], words=["--region", "r", "--separator", "{{", "--components", "SKIP"]
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_are_those_of_aws_sso_util(directory: Directory, words: list[str], theirs: Oracle) -> None:
    agree(directory, words, theirs)


@given(directory=DIRECTORIES, words=option_words())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_collisions_and_unreadable_names_differ(directory: Directory, words: list[str], theirs: Oracle) -> None:
    told = theirs.ask(directory=directory, options=words)
    if told["problem"]:
        return
    ours = rules(words)
    if len(set(values(words, "--region"))) < len(values(words, "--region")):
        return  # a region given twice makes each of its profiles twice; the command takes it once
    counts = Counter(name for *_, name in told["names"])
    all_of_them = candidates(directory, words)
    mine = {c.identity: name for c, name in told_apart(all_of_them, ours).named.items()}
    made_up = {ours.plain(c) for c in all_of_them if not ours.accepts(ours.name(c))}
    for number, role, region, name in told["names"]:
        if counts[name] == 1 and ours.accepts(name) and name not in {*made_up, "default"}:
            assert mine[number, role, region] == name


def test_the_guides_options_give_the_guides_names(theirs: Oracle) -> None:
    directory = [("111122223333", "Dev-Account", ["AdministratorAccess", "AWSReadOnlyAccess", "AWSPowerUserAccess"])]
    told = theirs.ask(directory=directory, options=GUIDE)
    assert [name for *_, name in told["names"]] == [
        "dev-account.admin",
        "dev-account.readonly",
        "dev-account.poweruser",
    ]
    agree(directory, GUIDE, theirs)


def test_a_process_names_profiles_as_for_aws_sso_util(theirs: Oracle, tmp_path: Path) -> None:
    script = tmp_path / "name it.py"
    script.write_text(
        "import sys\nprint('SKIP' if sys.argv[3] == 'Billing' else '  ' + '|'.join(sys.argv[1:]) + '  ')\n"
    )
    command = f"{sys.executable} '{script}'"
    directory = [
        ("000000000001", "Prod [EU]; $(id) 'x'", ["AdministratorAccess", "Billing"]),
        ("000000000002", None, ["a"]),
    ]
    words = ["--region", "eu-west-3", "--region", "us-gov-west-1", "--profile-name-process", command]
    told = theirs.ask(directory=directory, options=words)
    ours = [
        [c.account.id, c.role_name, c.region, ask_process(command, process_arguments(c, safe=True))]
        for c in candidates(directory, words)
    ]
    assert [row for row in ours if row[3] != SKIP] == told["names"]


def test_the_samples_names_are_the_same(theirs: Oracle) -> None:
    directory = [(a.account.id, a.account.name, list(a.roles)) for a in SAMPLE.assignments]
    agree(directory, GUIDE, theirs)
