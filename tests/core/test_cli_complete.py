"""Words of a command line, as bash has them and as bash may get them back."""

from __future__ import annotations

import pytest

from aws_sso_core.cli.complete import for_bash, split


@pytest.mark.parametrize(
    ("line", "words", "raw"),
    [
        ("awsp ", ["awsp", ""], ""),
        ("awsp de", ["awsp", "de"], "de"),
        ("awsp  my\\ pr", ["awsp", "my pr"], "my\\ pr"),
        ('awsp "my pr', ["awsp", "my pr"], '"my pr'),
        ("awsp 'it", ["awsp", "it"], "'it"),
        ("awsp 'a b'c\" d\" e", ["awsp", "a bc d", "e"], "e"),
        ("awsp '' e", ["awsp", "", "e"], "e"),
        ('awsp "a\\$b\\c" ', ["awsp", "a$b\\c", ""], ""),
        ("awsp 'a\\'", ["awsp", "a\\"], "'a\\'"),
        ("awsp a\\", ["awsp", "a"], "a\\"),
        ("awsp dev:a", ["awsp", "dev:a"], "dev:a"),
    ],
)
def test_a_line_of_bash_falls_into_words(line: str, words: list[str], raw: str) -> None:
    assert split(line) == (words, raw)


@pytest.mark.parametrize(
    ("value", "raw", "answer"),
    [
        ("dev.admin", "de", "dev.admin"),
        ("my prof", "my", "my\\ prof"),
        ("it's $(x)", "", "it\\'s\\ \\$\\(x\\)"),
        ("größe", "gr", "größe"),
        ('say "$x"', '"say', 'say \\"\\$x\\"'),
        ("it's", "'it", "it'\\''s"),
        ("dev:admin", "dev:a", "admin"),
        ("dev:admin", "de", "dev:admin"),
        ("a:b:c", "A:b:", "c"),
    ],
)
def test_a_name_is_given_back_as_it_fits_the_line(value: str, raw: str, answer: str) -> None:
    assert for_bash(value, raw, breaks=" \t\n\"'><=;|&(:") == answer


def test_without_colons_among_the_breaks_the_whole_word_is_given_back() -> None:
    assert for_bash("dev:admin", "dev:a", breaks=" \t\n") == "dev:admin"
