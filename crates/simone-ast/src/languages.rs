//! The languages, their grammars and what a fence may call them.
//!
//! Not for reading.

/// A language of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// RFC 8259.
    Json,
    /// 3.
    Python,
    /// With JSX.
    JavaScript,
    /// Without JSX.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// 2024.
    Rust,
    /// A mixture of dialects.
    Sql,
    /// 1.0.
    Toml,
    /// 1.2.
    Yaml,
    /// Its fenced code blocks.
    Markdown,
}

use Language::{JavaScript, Json, Markdown, Python, Rust, Sql, Toml, Tsx, TypeScript, Yaml};

/// Every language with its name, in the order of the contract.
const NAMES: [(&str, Language); 10] = [
    ("json", Json),
    ("python", Python),
    ("javascript", JavaScript),
    ("typescript", TypeScript),
    ("tsx", Tsx),
    ("rust", Rust),
    ("sql", Sql),
    ("toml", Toml),
    ("yaml", Yaml),
    ("markdown", Markdown),
];

/// What else a fence may call a language.
const ALIASES: [(&str, Language); 12] = [
    ("py", Python),
    ("python3", Python),
    ("js", JavaScript),
    ("jsx", JavaScript),
    ("mjs", JavaScript),
    ("node", JavaScript),
    ("ts", TypeScript),
    ("rs", Rust),
    ("yml", Yaml),
    ("postgresql", Sql),
    ("mysql", Sql),
    ("sqlite", Sql),
];

impl Language {
    /// The language of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|&(_, language)| language)
    }

    /// The names of all, in the order of the contract.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The names of those with a grammar, in the order of the contract.
    pub fn names_with_grammar() -> impl Iterator<Item = &'static str> {
        NAMES.iter().filter(|(_, language)| language.grammar().is_some()).map(|(name, _)| *name)
    }

    /// The language that a fence calls so, in lower case.
    #[must_use]
    pub fn of_fence(name: &str) -> Option<Self> {
        let known = Self::named(name).filter(|language| *language != Markdown);
        known.or_else(|| ALIASES.iter().find(|(alias, _)| *alias == name).map(|&(_, language)| language))
    }

    /// Its grammar.
    #[must_use]
    pub fn grammar(self) -> Option<tree_sitter::Language> {
        Some(match self {
            Json | Markdown => return None,
            Python => tree_sitter_python::LANGUAGE.into(),
            JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Rust => tree_sitter_rust::LANGUAGE.into(),
            Sql => tree_sitter_sequel::LANGUAGE.into(),
            Toml => tree_sitter_toml_ng::LANGUAGE.into(),
            Yaml => tree_sitter_yaml::LANGUAGE.into(),
        })
    }
}
