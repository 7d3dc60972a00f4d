//! `simone-similarity` for Python.
//!
//! Not for computing.

use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;
use simone_similarity::{
    Coarse, Compressed, Level, NonFinite, ROWS_PER_TASK, Ranked, Rows, WIDEST, alignment, coarsen, compress, cosines,
    euclidean, halves_of, normalize, top_k_compressed,
};

use crate::Kernels;
use crate::arrays::{Matrix, mask, matrix, not_finite, row, rules, single, table, unexpected, view};
use crate::pool::ALONE;

type TopK<'py> = (Bound<'py, PyArray2<i64>>, Bound<'py, PyArray2<f32>>);
type Certificates<'py> = (Bound<'py, PyArray2<i64>>, Bound<'py, PyArray2<f32>>, Bound<'py, PyArray1<f32>>);
type Packed<'py> = (Bound<'py, PyArray2<i8>>, Bound<'py, PyArray1<f32>>, Bound<'py, PyArray1<f32>>);
type Halves<'py> = (Bound<'py, PyArray2<u8>>, Bound<'py, PyArray1<f32>>, Bound<'py, PyArray1<f32>>);
type Scan = fn(Level, &[f32], Rows<'_>, &mut [f32]) -> Result<(), NonFinite>;

#[pymethods]
impl Kernels {
    fn cosine_similarity_batch<'py>(
        &self,
        query: &Bound<'py, PyAny>,
        rows: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        self.scan(query, rows, cosines)
    }

    fn euclidean_distance_batch<'py>(
        &self,
        query: &Bound<'py, PyAny>,
        rows: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        self.scan(query, rows, euclidean)
    }

    #[pyo3(signature = (queries, rows, k, mask = None))]
    fn top_k_similarity<'py>(
        &self,
        queries: &Bound<'py, PyAny>,
        rows: &Bound<'py, PyAny>,
        k: i64,
        mask: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<TopK<'py>> {
        let py = rows.py();
        let array = matrix(rows, "rows")?;
        let asked = Queries::new(queries)?;
        let (table, asked_rows) = (view(&array)?, asked.view()?);
        if asked_rows.width() != table.width() || k < 0 {
            rules(py)?.call_method1("ranking", (asked_rows.width(), table.width(), k))?;
        }
        let allowed = self::mask(mask, table.count())?;
        let allowed = allowed.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
        let width = width_of(k, table.count(), allowed)?;
        let work = if table.count() > ROWS_PER_TASK { usize::MAX } else { table.values().len().min(ALONE) };
        let found = self.pool.run(py, work, || {
            asked_rows.finite()?;
            simone_similarity::top_k(self.level, asked_rows, table, width, allowed)
        })?;
        let found = found.map_err(|place| not_finite(py, place, &[(queries, "queries"), (array.as_any(), "rows")]))?;
        ranking(py, &found, width)
    }

    fn compress_rows<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Packed<'py>> {
        let py = rows.py();
        let array = matrix(rows, "rows")?;
        let table = view(&array)?;
        if table.width() > WIDEST {
            rules(py)?.call_method1("compressible", (table.width(),))?;
        }
        let codes = PyArray2::zeros(py, [table.count(), table.width()], false);
        let (scales, residuals) =
            (PyArray1::zeros(py, table.count(), false), PyArray1::zeros(py, table.count(), false));
        let (mut places, mut steps, mut rests) = (codes.readwrite(), scales.readwrite(), residuals.readwrite());
        let (places, steps, rests) = (places.as_slice_mut()?, steps.as_slice_mut()?, rests.as_slice_mut()?);
        self.pool
            .run(py, table.values().len(), || compress(self.level, table, places, steps, rests))?
            .map_err(|place| not_finite(py, place, &[(array.as_any(), "rows")]))?;
        Ok((codes, scales, residuals))
    }

    fn coarsen_codes<'py>(&self, compressed: &Bound<'py, PyAny>) -> PyResult<Halves<'py>> {
        let py = compressed.py();
        let packed = rules(py)?.call_method1("coarsenable", (compressed,))?;
        let (codes, scales, residuals): Packed<'py> = packed.extract()?;
        let [count, width] = [0, 1].map(|axis| codes.shape().get(axis).copied().unwrap_or_default());
        let (codes, scales, residuals) = (codes.try_readonly()?, scales.try_readonly()?, residuals.try_readonly()?);
        let packed =
            Compressed { codes: codes.as_slice()?, scales: scales.as_slice()?, residuals: residuals.as_slice()? };
        let halves = PyArray2::zeros(py, [count, halves_of(width)], false);
        let (factors, wider) = (PyArray1::zeros(py, count, false), PyArray1::zeros(py, count, false));
        let (mut places, mut steps, mut rests) = (halves.readwrite(), factors.readwrite(), wider.readwrite());
        let (places, steps, rests) = (places.as_slice_mut()?, steps.as_slice_mut()?, rests.as_slice_mut()?);
        self.pool.run(py, packed.codes.len(), || coarsen(packed, width, places, steps, rests))?;
        Ok((halves, factors, wider))
    }

    #[pyo3(signature = (queries, rows, compressed, k, mask = None, coarse = None))]
    fn top_k_compressed<'py>(
        &self,
        queries: &Bound<'py, PyAny>,
        rows: &Bound<'py, PyAny>,
        compressed: &Bound<'py, PyAny>,
        k: i64,
        mask: Option<&Bound<'py, PyAny>>,
        coarse: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Certificates<'py>> {
        let py = rows.py();
        let array = matrix(rows, "rows")?;
        let asked = Queries::new(queries)?;
        let (table, asked_rows) = (view(&array)?, asked.view()?);
        if asked_rows.width() != table.width() || k < 0 {
            rules(py)?.call_method1("ranking", (asked_rows.width(), table.width(), k))?;
        }
        let packed = rules(py)?.call_method1("compressed", (compressed, (table.count(), table.width())))?;
        let (codes, scales, residuals): Packed<'py> = packed.extract()?;
        let (codes, scales, residuals) = (codes.try_readonly()?, scales.try_readonly()?, residuals.try_readonly()?);
        let packed =
            Compressed { codes: codes.as_slice()?, scales: scales.as_slice()?, residuals: residuals.as_slice()? };
        let halves: Option<Halves<'py>> = coarse
            .map(|coarse| rules(py)?.call_method1("coarse", (coarse, (table.count(), table.width())))?.extract())
            .transpose()?;
        let halves = halves
            .map(|(halves, factors, wider)| {
                Ok::<_, PyErr>((halves.try_readonly()?, factors.try_readonly()?, wider.try_readonly()?))
            })
            .transpose()?;
        let coarse = match &halves {
            Some((halves, factors, wider)) => {
                Some(Coarse { halves: halves.as_slice()?, scales: factors.as_slice()?, residuals: wider.as_slice()? })
            }
            None => None,
        };
        let allowed = self::mask(mask, table.count())?;
        let allowed = allowed.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
        let width = width_of(k, table.count(), allowed)?;
        let work = table.values().len().saturating_mul(asked_rows.count());
        let found = self
            .pool
            .run(py, work, || top_k_compressed(self.level, asked_rows, table, packed, coarse, width, allowed))?;
        let found = found.map_err(|place| not_finite(py, place, &[(queries, "queries")]))?;
        let (best, certificates): (Vec<_>, Vec<_>) =
            found.into_iter().map(|found| (found.best, found.certificate)).unzip();
        let (indices, scores) = ranking(py, &best, width)?;
        Ok((indices, scores, certificates.into_pyarray(py)))
    }

    fn similarity_matrix<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let py = rows.py();
        let array = matrix(rows, "rows")?;
        let table = view(&array)?;
        let count = table.count();
        let out = PyArray2::zeros(py, [count, count], false);
        let mut places = out.readwrite();
        let places = places.as_slice_mut()?;
        self.pool
            .run(py, table.values().len().saturating_mul(count), || {
                simone_similarity::similarity_matrix(self.level, table, places)
            })?
            .map_err(|place| not_finite(py, place, &[(array.as_any(), "rows")]))?;
        Ok(out)
    }

    fn vector_normalize_batch<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let py = rows.py();
        let array = matrix(rows, "rows")?;
        let table = view(&array)?;
        let out = PyArray2::zeros(py, [table.count(), table.width()], false);
        let mut places = out.readwrite();
        let places = places.as_slice_mut()?;
        self.pool
            .run(py, table.values().len(), || normalize(self.level, table, places))?
            .map_err(|place| not_finite(py, place, &[(array.as_any(), "rows")]))?;
        Ok(out)
    }

    fn token_alignment_batch<'py>(
        &self,
        claims: &Bound<'py, PyAny>,
        evidences: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Bound<'py, PyArray1<f32>>>> {
        let py = claims.py();
        if claims.len()? != evidences.len()? {
            rules(py)?.call_method1("one_each", (claims, evidences))?;
        }
        let mut held = Vec::new();
        for (number, (claim, evidence)) in claims.try_iter()?.zip(evidences.try_iter()?).enumerate() {
            let claim = matrix(&claim?, &format!("claim {number}"))?;
            held.push((claim, matrix(&evidence?, &format!("evidence {number}"))?));
        }
        let mut pairs = Vec::new();
        for (number, (claim, evidence)) in held.iter().enumerate() {
            let (claim, evidence) = (view(claim)?, view(evidence)?);
            if evidence.count() > 0 && claim.width() != evidence.width() {
                rules(py)?.call_method1("same_columns", (number, claim.width(), evidence.width()))?;
            }
            pairs.push((claim, evidence));
        }
        let work = pairs.iter().map(|(claim, evidence)| claim.values().len().saturating_mul(evidence.count())).sum();
        let scores = self.pool.run(py, work, || align(self.level, &pairs))?;
        if let Err((number, place)) = scores {
            let (claim, evidence) = held.get(number).ok_or_else(|| unexpected(place))?;
            let named = [format!("claim {number}"), format!("evidence {number}")];
            let [first, second] = &named;
            return Err(not_finite(py, place, &[(claim.as_any(), first), (evidence.as_any(), second)]));
        }
        Ok(scores.into_iter().flatten().map(|line| line.into_pyarray(py)).collect())
    }
}

