"""What we keep between runs, in ``Paths.state_dir``: nothing that AWS tools read, and nothing secret."""

from __future__ import annotations

from aws_sso_core.state.learned import Learned, Lesson
from aws_sso_core.state.pause import Pause
from aws_sso_core.state.recents import Recents
from aws_sso_core.state.wanted import Note, Wanted
from aws_sso_core.state.wishes import Wish, Wishes

__all__ = ["Learned", "Lesson", "Note", "Pause", "Recents", "Wanted", "Wish", "Wishes"]
