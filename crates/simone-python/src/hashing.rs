//! `simone-hash` for Python.
//!
//! Not for computing.

use std::sync::{Mutex, PoisonError};

use numpy::ndarray::Array2;
use numpy::{
    IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArray,
    PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::sync::{MutexExt, PyOnceLock};
use pyo3::types::{PyBytes, PyList, PyString};
use simone_hash::{
    Sketcher, WORTH_SHARING_KEYS, buckets_of, first_of_each, hash, hash_batch, near_duplicates, wide_hash,
};

use crate::Kernels;
use crate::arrays::{array, module, rules, unexpected};
use crate::texts::with_texts;

/// Items up to so many bytes are hashed where they are met: to hold on to them for later would cost more.
const SHORT: usize = 2048;
/// Other Python threads get their turn after so many bytes, at the latest (an item counts as 64 more).
const BYTES_PER_TURN: usize = 1 << 21;
const BYTES_PER_ITEM: usize = 64;

// as in simone.kernels.content_rules
const MOST_SHINGLE: usize = 64;
const MOST_PERMUTATIONS: usize = 4096;
const MOST_BUCKETS: usize = (1 << 31) - 1;

type Sketches<'py> = (Bound<'py, PyArray2<u32>>, Bound<'py, PyArray1<u64>>);
type Pairs<'py> = (Bound<'py, PyArray2<i64>>, Bound<'py, PyArray1<f32>>);

#[pymethods]
impl Kernels {
    fn hash_content_batch<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<u64>>> {
        Ok(array(items.py(), self.hash_each(items, hash)?))
    }

    fn hash_content_hex_batch<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let hashes = self.hash_each(items, wide_hash)?;
        PyList::new(items.py(), hashes.into_iter().map(|hash| format!("{hash:032x}")))
    }

    fn deduplicate_by_hash<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let first = self.with_bytes(items, first_of_each)?;
        Ok(array(items.py(), first.into_iter().map(whole).collect::<PyResult<_>>()?))
    }

    #[pyo3(signature = (texts, shingle = Whole::Number(3), permutations = Whole::Number(128)))]
    fn content_fingerprint<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
        shingle: Whole<'py>,
        permutations: Whole<'py>,
    ) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let py = texts.py();
        let (sketcher, permutations) = sketcher(py, shingle, permutations)?;
        let slots = with_texts(&self.pool, texts, |texts| sketcher.fingerprints(texts))?;
        let rows = slots.len() / permutations;
        Ok(Array2::from_shape_vec((rows, permutations), slots).map_err(unexpected)?.into_pyarray(py))
    }

    #[pyo3(signature = (texts, shingle = Whole::Number(3), permutations = Whole::Number(128)))]
    fn content_sketches<'py>(
        &self,
        texts: &Bound<'py, PyAny>,
        shingle: Whole<'py>,
        permutations: Whole<'py>,
    ) -> PyResult<Sketches<'py>> {
        let py = texts.py();
        let (sketcher, permutations) = sketcher(py, shingle, permutations)?;
        let (slots, bits) = with_texts(&self.pool, texts, |texts| sketcher.sketches(texts))?;
        let slots = Array2::from_shape_vec((bits.len(), permutations), slots).map_err(unexpected)?;
        Ok((slots.into_pyarray(py), bits.into_pyarray(py)))
    }

    fn near_duplicates<'py>(
        &self,
        fingerprints: &Bound<'py, PyAny>,
        threshold: &Bound<'py, PyAny>,
    ) -> PyResult<Pairs<'py>> {
        let py = fingerprints.py();
        let slots = borrowed_slots(fingerprints)?;
        let threshold: f64 = content_rules(py)?.call_method1("threshold", (threshold,))?.extract()?;
        let &[_, width] = slots.shape() else { return Err(unexpected("fingerprints without two dimensions")) };
        let needed = (1..width).find(|&equal| share(equal, width) >= threshold).unwrap_or(width);
        let values = slots.as_slice()?;
        let found = self.pool.run(py, values.len(), || near_duplicates(values, width, needed))?;
        let flat: Vec<i64> =
            found.iter().flat_map(|pair| [pair.first, pair.second]).map(whole).collect::<PyResult<_>>()?;
        let similarities: Vec<f32> = found.iter().map(|pair| share(pair.equal, width) as f32).collect();
        let pairs = Array2::from_shape_vec((found.len(), 2), flat).map_err(unexpected)?;
        Ok((pairs.into_pyarray(py), similarities.into_pyarray(py)))
    }

    #[pyo3(signature = (data, minimum = Whole::Number(2048), average = Whole::Number(8192), maximum = Whole::Number(65536)))]
    fn rolling_hash<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        minimum: Whole<'py>,
        average: Whole<'py>,
        maximum: Whole<'py>,
    ) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let mut chunker = chunker_of(data.py(), minimum, average, maximum)?;
        let mut cuts = cuts_in(&mut chunker, data)?;
        cuts.extend(chunker.finish());
        boundaries(data.py(), cuts)
    }

    #[pyo3(signature = (minimum = Whole::Number(2048), average = Whole::Number(8192), maximum = Whole::Number(65536)))]
    fn chunker<'py>(
        &self,
        py: Python<'py>,
        minimum: Whole<'py>,
        average: Whole<'py>,
        maximum: Whole<'py>,
    ) -> PyResult<Chunker> {
        Ok(Chunker { state: Mutex::new(Some(chunker_of(py, minimum, average, maximum)?)) })
    }

    fn consistent_hash<'py>(
        &self,
        keys: &Bound<'py, PyAny>,
        buckets: Whole<'py>,
    ) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let py = keys.py();
        let buckets = u32::try_from(count(py, buckets, "buckets", MOST_BUCKETS)?).map_err(unexpected)?;
        let place = |hashes: &[u64]| {
            let work = if hashes.len() < WORTH_SHARING_KEYS { hashes.len() } else { usize::MAX };
            self.pool.run(py, work, || buckets_of(hashes, buckets))
        };
        let places = if keys.cast::<PyUntypedArray>().is_ok() {
            let keys = content_rules(py)?.call_method1("hashes", (keys,))?.cast_into::<PyArray1<u64>>()?;
            let keys: PyReadonlyArray1<'_, u64> = keys.try_readonly()?;
            let hashes = keys.as_slice()?;
            place(hashes)?
        } else {
            let hashes = self.hash_each(keys, hash)?;
            place(&hashes)?
        };
        Ok(places.into_pyarray(py))
    }
}

