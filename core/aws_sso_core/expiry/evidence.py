"""What a changed token file is evidence of: did somebody sign in, or was the token only renewed?

Other programs write token files without telling (``aws sso login`` in a terminal, an SDK's silent renewal), and the end
of the sign-in session is counted from the sign-in. The two kinds of mistake are not alike: a renewal taken for a sign-in
moves the expected end later, and the real one then comes as a surprise; a sign-in taken for a renewal only makes a
warning come early. So what could be either is a renewal.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from aws_sso_core.model import Token

RENEWAL_WINDOW = timedelta(minutes=25)
"""Nobody renews with more left: SDKs from 15 minutes at the most (protocol 2), we ourselves from 25."""


class TokenChange(StrEnum):
    """What happened between two looks at a token file."""

    NOTHING = "nothing"
    SIGNED_IN = "signed-in"
    RENEWED = "renewed"
    SIGNED_OUT = "signed-out"


def token_change(before: Token | None, after: Token | None, *, now: datetime, over: bool = False) -> TokenChange:
    """What turned ``before`` into ``after``.

    Args:
        before: the token at the last look, None when there was no file. Without a last look there is no change to judge.
        after: the token now.
        now: the moment of the change, or soon after it.
        over: the sign-in session of ``before`` is known, or by all estimates, to have ended: no renewal could succeed.
    """
    if after is None:
        return TokenChange.NOTHING if before is None else TokenChange.SIGNED_OUT
    if before is None:
        return TokenChange.SIGNED_IN
    if after.access_token == before.access_token and after.expires_at == before.expires_at:
        return TokenChange.NOTHING
    renewable = before.renewable(now) and after.client_id == before.client_id
    in_window = before.expires_at - now <= RENEWAL_WINDOW
    return TokenChange.RENEWED if renewable and in_window and not over else TokenChange.SIGNED_IN
