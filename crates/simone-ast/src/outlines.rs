//! What code declares and imports, read off its tree.
//!
//! Not for what the names mean.

use std::ops::ControlFlow;

use tree_sitter::{Node, Tree};

use crate::languages::Language;
use crate::trees::walk;

const IMPORT: usize = 0;
const CLASS: usize = 1;
const FUNCTION: usize = 2;
const MODULE: usize = 3;
const TABLE: usize = 4;

/// Where the name of a declaration is.
#[derive(Clone, Copy)]
enum Name {
    Nowhere,
    Field(&'static str),
    /// The first child of this kind.
    Child(&'static str),
    /// The first child.
    First,
}

/// A declaration: its kind, octets, octets of its name, row of what holds it.
pub struct Declared {
    pub kind: usize,
    pub span: (usize, usize),
    pub name: (usize, usize),
    pub parent: Option<usize>,
}

/// In order of reading.
pub fn declared(tree: &Tree, language: Language) -> Vec<Declared> {
    let mut found: Vec<Declared> = Vec::new();
    walk(tree.root_node(), |_, node, holder| {
        let Some((kind, name)) = declares(node, language) else { return ControlFlow::Continue(holder) };
        let start = node.start_byte();
        found.push(Declared {
            kind,
            span: (start, node.end_byte()),
            name: name.map_or((start, start), |name| (name.start_byte(), name.end_byte())),
            parent: holder,
        });
        ControlFlow::Continue(Some(found.len() - 1))
    });
    found
}

fn declares(node: Node<'_>, language: Language) -> Option<(usize, Option<Node<'_>>)> {
    if !node.is_named() || node.is_missing() {
        return None;
    }
    let is_script = matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx);
    if is_script && node.kind() == "variable_declarator" {
        let value = node.child_by_field_name("value")?;
        let is_function = matches!(value.kind(), "arrow_function" | "function_expression" | "generator_function");
        return is_function.then(|| (FUNCTION, node.child_by_field_name("name")));
    }
    let (kind, place) = known(node.kind(), language)?;
    let name = match place {
        Name::Nowhere => None,
        Name::Field(field) => node.child_by_field_name(field),
        Name::Child(wanted) => node.named_children(&mut node.walk()).find(|child| child.kind() == wanted),
        Name::First => node.named_child(0),
    };
    Some((kind, name))
}

fn known(kind: &str, language: Language) -> Option<(usize, Name)> {
    let name = Name::Field("name");
    Some(match (language, kind) {
        (Language::Python, "import_statement") => (IMPORT, name),
        (Language::Python, "import_from_statement") => (IMPORT, Name::Field("module_name")),
        (Language::Python, "future_import_statement") => (IMPORT, Name::Nowhere),
        (Language::Python, "class_definition") => (CLASS, name),
        (Language::Python, "function_definition") => (FUNCTION, name),
        (Language::JavaScript | Language::TypeScript | Language::Tsx, kind) => return script(kind, language),
        (Language::Rust, "use_declaration") => (IMPORT, Name::Field("argument")),
        (Language::Rust, "extern_crate_declaration") => (IMPORT, name),
        (Language::Rust, "struct_item" | "enum_item" | "union_item" | "trait_item" | "type_item") => (CLASS, name),
        (Language::Rust, "impl_item") => (CLASS, Name::Field("type")),
        (Language::Rust, "function_item" | "function_signature_item" | "macro_definition") => (FUNCTION, name),
        (Language::Rust, "mod_item") => (MODULE, name),
        (Language::Sql, "create_table" | "create_view" | "create_materialized_view") => {
            (TABLE, Name::Child("object_reference"))
        }
        (Language::Sql, "create_type") => (CLASS, Name::Child("object_reference")),
        (Language::Sql, "create_function") => (FUNCTION, Name::Child("object_reference")),
        (Language::Sql, "create_schema") => (MODULE, Name::Child("identifier")),
        (Language::Toml, "table" | "table_array_element") => (TABLE, Name::First),
        _ => return None,
    })
}

fn script(kind: &str, language: Language) -> Option<(usize, Name)> {
    let name = Name::Field("name");
    Some(match kind {
        "import_statement" => (IMPORT, Name::Field("source")),
        "class_declaration" | "class" => (CLASS, name),
        "function_declaration" | "generator_function_declaration" | "method_definition" => (FUNCTION, name),
        _ if language == Language::JavaScript => return None,
        "abstract_class_declaration" | "interface_declaration" | "enum_declaration" | "type_alias_declaration" => {
            (CLASS, name)
        }
        "function_signature" => (FUNCTION, name),
        "internal_module" | "module" => (MODULE, name),
        _ => return None,
    })
}