impl Kernels {
    /// What `hash` makes of each item. Short items are hashed under the interpreter's lock as they are met, which is
    /// over before a thread could be woken; long ones are kept alive and hashed without it.
    fn hash_each<H: Copy + Default + Send>(
        &self,
        items: &Bound<'_, PyAny>,
        hash: impl Fn(&[u8]) -> H + Sync + Send,
    ) -> PyResult<Vec<H>> {
        let py = items.py();
        let list = match items.cast::<PyList>() {
            Ok(list) => list.clone(),
            Err(_) => py.get_type::<PyList>().call1((items,))?.cast_into::<PyList>()?,
        };
        let mut hashes = Vec::with_capacity(list.len());
        let mut long: Vec<(usize, Bound<'_, PyAny>)> = Vec::new();
        let mut in_turn = 0;
        for item in list.iter() {
            in_turn += BYTES_PER_ITEM;
            match bytes_of(&item) {
                Some(bytes) if bytes.len() <= SHORT => {
                    in_turn += bytes.len();
                    hashes.push(hash(bytes));
                }
                Some(_) => {
                    long.push((hashes.len(), item));
                    hashes.push(H::default());
                }
                None => {
                    long.push((hashes.len(), rules(py)?.call_method1("as_bytes", (&item,))?));
                    hashes.push(H::default());
                }
            }
            if in_turn >= BYTES_PER_TURN {
                in_turn = 0;
                py.detach(|| ());
            }
        }
        if !long.is_empty() {
            let bytes: Vec<&[u8]> = long.iter().filter_map(|(_, item)| bytes_of(item)).collect();
            let work = bytes.iter().map(|item| item.len()).sum();
            let found = self.pool.run(py, work, move || hash_batch(&bytes, hash))?;
            for ((index, _), found) in long.iter().zip(found) {
                if let Some(place) = hashes.get_mut(*index) {
                    *place = found;
                }
            }
        }
        Ok(hashes)
    }

    /// Runs `compute` on the bytes of the items, which are kept alive meanwhile and not copied where they are UTF-8.
    fn with_bytes<T: Send>(&self, items: &Bound<'_, PyAny>, compute: impl Fn(&[&[u8]]) -> T + Send) -> PyResult<T> {
        let py = items.py();
        let mut held: Vec<Bound<'_, PyAny>> = match items.cast::<PyList>() {
            Ok(list) => list.iter().collect(),
            Err(_) => items.try_iter()?.collect::<PyResult<_>>()?,
        };
        let run = |bytes: Vec<&[u8]>| {
            let work = bytes.iter().map(|item| item.len()).sum();
            self.pool.run(py, work, move || compute(&bytes))
        };
        if let Some(bytes) = held.iter().map(bytes_of).collect() {
            return run(bytes);
        }
        let rules = rules(py)?;
        for item in held.iter_mut().filter(|item| bytes_of(item).is_none()) {
            *item = rules.call_method1("as_bytes", (&*item,))?;
        }
        run(held.iter().filter_map(bytes_of).collect())
    }
}

