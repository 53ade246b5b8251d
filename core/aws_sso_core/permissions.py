"""Who may do what with files and folders, by their modes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

from aws_sso_core.files import failure


def others_may(path: Path) -> Literal["read", "change", ""] | None:
    """What people other than the owner may do with a file or folder by its mode; None where modes tell nothing."""
    if sys.platform == "win32":
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    if mode & 0o022:
        return "change"
    return "read" if mode & 0o044 else ""


def make_private(path: Path) -> None:
    """Leave a file or folder to its owner.

    Raises:
        ReadOnlyPlace, StoreFailed: it is not ours.
    """
    try:
        path.chmod(0o700 if path.is_dir() else 0o600)
    except OSError as error:
        raise failure(path, error) from error


def why_not_writable(path: Path) -> str | None:
    """Why a file could not be replaced here, in a sentence; None when it can. Nothing is tried out."""
    if path.exists() and not os.access(path, os.W_OK):
        return f"{path} may not be written."
    folder = next((parent for parent in path.parents if parent.exists()), path.parent)
    if not folder.is_dir():
        return f"{folder} is a file where a folder should be."
    return None if os.access(folder, os.W_OK) else f"{folder} may not be written."
