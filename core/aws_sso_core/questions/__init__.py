"""What the wizard does next, from what is known so far: a question, something to look up, or writing. Pure.

Every question has the option that answers it, so a script answers by options what a person answers by typing. What can
be known is not asked: a region that the address tells, the only account, a name that is free.
"""

from aws_sso_core.questions.answers import accepted
from aws_sso_core.questions.facts import Facts
from aws_sso_core.questions.steps import next_step, proposed_name
from aws_sso_core.questions.words import ANOTHER, CLEAN_NAMES, FLAGS, OUTPUTS, Choice, Do, Key, Question

__all__ = [
    "ANOTHER",
    "CLEAN_NAMES",
    "FLAGS",
    "OUTPUTS",
    "Choice",
    "Do",
    "Facts",
    "Key",
    "Question",
    "accepted",
    "next_step",
    "proposed_name",
]
