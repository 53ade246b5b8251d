"""All accounts and roles of an Identity Center as profiles: from a listing to one change of the config file."""

from aws_sso_core.populate.names import answers, check_process, try_trims
from aws_sso_core.populate.proposal import Proposal, Wanted, candidates, propose, write

__all__ = ["Proposal", "Wanted", "answers", "candidates", "check_process", "propose", "try_trims", "write"]
