"""The options of a run, checked before anything is read."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Sequence

from aws_sso_core.errors import UsageError
from aws_sso_core.naming.rules import CASES, FIELDS, Naming, Pattern

DEFAULT_COMPONENTS = "account_name,role_name,default_style_region"
TEMPLATE_FIELDS = ("account_name", "account_id", "role_name", "region", "short_region", "session")
_REGIONAL = {"default_style_region", "region", "short_region"}


def naming(
    *,
    components: str = DEFAULT_COMPONENTS,
    separator: str = ".",
    include_region: str = "default",
    region_style: str = "short",
    account_name_case: str | None = None,
    role_name_case: str | None = None,
    trim_account_name: Sequence[str] = (),
    trim_role_name: Sequence[str] = (),
    safe: bool = True,
    template: str | None = None,
    session: str = "",
    encoding: str = "utf-8",
) -> Naming:
    """Check the options, before anything is read.

    Args:
        components: fields and literals with commas between; ``default_style_region`` is the region in ``region_style``.
        separator: goes between the components.
        include_region: "default" leaves the regions out of the names for the first region, "always" does not.
        region_style: "short" (``use1``... as aws-sso-util abbreviates) or "long".
        account_name_case: one of ``CASES``.
        role_name_case: likewise.
        trim_account_name: regular expressions whose matches are removed, one after the other, after the case is changed.
        trim_role_name: likewise.
        safe: replace blanks and brackets in account names, and keep names to A-Z a-z 0-9 . _ -
        template: in place of components; see ``_template``.
        session: what ``{session}`` stands for in a template.
        encoding: in which botocore opens the config.

    Raises:
        UsageError: a regular expression, component or template makes no sense.
    """
    if template is not None:
        pattern = first = _template(template)
    else:
        words = components.split(",")
        pattern = _format(separator.join(_component(w, region_style) for w in words))
        first = _format(separator.join(_component(w, region_style) for w in words if w not in _REGIONAL))
    return Naming(
        pattern=pattern,
        first_pattern=pattern if include_region == "always" else first,
        separator=separator,
        region_style=region_style,
        account_name_case=account_name_case,
        role_name_case=role_name_case,
        trim_account_name=_compiled("--trim-account-name", trim_account_name),
        trim_role_name=_compiled("--trim-role-name", trim_role_name),
        safe=safe,
        session=session,
        encoding=encoding,
    )


def literals(components: str) -> tuple[str, ...]:
    """Those of the components that are no field: aws-sso-util puts them into each name as they are, and so do we."""
    words = (word for word in components.split(",") if word.strip() and word != "default_style_region")
    return tuple(dict.fromkeys(word for word in words if word not in FIELDS and "{" not in word))


def _component(word: str, region_style: str) -> str:
    if word == "default_style_region":
        word = "short_region" if region_style == "short" else "region"
    return f"{{{word}}}" if word in FIELDS else word


def _format(text: str) -> Pattern:
    """Text with ``{field}`` in it; aws-sso-util gives literals and separators to ``str.format``, so braces count there."""
    return tuple((literal, field, ()) for literal, field in _parsed(text, "--components", FIELDS))


def _template(text: str) -> Pattern:
    """``{field}`` or ``{field|filter|filter}``: fields of ``TEMPLATE_FIELDS``, filters of ``CASES``; ``{{`` is a brace."""
    pattern = []
    for literal, field in _parsed(text, "--profile-name-template", None):
        name, *filters = field.split("|") if field else [""]
        if field and name not in TEMPLATE_FIELDS:
            raise _no_field("--profile-name-template", name, TEMPLATE_FIELDS)
        if unknown := [word for word in filters if word not in CASES]:
            raise UsageError(
                f"--profile-name-template: there is no filter {unknown[0]!r}.", f"There are {', '.join(CASES)}."
            )
        pattern.append((literal, name, tuple(filters)))
    if not any(field for _, field, _ in pattern):
        raise UsageError(
            "--profile-name-template names no field, so all profiles would have one name.",
            "Write for instance '{account_name}.{role_name|lower}'.",
        )
    return tuple(pattern)


def _parsed(text: str, option: str, fields: Collection[str] | None) -> list[tuple[str, str]]:
    parts = []
    try:
        for literal, field, spec, conversion in string.Formatter().parse(text):
            if spec or conversion or (field == ""):
                raise UsageError(f"{option}: {text!r} is more than fields in braces.", "Double a brace to mean it.")
            if field is not None and fields is not None and field not in fields:
                raise _no_field(option, field, fields)
            parts.append((literal, field or ""))
    except ValueError as error:
        raise UsageError(f"{option}: {text!r} makes no sense: {error}.", "Double a brace to mean it.") from error
    return parts


def _no_field(option: str, field: str, fields: Collection[str]) -> UsageError:
    return UsageError(f"{option}: there is no field {field!r}.", f"There are {', '.join(fields)}.")


def _compiled(option: str, patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern))
        except (re.error, RecursionError, OverflowError) as error:
            raise UsageError(f"{option}: {pattern!r} is no regular expression: {error}.", "Correct it.") from error
    return tuple(compiled)
