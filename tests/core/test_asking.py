"""How the wizard asks: lists that are searched by typing, and numbers where a terminal can do no more."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import ColorDepth, DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.utils import get_cwidth

from aws_sso_core.cli.asking import Numbers, ask_until, asker, confirm
from aws_sso_core.cli.output import Output
from aws_sso_core.cli.search_list import Rows, Searching, fitting
from aws_sso_core.errors import UsageError
from aws_sso_core.questions import Choice, Question
from cli_world import Terminal

ACCOUNTS = (
    Choice("098765432109", "098765432109  098765432109"),
    Choice("111122223333", "Dev Account   111122223333"),
    Choice("333344445555", "Prod [EU]     333344445555"),
    Choice("444455556666", "Prod [US]     444455556666"),
)
ACCOUNT = Question("account", "Account", ACCOUNTS)
REGION = Question(
    "region",
    "Region",
    (
        Choice("eu-central-1", "eu-central-1  Europe (Frankfurt)"),
        Choice("us-east-1", "us-east-1     US East (N. Virginia)"),
    ),
    default="us-east-1",
    is_open=True,
)
UP, DOWN, PAGE_DOWN, ENTER, CTRL_C, CTRL_D = "\x1b[A", "\x1b[B", "\x1b[6~", "\r", "\x03", "\x04"


def out_on(stream: Terminal, **env: str) -> Output:
    return Output(env=env, stdout=None, stderr=stream)


class Screen:
    """A person at a terminal that shows lists."""

    def __init__(self, keys: PipeInput) -> None:
        self.said = Terminal()
        self.keys = keys
        self.by = Searching(out_on(self.said, NO_COLOR="1"), keys, DummyOutput())

    def choose(self, question: Question, typed: str) -> str:
        self.keys.send_text(typed)
        return self.by.choose(question)


@pytest.fixture
def screen() -> Iterator[Screen]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield Screen(keys)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (ENTER, "098765432109"),
        (DOWN + ENTER, "111122223333"),
        (DOWN + DOWN + UP + ENTER, "111122223333"),
        (UP + ENTER, "098765432109"),
        (PAGE_DOWN + ENTER, "444455556666"),
        ("dev" + ENTER, "111122223333"),
        ("us PROD" + ENTER, "444455556666"),
        ("3344" + ENTER, "333344445555"),
        ("prod" + DOWN + ENTER, "444455556666"),
        ("devx\x7f" + ENTER, "111122223333"),
        ("zzz" + ENTER + "\x15prod" + ENTER, "333344445555"),
    ],
)
def test_typing_searches_arrows_move_enter_takes(screen: Screen, typed: str, value: str) -> None:
    assert screen.choose(ACCOUNT, typed) == value


def test_enter_takes_what_is_proposed(screen: Screen) -> None:
    assert screen.choose(REGION, ENTER) == "us-east-1"


def test_an_open_list_takes_what_is_not_on_it(screen: Screen) -> None:
    assert screen.choose(REGION, "mars-north-1" + ENTER) == "mars-north-1"


def test_what_was_chosen_stays_on_the_screen_as_one_line(screen: Screen) -> None:
    screen.choose(ACCOUNT, "dev" + ENTER)
    assert screen.said.getvalue() == "Account: Dev Account 111122223333\n"


def test_ctrl_c_in_a_list_interrupts(screen: Screen) -> None:
    with pytest.raises(KeyboardInterrupt):
        screen.choose(ACCOUNT, "dev" + CTRL_C)


def test_ctrl_d_in_a_list_leaves(screen: Screen) -> None:
    with pytest.raises(click.Abort):
        screen.choose(ACCOUNT, CTRL_D)


def test_a_proposed_line_can_be_changed(screen: Screen) -> None:
    screen.keys.send_text("\x7f\x7f\x7f\x7f\x7fme" + ENTER)
    assert screen.by.line("Name", "dev.admin") == "dev.me"


def test_a_line_takes_what_is_proposed(screen: Screen) -> None:
    screen.keys.send_text(ENTER)
    assert screen.by.line("Name", "dev.admin") == "dev.admin"


@pytest.mark.parametrize(
    ("typed", "default", "answer"), [("y", False, True), ("NO", True, False), ("", True, True), ("", False, False)]
)
def test_yes_and_no(screen: Screen, typed: str, default: bool, answer: bool) -> None:
    screen.keys.send_text(typed + ENTER)
    assert confirm(screen.by, "Really?", out_on(screen.said), default=default) is answer


def test_ctrl_d_at_a_line_leaves(screen: Screen) -> None:
    screen.keys.send_text(CTRL_D)
    with pytest.raises(click.Abort):
        screen.by.line("Name", "")


def drawn(columns: int, rows: int, typed: str, *, code_page: str = "utf-8") -> str:
    """What a list writes to a terminal of that size until it is left."""
    screen = io.StringIO()
    output = Vt100_Output(screen, lambda: Size(rows=rows, columns=columns), default_color_depth=ColorDepth.DEPTH_1_BIT)
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        keys.send_text(typed + CTRL_C)
        with pytest.raises(KeyboardInterrupt):
            Searching(out_on(Terminal(code_page), NO_COLOR="1"), keys, output).choose(ACCOUNT)
    return screen.getvalue()


def test_a_small_terminal_shows_some_of_the_list() -> None:
    text = drawn(30, 6, "")
    assert "Dev Account" in text
    assert "Prod [US]" not in text


def test_a_narrow_terminal_shows_both_ends_of_each_row() -> None:
    text = drawn(24, 12, "")
    assert "Prod [EU]...344445555" in text
    assert "Prod [US]...455556666" in text
    assert "4 of 4" in text
    assert "type to search" not in text


@given(st.text(max_size=40), st.integers(5, 40))
def test_a_row_that_is_cut_fits(text: str, columns: int) -> None:
    text = " ".join(text.split())
    cut = fitting(text, columns)
    assert get_cwidth(cut) <= columns or len(cut) == len("a...b")  # no less can be shown
    assert (cut == text) == (get_cwidth(text) <= columns)


@pytest.mark.parametrize(
    ("question", "typed", "status"),
    [
        (ACCOUNT, "prod", "2 of 4"),
        (ACCOUNT, "zzz", "nothing has that in it"),
        (REGION, "mars-1", "Enter takes what you typed"),
    ],
)
def test_below_a_list_stands_what_was_found(screen: Screen, question: Question, typed: str, status: str) -> None:
    rows = Rows(question)
    rows.search(typed)
    assert status in screen.by._status(rows)


def test_without_colours_nothing_is_coloured() -> None:
    assert "\x1b[3" not in drawn(80, 24, "prod")


@given(st.lists(st.integers(-15, 15), max_size=12), st.integers(1, 12), st.text("prodev 1", max_size=4))
def test_the_mark_is_always_on_a_row_that_is_seen(moves: list[int], height: int, text: str) -> None:
    rows = Rows(ACCOUNT)
    rows.search(text)
    for by in moves:
        rows.move(by)
    seen = rows.window(height)
    assert len(seen) == min(height, len(rows.found))
    assert sum(marked for marked, _ in seen) == (1 if rows.found else 0)
    if rows.found:
        assert next(choice.value for marked, choice in seen if marked) == rows.taken(text)


@given(st.text("DdEevV1 ", max_size=6))
def test_what_is_found_has_every_word_in_it(text: str) -> None:
    found = ACCOUNT.matching(text)
    for choice in ACCOUNTS:
        assert (choice in found) == all(word in choice.text.lower() for word in text.lower().split())


class Typed(Terminal):
    """Standard input of somebody who typed these lines ahead."""

    def __init__(self, *lines: str) -> None:
        super().__init__()
        super().write("".join(f"{line}\n" for line in lines))
        self.seek(0)


def by_numbers(patch: pytest.MonkeyPatch, *lines: str) -> tuple[Numbers, Terminal]:
    said = Terminal("cp437")
    patch.setattr(sys, "stdin", Typed(*lines))
    return Numbers(out_on(said)), said


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["2"], "111122223333"),
        (["dev"], "111122223333"),
        (["333344445555"], "333344445555"),
        (["prod", "2"], "444455556666"),
        (["prod", "eu"], "333344445555"),
        (["zzz", "", "dev"], "111122223333"),
    ],
)
def test_numbers_and_parts_of_names_choose(monkeypatch: pytest.MonkeyPatch, lines: list[str], value: str) -> None:
    by, _ = by_numbers(monkeypatch, *lines)
    assert by.choose(ACCOUNT) == value


def test_a_long_list_by_numbers_tells_how_much_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    many = tuple(Choice(str(n), f"account {n}") for n in range(100, 200))
    by, said = by_numbers(monkeypatch, "account 150")
    assert by.choose(Question("account", "Account", many)) == "150"
    assert "and 80 more" in said.getvalue()


def test_numbers_take_the_default_and_what_is_not_on_an_open_list(monkeypatch: pytest.MonkeyPatch) -> None:
    by, _ = by_numbers(monkeypatch, "", "mars-north-1")
    assert by.choose(REGION) == "us-east-1"
    assert by.choose(REGION) == "mars-north-1"


def test_the_end_of_what_is_typed_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    by, _ = by_numbers(monkeypatch)
    with pytest.raises(click.Abort):
        by.line("Name", "default")


def test_an_answer_that_is_none_is_told_and_asked_for_again() -> None:
    said = Terminal()
    answers = iter(["bad", "good"])

    def accept(text: str) -> str:
        if text == "bad":
            raise UsageError("That is none.", "Say good.")
        return text

    assert ask_until(lambda: next(answers), accept, out_on(said)) == "good"
    assert said.getvalue() == "That is none.\n  Say good.\n"


def test_a_dumb_terminal_gets_numbers() -> None:
    assert isinstance(asker(out_on(Terminal(), TERM="dumb")), Numbers)
