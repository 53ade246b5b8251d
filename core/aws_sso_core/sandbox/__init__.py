"""An embedded IAM Identity Center on loopback, for the demo and for tests. Standard library only."""

from aws_sso_core.sandbox.box import START_URL, Sandbox
from aws_sso_core.sandbox.calls import Call, Calls
from aws_sso_core.sandbox.directory import SAMPLE, Assignment, Directory
from aws_sso_core.sandbox.faults import Fault
from aws_sso_core.sandbox.knobs import Knobs

__all__ = ["SAMPLE", "START_URL", "Assignment", "Call", "Calls", "Directory", "Fault", "Knobs", "Sandbox"]