/// Implements `contract.content.Chunker`; none once finished.
#[pyclass(frozen, module = "simone.kernels._rust")]
pub struct Chunker {
    state: Mutex<Option<simone_hash::Chunker>>,
}

#[pymethods]
impl Chunker {
    fn feed<'py>(&self, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let py = data.py();
        let mut state = self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        let chunker = state.as_mut().ok_or_else(|| finished(py))?;
        boundaries(py, cuts_in(chunker, data)?)
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let mut state = self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        let mut chunker = state.take().ok_or_else(|| finished(py))?;
        boundaries(py, chunker.finish().into_iter().collect())
    }
}

/// A whole number, or what was given in its place.
#[derive(FromPyObject, IntoPyObject)]
pub enum Whole<'py> {
    Number(i64),
    #[pyo3(transparent)]
    Other(Bound<'py, PyAny>),
}

/// The module that says what the arguments of this family must be.
fn content_rules(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    static RULES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    module(py, &RULES, "simone.kernels.content_rules")
}

/// A number from 1 to `most`; the rules refuse any other.
fn count(py: Python<'_>, value: Whole<'_>, name: &str, most: usize) -> PyResult<usize> {
    if let Whole::Number(number) = value
        && let Ok(number) = usize::try_from(number)
        && (1..=most).contains(&number)
    {
        return Ok(number);
    }
    content_rules(py)?.call_method1("count", (value, name, most))?.extract()
}

fn sketcher(py: Python<'_>, shingle: Whole<'_>, permutations: Whole<'_>) -> PyResult<(Sketcher, usize)> {
    let shingle = count(py, shingle, "shingle", MOST_SHINGLE)?;
    let permutations = count(py, permutations, "permutations", MOST_PERMUTATIONS)?;
    Ok((Sketcher::new(shingle, permutations), permutations))
}

fn chunker_of<'py>(
    py: Python<'py>,
    minimum: Whole<'py>,
    average: Whole<'py>,
    maximum: Whole<'py>,
) -> PyResult<simone_hash::Chunker> {
    let sizes = content_rules(py)?.call_method1("chunk_sizes", (minimum, average, maximum))?;
    let (minimum, average, maximum) = sizes.extract()?;
    Ok(simone_hash::Chunker::new(minimum, average, maximum))
}

fn finished(py: Python<'_>) -> PyErr {
    match content_rules(py).and_then(|rules| rules.call_method0("finished")) {
        Ok(refusal) => PyErr::from_value(refusal),
        Err(error) => error,
    }
}

/// The ends of chunks within `data`, found while other Python threads run.
fn cuts_in(chunker: &mut simone_hash::Chunker, data: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
    let py = data.py();
    let mut feed = |bytes: &[u8]| {
        py.detach(|| {
            let mut cuts = Vec::new();
            chunker.feed(bytes, &mut cuts);
            cuts
        })
    };
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(feed(bytes.as_bytes()));
    }
    let octets = content_rules(py)?.call_method1("octets", (data,))?.cast_into::<PyArray1<u8>>()?;
    Ok(feed(octets.try_readonly()?.as_slice()?))
}

fn boundaries<'py>(py: Python<'py>, cuts: Vec<u64>) -> PyResult<Bound<'py, PyArray1<i64>>> {
    Ok(cuts.into_iter().map(whole).collect::<PyResult<Vec<_>>>()?.into_pyarray(py))
}

/// `fingerprints` as a contiguous matrix, converted where the rules allow it.
fn borrowed_slots<'py>(fingerprints: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArray2<'py, u32>> {
    let fit = content_rules(fingerprints.py())?.call_method1("fingerprints", (fingerprints,))?;
    Ok(fit.cast_into::<PyArray2<u32>>()?.try_readonly()?)
}

fn share(equal: usize, width: usize) -> f64 {
    equal as f64 / width as f64
}

fn whole<N: TryInto<i64, Error: std::fmt::Display>>(number: N) -> PyResult<i64> {
    number.try_into().map_err(unexpected)
}

/// The bytes of a str (UTF-8) or bytes object; none for anything else, such as a str with lone surrogates.
fn bytes_of<'a>(item: &'a Bound<'_, PyAny>) -> Option<&'a [u8]> {
    if let Ok(text) = item.cast::<PyString>() {
        return text.to_str().ok().map(str::as_bytes);
    }
    item.cast::<PyBytes>().ok().map(|bytes| bytes.as_bytes())
}
