"""Whether a desktop is dark: who is asked, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core.desktop.linux import appearance
from aws_sso_core.desktop.windows.appearance import dark as windows_dark


def linux_dark(home: Path, **env: str) -> bool | None:
    return appearance.dark(env=env, home=home, session=None)


def gtk(home: Path, text: str) -> None:
    folder = home / ".config" / "gtk-3.0"
    folder.mkdir(parents=True)
    (folder / "settings.ini").write_text(text)


@pytest.mark.parametrize(
    ("theme", "dark"),
    [("Adwaita:dark", True), ("Arc-Dark", True), ("Yaru-dark", True), ("Adwaita", False), ("Darkish-Light", False)],
)
def test_the_theme_in_the_environment_decides(tmp_path: Path, theme: str, dark: bool) -> None:
    gtk(tmp_path, "[Settings]\ngtk-theme-name=Yaru-dark\n")
    assert linux_dark(tmp_path, GTK_THEME=theme) is dark


@pytest.mark.parametrize(
    ("text", "dark"),
    [
        ("[Settings]\ngtk-application-prefer-dark-theme=1\n", True),
        ("[Settings]\ngtk-application-prefer-dark-theme=true\ngtk-theme-name=Adwaita\n", True),
        ("[Settings]\ngtk-theme-name=Arc-Dark\n", True),
        ("[Settings]\ngtk-theme-name=Adwaita\ngtk-application-prefer-dark-theme=0\n", False),
        ("[Settings]\n", None),
        ("no settings at all", None),
    ],
)
def test_without_a_portal_gtks_own_file_is_asked(tmp_path: Path, text: str, dark: bool | None) -> None:
    gtk(tmp_path, text)
    assert linux_dark(tmp_path) is dark


def test_where_nobody_says_anything_nothing_is_claimed(tmp_path: Path) -> None:
    assert linux_dark(tmp_path) is None


class Registry:
    def __init__(self, value: str | bytes | int | None) -> None:
        self.value = value

    def read(self, key: str, name: str) -> str | bytes | int | None:
        assert (key.rpartition("\\")[2], name) == ("Personalize", "AppsUseLightTheme")
        return self.value

    def write(self, key: str, name: str, value: str) -> None:
        raise NotImplementedError

    def remove(self, key: str, name: str) -> bool:
        raise NotImplementedError


@pytest.mark.parametrize(("value", "dark"), [(0, True), (1, False), (None, None), ("0", None)])
def test_windows_says_it_in_the_registry(value: str | int | None, dark: bool | None) -> None:
    assert windows_dark(Registry(value)) is dark
