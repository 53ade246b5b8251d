"""PowerShell, parsed: PowerShell itself runs on none of our test machines."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter
import tree_sitter_powershell


def parsed(text: str) -> tree_sitter.Node:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    return parser.parse(text.encode()).root_node


def nodes(node: tree_sitter.Node, kind: str | None = None) -> Iterator[tree_sitter.Node]:
    if kind in (None, node.type):
        yield node
    for child in node.children:
        yield from nodes(child, kind)


def text_of(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode()
