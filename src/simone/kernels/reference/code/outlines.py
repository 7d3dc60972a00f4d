"""What code declares and imports, read off its tree.

Not for what the names mean.
"""

from __future__ import annotations

from tree_sitter import Node, TreeCursor

from simone.kernels.contract.syntax import OUTLINE_KINDS
from simone.kernels.reference.code.trees import walk

IMPORT, CLASS, FUNCTION, MODULE, TABLE = range(len(OUTLINE_KINDS))
_SCRIPT = {
    "import_statement": (IMPORT, "source"),
    "class_declaration": (CLASS, "name"),
    "class": (CLASS, "name"),
    "function_declaration": (FUNCTION, "name"),
    "generator_function_declaration": (FUNCTION, "name"),
    "method_definition": (FUNCTION, "name"),
}
_TYPED = {
    **_SCRIPT,
    "abstract_class_declaration": (CLASS, "name"),
    "interface_declaration": (CLASS, "name"),
    "enum_declaration": (CLASS, "name"),
    "type_alias_declaration": (CLASS, "name"),
    "function_signature": (FUNCTION, "name"),
    "internal_module": (MODULE, "name"),
    "module": (MODULE, "name"),
}
DECLARATIONS: dict[str, dict[str, tuple[int, str]]] = {
    "python": {
        "import_statement": (IMPORT, "name"),
        "import_from_statement": (IMPORT, "module_name"),
        "future_import_statement": (IMPORT, ""),
        "class_definition": (CLASS, "name"),
        "function_definition": (FUNCTION, "name"),
    },
    "javascript": _SCRIPT,
    "typescript": _TYPED,
    "tsx": _TYPED,
    "rust": {
        "use_declaration": (IMPORT, "argument"),
        "extern_crate_declaration": (IMPORT, "name"),
        "struct_item": (CLASS, "name"),
        "enum_item": (CLASS, "name"),
        "union_item": (CLASS, "name"),
        "trait_item": (CLASS, "name"),
        "type_item": (CLASS, "name"),
        "impl_item": (CLASS, "type"),
        "function_item": (FUNCTION, "name"),
        "function_signature_item": (FUNCTION, "name"),
        "macro_definition": (FUNCTION, "name"),
        "mod_item": (MODULE, "name"),
    },
    "sql": {
        "create_table": (TABLE, "*object_reference"),
        "create_view": (TABLE, "*object_reference"),
        "create_materialized_view": (TABLE, "*object_reference"),
        "create_type": (CLASS, "*object_reference"),
        "create_function": (FUNCTION, "*object_reference"),
        "create_schema": (MODULE, "*identifier"),
    },
    "toml": {"table": (TABLE, "*"), "table_array_element": (TABLE, "*")},
    "yaml": {},
}
"""Kind of each declaring node and where its name is: a field, "*kind" for the first such child, "*" for the first."""
_VALUES = {"arrow_function", "function_expression", "generator_function"}


def declared(root: Node, language: str) -> list[tuple[int, Node, Node | None, int]]:
    """(kind, node, name, row of what holds it or -1) in order of reading."""
    known = DECLARATIONS[language]
    found: list[tuple[int, Node, Node | None, int]] = []
    if not known:
        return found

    def visit(_cursor: TreeCursor, node: Node, row: int) -> int:
        declares = _declares(node, known, is_script="method_definition" in known)
        if declares is None:
            return row
        found.append((declares[0], node, declares[1], row))
        return len(found) - 1

    walk(root, visit)
    return found


def _declares(node: Node, known: dict[str, tuple[int, str]], *, is_script: bool) -> tuple[int, Node | None] | None:
    if not node.is_named or node.is_missing:
        return None
    if is_script and node.type == "variable_declarator":
        value = node.child_by_field_name("value")
        is_function = value is not None and value.type in _VALUES
        return (FUNCTION, node.child_by_field_name("name")) if is_function else None
    kind, place = known.get(node.type, (-1, ""))
    if kind < 0:
        return None
    if not place.startswith("*"):
        return kind, node.child_by_field_name(place) if place else None
    fitting = (child for child in node.named_children if place in ("*", f"*{child.type}"))
    return kind, next(fitting, None)
