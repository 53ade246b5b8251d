"""What the AWS CLI, boto3, Terraform (Go) and JavaScript would each use, by their own rules. Pure: texts in, values out.

``dialects`` reads the files as they do, ``chains`` follows their order of credentials, ``tools`` puts it together,
``reasons`` says it in words.
"""

from aws_sso_core.resolve.reasons import VARIABLE, Reason, lasting_differences, reasons, together
from aws_sso_core.resolve.sources import Provider, Source
from aws_sso_core.resolve.tools import SHOWN, VARIABLES, Resolution, Texts, Tool, as_botocore, resolve

__all__ = [
    "SHOWN",
    "VARIABLE",
    "VARIABLES",
    "Provider",
    "Reason",
    "Resolution",
    "Source",
    "Texts",
    "Tool",
    "as_botocore",
    "lasting_differences",
    "reasons",
    "resolve",
    "together",
]