impl Kernels {
    fn scan<'py>(
        &self,
        query: &Bound<'py, PyAny>,
        rows: &Bound<'py, PyAny>,
        kernel: Scan,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let py = rows.py();
        let array = matrix(rows, "rows")?;
        let asked = row(query, "query")?;
        let (table, asked_row) = (view(&array)?, single(&asked)?);
        if asked_row.width() != table.width() {
            rules(py)?.call_method1("row", (query, "query", table.width()))?;
        }
        let (out, done) = self.pool.run(py, table.values().len(), || {
            let mut out = vec![0.0; table.count()];
            let done = asked_row.finite().and_then(|()| kernel(self.level, asked_row.values(), table, &mut out));
            (out, done)
        })?;
        done.map_err(|place| not_finite(py, place, &[(array.as_any(), "rows"), (asked.as_any(), "query")]))?;
        Ok(crate::arrays::array(py, out))
    }
}

/// One query or several.
enum Queries<'py> {
    One(PyReadonlyArray1<'py, f32>),
    Many(Matrix<'py>),
}

impl<'py> Queries<'py> {
    fn new(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = object.cast::<numpy::PyUntypedArray>()
            && array.ndim() == 1
        {
            return Ok(Self::One(row(object, "queries")?));
        }
        if object.cast::<numpy::PyUntypedArray>().is_ok_and(|array| array.ndim() == 2) {
            return Ok(Self::Many(matrix(object, "queries")?));
        }
        rules(object.py())?.call_method1("shaped", (object, "queries", 1, 2))?;
        Err(unexpected("queries"))
    }

    fn view(&self) -> PyResult<Rows<'_>> {
        match self {
            Self::One(array) => single(array),
            Self::Many(array) => view(array),
        }
    }
}

