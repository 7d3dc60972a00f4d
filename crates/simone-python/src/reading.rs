//! `simone-transformer` for Python.
//!
//! Not for computing.

use std::sync::Arc;

use numpy::{Element, PyArray2, PyArrayDyn, PyArrayMethods, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use simone_similarity::Level;
use simone_transformer::{Affine, Dense, Head, Layer, Model, Pair, Parts, ShapeError, Words};

use crate::Kernels;
use crate::arrays::{module, table, unexpected};
use crate::pool::{ALONE, Pool};

/// Values touched for a word piece, roughly; so several pairs are always read by the pool.
const WORK_OF_A_PIECE: usize = 1 << 16;
/// Word pieces of a lone pair from which its rows are shared out: of fewer they are read before a sleeping thread is
/// awake.
const WORTH_SHARING: usize = 96;

#[pymethods]
impl Kernels {
    fn load_transformer(&self, tensors: &Bound<'_, PyAny>) -> PyResult<Transformer> {
        let py = tensors.py();
        let checked = rules(py)?.call_method1("checked", (tensors,))?;
        let floats = |name: &str| values::<f32>(&checked, name);
        let only = |name: &str| floats(name)?.first().copied().ok_or_else(|| unexpected(name));
        let affine = |name: &str| -> PyResult<Affine> {
            Ok(Affine { weight: floats(&format!("{name}.weight"))?, bias: floats(&format!("{name}.bias"))? })
        };
        let dense = |name: String| -> PyResult<Product> {
            let [scales, bias, inverse] = ["scales", "bias", "inverse"].map(|part| floats(&format!("{name}.{part}")));
            let codes = values::<i8>(&checked, &format!("{name}.codes"))?;
            Ok(Product { codes, scales: scales?, bias: bias?, inverse: inverse? })
        };
        let count = values::<i64>(&checked, "layers")?.first().copied().unwrap_or_default();
        let layers = (0..count).map(|layer| {
            let product = |name: &str| dense(format!("{layer}.{name}"));
            let norm = |name: &str| affine(&format!("{layer}.{name}.LayerNorm"));
            let products = [
                product("attention.self")?,
                product("attention.output.dense")?,
                product("intermediate.dense")?,
                product("output.dense")?,
            ];
            Ok((products, norm("attention.output")?, norm("output")?))
        });
        let layers = layers.collect::<PyResult<Vec<_>>>()?;
        let distance = if checked.contains("distance")? { floats("distance")? } else { Vec::new() };
        let head = if checked.contains("head.in")? {
            Some(Head {
                into: floats("head.in")?,
                into_bias: floats("head.in.bias")?,
                out: floats("head.out")?,
                out_bias: floats("head.out.bias")?,
            })
        } else {
            None
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: a small whole number")]
        let heads = only("heads")? as usize;
        let mut parts = Parts {
            words: Words { codes: values::<i8>(&checked, "words.codes")?, scales: floats("words.scales")? },
            places: floats("places")?,
            sides: floats("types")?,
            distance,
            norm: affine("embeddings.LayerNorm")?,
            layers: Vec::new(),
            head,
            heads,
            epsilon: only("epsilon")?,
        };
        let level = self.level;
        let model = py.detach(|| {
            for ([three, mixed, wide, narrow], first, second) in layers {
                let [three, mixed, wide, narrow] = [three, mixed, wide, narrow].map(|product| product.packed(level));
                parts.layers.push(Layer { three: three?, mixed: mixed?, first, wide: wide?, narrow: narrow?, second });
            }
            Model::new(parts, level).ok()
        });
        let model = model.ok_or_else(|| unexpected("tensors that do not fit one another"))?;
        Ok(Transformer { model, pool: self.pool.clone() })
    }
}

/// The tensors of a product.
struct Product {
    codes: Vec<i8>,
    scales: Vec<f32>,
    bias: Vec<f32>,
    inverse: Vec<f32>,
}

impl Product {
    fn packed(&self, level: Level) -> Option<Dense> {
        Dense::new(&self.codes, &self.scales, &self.bias, &self.inverse, level)
    }
}

/// Implements `contract.reading.Transformer`.
#[pyclass(frozen, module = "simone.kernels._rust")]
pub struct Transformer {
    model: Model,
    pool: Arc<Pool>,
}

#[pymethods]
impl Transformer {
    /// Word pieces of a pair at most.
    #[getter]
    fn most_pieces(&self) -> usize {
        self.model.most()
    }

    /// What the head says of each pair.
    fn logits<'py>(
        &self,
        pieces: &Bound<'py, PyAny>,
        sides: &Bound<'py, PyAny>,
        ends: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let py = pieces.py();
        rules(py)?.call_method1("require_head", (self.model.has_head(),))?;
        let found = self.read(pieces, sides, ends, Model::logits)?;
        let count = found.len();
        let logits = table(py, found.into_flattened(), count, 3)?;
        Ok(rules(py)?.call_method1("finite", (logits,))?.cast_into()?)
    }

    /// What the last layer gives of each piece.
    fn states<'py>(
        &self,
        pieces: &Bound<'py, PyAny>,
        sides: &Bound<'py, PyAny>,
        ends: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let py = pieces.py();
        let found = self.read(pieces, sides, ends, Model::states)?.concat();
        let count = found.len() / self.model.width();
        let states = table(py, found, count, self.model.width())?;
        Ok(rules(py)?.call_method1("finite_states", (states, ends))?.cast_into()?)
    }
}

impl Transformer {
    /// What `reading` says of each pair.
    fn read<T: Send>(
        &self,
        pieces: &Bound<'_, PyAny>,
        sides: &Bound<'_, PyAny>,
        ends: &Bound<'_, PyAny>,
        reading: impl Fn(&Model, &[Pair<'_>]) -> Result<Vec<T>, ShapeError> + Sync,
    ) -> PyResult<Vec<T>> {
        let py = pieces.py();
        let arguments = (pieces, sides, ends, self.model.most(), self.model.words());
        let checked = rules(py)?.call_method1("pairs", arguments)?;
        let (pieces, sides, ends): (PyReadonlyArray1<'_, i64>, PyReadonlyArray1<'_, i64>, PyReadonlyArray1<'_, i64>) =
            checked.extract()?;
        let (pieces, sides, ends) = (pieces.as_slice()?, sides.as_slice()?, ends.as_slice()?);
        let mut start = 0;
        let mut pairs = Vec::with_capacity(ends.len());
        for end in ends {
            let end = usize::try_from(*end).map_err(unexpected)?;
            pairs.push(Pair {
                pieces: pieces.get(start..end).unwrap_or_default(),
                sides: sides.get(start..end).unwrap_or_default(),
            });
            start = end;
        }
        let compute = || reading(&self.model, &pairs);
        let found = match pairs.len() {
            0 | 1 if pieces.len() < WORTH_SHARING => self.pool.run(py, ALONE, compute),
            0 | 1 => self.pool.run_at_once(py, compute),
            _ => self.pool.run(py, pieces.len() * WORK_OF_A_PIECE, compute),
        };
        found?.map_err(unexpected)
    }
}

/// The module that says what tensors and pairs must be.
fn rules(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    static RULES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    module(py, &RULES, "simone.kernels.reading_rules")
}

/// The values of a tensor that was checked, row by row.
fn values<T: Element + Copy>(tensors: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<T>> {
    let tensor = tensors.get_item(name)?.cast_into::<PyArrayDyn<T>>()?;
    Ok(tensor.try_readonly()?.as_slice()?.to_vec())
}
