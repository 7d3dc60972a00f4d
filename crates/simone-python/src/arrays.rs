//! Borrowing NumPy arrays, and asking `simone.kernels.arrays` about those that cannot be borrowed.
//!
//! Not for rules: Python holds them, so that every backend refuses alike.

use numpy::ndarray::Array2;
use numpy::{
    Element, IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods,
};
use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;
use simone_similarity::{NonFinite, Rows};

pub type Matrix<'py> = PyReadonlyArray2<'py, f32>;

/// The module that says what an argument must be.
pub fn rules(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    static RULES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    module(py, &RULES, "simone.kernels.arrays")
}

/// A module, looked up once: asking the interpreter anew takes longer than many a call.
pub fn module<'py>(py: Python<'py>, found: &PyOnceLock<Py<PyModule>>, name: &str) -> PyResult<Bound<'py, PyModule>> {
    Ok(found.get_or_try_init(py, || py.import(name).map(Bound::unbind))?.bind(py).clone())
}

/// Values up to which copying them into memory of NumPy's takes less time than handing memory over.
const FEW: usize = 256;

/// Values as an array.
pub fn array<T: Element + Copy>(py: Python<'_>, values: Vec<T>) -> Bound<'_, PyArray1<T>> {
    if values.len() > FEW { values.into_pyarray(py) } else { PyArray1::from_slice(py, &values) }
}

/// Values as an array of `count` rows.
pub fn table<T: Element + Copy>(
    py: Python<'_>,
    values: Vec<T>,
    count: usize,
    width: usize,
) -> PyResult<Bound<'_, PyArray2<T>>> {
    if values.len() <= FEW {
        return array(py, values).reshape([count, width]);
    }
    Ok(Array2::from_shape_vec((count, width), values).map_err(unexpected)?.into_pyarray(py))
}

/// A named tuple of the contract.
pub struct Named {
    module: &'static str,
    name: &'static str,
    kind: PyOnceLock<Py<PyAny>>,
}

impl Named {
    pub const fn new(module: &'static str, name: &'static str) -> Self {
        Self { module, name, kind: PyOnceLock::new() }
    }

    /// One with these fields, made as `tuple` makes it: what is written in Python to make one takes longer than many a call.
    pub fn of<'py, F>(&'static self, py: Python<'py>, fields: F) -> PyResult<Bound<'py, PyAny>>
    where
        F: IntoPyObject<'py, Target = PyTuple>,
        F::Error: Into<PyErr>,
        (Bound<'py, PyAny>, F): PyCallArgs<'py>,
    {
        static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let make = MAKE.get_or_try_init(py, || py.get_type::<PyTuple>().getattr("__new__").map(Bound::unbind))?;
        let kind = self.kind.import(py, self.module, self.name)?.clone();
        make.bind(py).call1((kind, fields))
    }
}

/// `object` as a contiguous float32 matrix, converted where the rules allow it.
pub fn matrix<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Matrix<'py>> {
    if let Ok(array) = object.cast::<PyArray2<f32>>()
        && array.is_c_contiguous()
        && array.is_aligned()
    {
        return Ok(array.try_readonly()?);
    }
    let shaped = rules(object.py())?.call_method1("shaped", (object, name, 2))?;
    Ok(shaped.cast_into::<PyArray2<f32>>()?.try_readonly()?)
}

/// `object` as one contiguous float32 row.
pub fn row<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<PyReadonlyArray1<'py, f32>> {
    if let Ok(array) = object.cast::<PyArray1<f32>>()
        && array.is_c_contiguous()
        && array.is_aligned()
    {
        return Ok(array.try_readonly()?);
    }
    let shaped = rules(object.py())?.call_method1("shaped", (object, name, 1))?;
    Ok(shaped.cast_into::<PyArray1<f32>>()?.try_readonly()?)
}

/// `object` as a bool for each of `count` rows, or none where it is None.
pub fn mask<'py>(object: Option<&Bound<'py, PyAny>>, count: usize) -> PyResult<Option<PyReadonlyArray1<'py, bool>>> {
    let Some(object) = object else { return Ok(None) };
    if let Ok(array) = object.cast::<PyArray1<bool>>()
        && array.is_c_contiguous()
        && array.len() == count
    {
        return Ok(Some(array.try_readonly()?));
    }
    let shaped = rules(object.py())?.call_method1("mask", (object, count))?;
    Ok(Some(shaped.cast_into::<PyArray1<bool>>()?.try_readonly()?))
}

/// The borrowed values of a matrix.
pub fn view<'a>(array: &'a Matrix<'_>) -> PyResult<Rows<'a>> {
    let &[count, width] = array.shape() else { return Err(unexpected("a matrix without two dimensions")) };
    Rows::new(array.as_slice()?, count, width).map_err(unexpected)
}

/// The borrowed values of one row.
pub fn single<'a>(array: &'a PyReadonlyArray1<'_, f32>) -> PyResult<Rows<'a>> {
    let values = array.as_slice()?;
    Rows::new(values, 1, values.len()).map_err(unexpected)
}

/// The error of the rules about the first of `arrays` that holds a value that is not finite.
pub fn not_finite(py: Python<'_>, found: NonFinite, arrays: &[(&Bound<'_, PyAny>, &str)]) -> PyErr {
    let refused = || -> PyResult<()> {
        let rules = rules(py)?;
        for (array, name) in arrays {
            rules.call_method1("finite", (array, name))?;
        }
        Ok(())
    };
    refused().err().unwrap_or_else(|| unexpected(found))
}

/// What should have been refused before.
pub fn unexpected(what: impl std::fmt::Display) -> PyErr {
    PyRuntimeError::new_err(what.to_string())
}
