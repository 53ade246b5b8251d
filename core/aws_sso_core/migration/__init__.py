"""Profiles of the legacy form (start URL in the profile) brought to the sso-session form.

``planning`` works out the change of a config, ``sessions`` which sso-session each profile gets, ``checks`` what cannot
change its form: a profile moves only if every AWS tool takes the same account, role and region afterwards.
These are pure; ``job`` reads and writes.
"""

from aws_sso_core.migration.files import DEFAULT, Files
from aws_sso_core.migration.planning import Asked, Migration, Move, migrated, migration

__all__ = ["DEFAULT", "Asked", "Files", "Migration", "Move", "migrated", "migration"]
