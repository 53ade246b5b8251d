"""Profile names from accounts, roles and regions. Pure.

The rules are those of ``aws-sso-util configure populate`` 4.33 to the letter, so that its users keep their names: make the
account name safe, change the case, trim, join (in this order, whatever its documentation says). They differ in two
things only, and ``told_apart`` reports both: a name outside ``A-Z a-z 0-9 . _ -`` is made readable, as AWS SDKs lose
such profiles, and two roles never get the same name.
"""

from aws_sso_core.naming.apart import SKIP, Names, Renamed, told_apart
from aws_sso_core.naming.options import DEFAULT_COMPONENTS, TEMPLATE_FIELDS, literals, naming
from aws_sso_core.naming.rules import CASES, FIELDS, Candidate, Naming, process_arguments, short_region
from aws_sso_core.naming.selection import Selection
from aws_sso_core.naming.sessions import is_portable, session_names

__all__ = [
    "CASES",
    "DEFAULT_COMPONENTS",
    "FIELDS",
    "SKIP",
    "TEMPLATE_FIELDS",
    "Candidate",
    "Names",
    "Naming",
    "Renamed",
    "Selection",
    "is_portable",
    "literals",
    "naming",
    "process_arguments",
    "session_names",
    "short_region",
    "told_apart",
]