type Aligned = Result<Vec<Vec<f32>>, (usize, NonFinite)>;

fn align(level: Level, pairs: &[(Rows<'_>, Rows<'_>)]) -> Aligned {
    use rayon::prelude::*;
    let one = |(number, (claim, evidence)): (usize, &(Rows<'_>, Rows<'_>))| {
        claim.finite().and_then(|()| evidence.finite()).map_err(|place| (number, place))?;
        Ok(alignment(level, *claim, *evidence))
    };
    if let [only] = pairs {
        return Ok(vec![one((0, only))?]);
    }
    if rayon::current_thread_index().is_none() {
        return pairs.iter().enumerate().map(one).collect();
    }
    let found: Vec<_> = pairs.par_iter().enumerate().map(one).collect();
    found.into_iter().collect()
}

/// How many rows come back: `k`, or as many as are allowed.
fn width_of(k: i64, count: usize, allowed: Option<&[bool]>) -> PyResult<usize> {
    let count = allowed.map_or(count, |mask| mask.iter().filter(|allowed| **allowed).count());
    Ok(usize::try_from(k).map_err(unexpected)?.min(count))
}

fn ranking<'py>(py: Python<'py>, found: &[Vec<Ranked>], width: usize) -> PyResult<TopK<'py>> {
    let all = || found.iter().flatten();
    let indices = all().map(|ranked| i64::try_from(ranked.index)).collect::<Result<Vec<_>, _>>();
    let scores = all().map(|ranked| ranked.score).collect();
    Ok((table(py, indices.map_err(unexpected)?, found.len(), width)?, table(py, scores, found.len(), width)?))
}
