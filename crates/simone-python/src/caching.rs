//! `simone-cache` for Python.
//!
//! Not for deciding what may be cached.
//!
//! Values are kept by reference. The interpreter's lock makes each call whole; the lock here only tells the compiler so.
//! INVARIANT: nothing that can run Python code happens while it is held, so nobody ever waits for it: values that are let
//! go of are released, and the clock is asked, outside.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyTuple};
use simone_cache::{Cache, Found, Key, Terms};

use crate::Kernels;
use crate::arrays::{Named, module, unexpected};
use crate::hashing::Whole;

#[pymethods]
impl Kernels {
    fn bounded_cache(&self, limit_bytes: Whole<'_>, now_s: Bound<'_, PyAny>) -> PyResult<BoundedCache> {
        let limit: u64 = caching_rules(now_s.py())?.call_method1("limit", (limit_bytes,))?.extract()?;
        Ok(BoundedCache { held: Mutex::new(Held { cache: Cache::new(limit), now_s: Some(now_s.unbind()) }) })
    }
}

/// Implements `contract.caching.BoundedCache`.
#[pyclass(frozen, module = "simone.kernels._rust")]
pub struct BoundedCache {
    held: Mutex<Held>,
}

struct Held {
    cache: Cache<Py<PyAny>>,
    /// None once the garbage collector has taken the object apart.
    now_s: Option<Py<PyAny>>,
}

#[pymethods]
impl BoundedCache {
    /// The value kept under `key` while its time is not over; None if there is none.
    fn get(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
        let py = key.py();
        with_key(key, |key| match self.look(py, key, None) {
            Looked::Kept(value) => Ok(Some(value)),
            Looked::Nothing => Ok(None),
            Looked::Timed => match self.look(py, key, Some(self.now(py)?)) {
                Looked::Kept(value) => Ok(Some(value)),
                Looked::Nothing | Looked::Timed => Ok(None),
            },
        })?
    }

    /// Keep a value in place of what was there; False, and nothing is kept under `key`, if it exceeds the limit.
    #[pyo3(signature = (key, value, size_bytes, ttl_s = None, salience = Real::Number(0.0), tags = None))]
    fn put(
        &self,
        key: &Bound<'_, PyAny>,
        value: Py<PyAny>,
        size_bytes: Whole<'_>,
        ttl_s: Option<Bound<'_, PyAny>>,
        salience: Real<'_>,
        tags: Option<Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let py = key.py();
        let size = size(py, size_bytes)?;
        let ttl = ttl_s.map(|given| caching_rules(py)?.call_method1("ttl", (given,))?.extract::<f64>()).transpose()?;
        let salience = salience_of(py, salience)?;
        let tags = tags_of(tags)?;
        let is_timed = ttl.is_some() || self.lock().cache.is_timed();
        let now = if is_timed { Some(self.now(py)?) } else { None };
        let ends = ttl.map_or(f64::INFINITY, |ttl| now.unwrap_or(0.0) + ttl);
        let mut gone = Vec::new();
        with_key(key, |key| self.lock().cache.put(key, value, Terms { size, ends, salience, tags }, now, &mut gone))
    }

    /// Let go of one entry; whether there was one, its time over or not.
    fn remove(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let mut gone = Vec::new();
        with_key(key, |key| self.lock().cache.remove(key, &mut gone))
    }

    /// Let go of every entry put with `tag`; how many there were.
    fn drop(&self, tag: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut gone = Vec::new();
        let tag: Bound<'_, PyBytes> = caching_rules(tag.py())?.call_method1("tag", (tag,))?.cast_into()?;
        Ok(self.lock().cache.drop_tag(tag.as_bytes(), &mut gone))
    }

    /// Let go of everything; the counts go on, what was learned of the accesses is forgotten.
    fn clear(&self) {
        let mut gone = Vec::new();
        self.lock().cache.clear(&mut gone);
    }

