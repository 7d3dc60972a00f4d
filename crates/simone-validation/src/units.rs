//! Units of measurement and currencies by symbol and name, and what can be made of them.
//!
//! Not for finding quantities: `measures` and `quantities` do that. The table is the reference's.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::tokens::lower;

/// canonical value = value x factor + offset.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    pub(crate) canonical: Cow<'static, str>,
    pub(crate) dimension: Cow<'static, str>,
    pub(crate) factor: f64,
    pub(crate) offset: f64,
}

type Table = FxHashMap<&'static str, Unit>;

static UNITS: LazyLock<(Table, Table)> = LazyLock::new(|| {
    let (mut symbols, mut names) = (Table::default(), Table::default());
    for line in include_str!("units.txt").lines() {
        let mut parts = line.split('\t');
        let mut next = || parts.next().unwrap_or_default();
        let (kind, spelling, canonical, dimension) = (next(), next(), next(), next());
        let (factor, offset) = (next().parse().unwrap_or(1.0), next().parse().unwrap_or(0.0));
        let unit = Unit { canonical: canonical.into(), dimension: dimension.into(), factor, offset };
        if kind == "symbol" { &mut symbols } else { &mut names }.insert(spelling, unit);
    }
    (symbols, names)
});

/// The unit with that symbol (case matters) or name (case does not).
pub(crate) fn find_unit(name: &str) -> Option<&'static Unit> {
    let (symbols, names) = &*UNITS;
    symbols.get(name).or_else(|| names.get(&*lower(name)))
}

/// Area (2) or volume (3) of a unit of length.
pub(crate) fn raised(unit: &Unit, power: i32) -> Option<Unit> {
    if unit.dimension != "length" {
        return None;
    }
    let (canonical, dimension) = if power == 2 { ("m²", "area") } else { ("m³", "volume") };
    let factor = significant(unit.factor.powf(f64::from(power)), 15);
    Some(Unit { canonical: canonical.into(), dimension: dimension.into(), factor, offset: 0.0 })
}

/// `unit` per `by`; none where that is no quantity.
pub(crate) fn divided(unit: &Unit, by: &Unit) -> Option<Unit> {
    if unit.offset != 0.0 || by.offset != 0.0 || matches!(&*by.dimension, "percent" | "angle") {
        return None;
    }
    let dimension = match (&*unit.dimension, &*by.dimension) {
        ("length", "time") => Cow::Borrowed("speed"),
        (one, other) => Cow::Owned(format!("{one}/{other}")),
    };
    let canonical = Cow::Owned(format!("{}/{}", unit.canonical, by.canonical));
    Some(Unit { canonical, dimension, factor: unit.factor / by.factor, offset: 0.0 })
}

/// `value` in the canonical unit, rounded to 12 significant digits.
pub(crate) fn canonical_value(value: f64, unit: &Unit) -> f64 {
    if unit.factor == 1.0 && unit.offset == 0.0 {
        return value;
    }
    significant(value * unit.factor + unit.offset, 12)
}

/// `float(f"{value:.{digits}g}")`.
pub(crate) fn significant(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_found_by_symbol_and_by_name_in_any_case() {
        assert_eq!(find_unit("km").map(|unit| unit.factor), Some(1000.0));
        assert_eq!(find_unit("KILOMETRES"), find_unit("km"));
        assert_eq!(find_unit("Mb").map(|unit| unit.factor), Some(125_000.0));
        assert!(find_unit("parrot").is_none());
    }

    #[test]
    fn values_are_rounded_to_digits() {
        assert_eq!(significant(0.1 + 0.2, 15), 0.3);
        assert_eq!(significant(1234.5678, 6), 1234.57);
        assert_eq!(significant(f64::INFINITY, 12), f64::INFINITY);
        assert_eq!(significant(0.0, 12), 0.0);
    }
}