    /// Counts since the cache was made, and what it holds now.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static COUNTS: Named = Named::new("simone.kernels.contract.caching", "CacheCounts");
        let counts = self.lock().cache.counts();
        let done = (counts.hits, counts.misses, counts.evictions, counts.expired, counts.refused);
        let (hits, misses, evictions, expired, refused) = done;
        COUNTS.of(py, (hits, misses, evictions, expired, refused, counts.entries, counts.bytes, counts.limit))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(held) = self.held.try_lock() {
            for value in held.cache.values() {
                visit.call(value)?;
            }
            visit.call(&held.now_s)?;
        }
        Ok(())
    }

    fn __clear__(&self) {
        let mut gone = Vec::new();
        let mut held = self.lock();
        held.cache.clear(&mut gone);
        let now_s = held.now_s.take();
        drop(held);
        drop((gone, now_s));
    }
}

/// What a look into the cache gave.
enum Looked {
    Kept(Py<PyAny>),
    Nothing,
    Timed,
}

impl BoundedCache {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, py: Python<'_>, key: Key<'_>, now: Option<f64>) -> Looked {
        let mut gone = Vec::new(); // declared before the lock is taken, so dropped after it is released
        let mut held = self.lock();
        match held.cache.get(key, now, &mut gone) {
            Found::Kept(value) => Looked::Kept(value.clone_ref(py)),
            Found::Nothing => Looked::Nothing,
            Found::Timed => Looked::Timed,
        }
    }

    fn now(&self, py: Python<'_>) -> PyResult<f64> {
        let now_s = self.lock().now_s.as_ref().map(|now_s| now_s.clone_ref(py));
        now_s.ok_or_else(|| unexpected("the cache was taken apart by the garbage collector"))?.call0(py)?.extract(py)
    }
}

/// A number, or what was given in its place.
#[derive(FromPyObject, IntoPyObject)]
enum Real<'py> {
    Number(f64),
    #[pyo3(transparent)]
    Other(Bound<'py, PyAny>),
}

/// The module that says what the arguments of this family must be.
fn caching_rules(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    static RULES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    module(py, &RULES, "simone.kernels.cache_rules")
}

/// What `work` makes of a key, whose bytes are borrowed where it is bytes, or text without lone surrogates.
#[inline]
fn with_key<T>(key: &Bound<'_, PyAny>, work: impl FnOnce(Key<'_>) -> T) -> PyResult<T> {
    if let Ok(text) = key.cast::<PyString>() {
        if let Ok(text) = text.to_str() {
            return Ok(work(Key::new(text.as_bytes(), true)));
        }
    } else if let Ok(bytes) = key.cast::<PyBytes>() {
        return Ok(work(Key::new(bytes.as_bytes(), false)));
    }
    let (is_text, bytes): (bool, Bound<'_, PyBytes>) =
        caching_rules(key.py())?.call_method1("key", (key,))?.extract()?;
    Ok(work(Key::new(bytes.as_bytes(), is_text)))
}

fn size(py: Python<'_>, given: Whole<'_>) -> PyResult<u64> {
    if let Whole::Number(number @ 1..=0x20_0000_0000_0000) = given {
        return u64::try_from(number).map_err(unexpected);
    }
    caching_rules(py)?.call_method1("size", (given,))?.extract()
}

fn salience_of(py: Python<'_>, given: Real<'_>) -> PyResult<f64> {
    if let Real::Number(number) = given
        && (0.0..=1.0).contains(&number)
    {
        return Ok(number);
    }
    caching_rules(py)?.call_method1("salience", (given,))?.extract()
}

fn tags_of(given: Option<Bound<'_, PyAny>>) -> PyResult<Vec<Box<[u8]>>> {
    let Some(tags) = given else { return Ok(Vec::new()) };
    if tags.cast::<PyTuple>().is_ok_and(|tags| tags.is_empty()) {
        return Ok(Vec::new());
    }
    let tags: Vec<Vec<u8>> = caching_rules(tags.py())?.call_method1("tags", (tags,))?.extract()?;
    Ok(tags.into_iter().map(Vec::into_boxed_slice).collect())
}
