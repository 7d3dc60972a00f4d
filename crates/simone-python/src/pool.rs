//! The threads that serve, started when first needed.
//!
//! Not for deciding what is worth a thread: the crates that compute do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Work (values or bytes touched) from which a call is handed to the pool; below, it runs where it is.
const WORTH_THREADS: usize = 1 << 16;
/// Work of a call that uses one thread, whatever its size.
pub const ALONE: usize = WORTH_THREADS - 1;
/// Work from which other Python threads may run meanwhile.
const WORTH_DETACHING: usize = 1 << 11;

/// A thread pool that is made on first use, and anew in a forked process, where the old threads do not exist.
pub struct Pool {
    threads: usize,
    made: Mutex<Option<(u32, Arc<ThreadPool>)>>,
    /// Calls that its threads serve now.
    served: AtomicUsize,
}

/// Counts a call for as long as it is there.
struct Served<'a>(&'a AtomicUsize);

impl<'a> Served<'a> {
    fn new(served: &'a AtomicUsize) -> Self {
        served.fetch_add(1, Ordering::Relaxed);
        Self(served)
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub fn new(threads: usize) -> Self {
        Self { threads, made: Mutex::new(None), served: AtomicUsize::new(0) }
    }

    /// Runs `compute`, which touches `work` values, with or without other threads; the result is the same.
    pub fn run<T: Send>(&self, py: Python<'_>, work: usize, compute: impl FnOnce() -> T + Send) -> PyResult<T> {
        if work < WORTH_DETACHING {
            return Ok(compute());
        }
        if work < WORTH_THREADS {
            return Ok(py.detach(compute));
        }
        let pool = self.pool()?;
        let _served = Served::new(&self.served);
        Ok(py.detach(|| pool.install(compute)))
    }

    /// Runs what takes a moment, by the threads of the pool where they have nothing else to do: it would wait for all of
    /// that, and does not wait where it is.
    pub fn run_at_once<T: Send>(&self, py: Python<'_>, compute: impl FnOnce() -> T + Send) -> PyResult<T> {
        let work = if self.served.load(Ordering::Relaxed) == 0 { WORTH_THREADS } else { ALONE };
        self.run(py, work, compute)
    }

    fn pool(&self) -> PyResult<Arc<ThreadPool>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if let Some((owner, pool)) = made.as_ref()
            && *owner == process
        {
            return Ok(pool.clone());
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .thread_name(|number| format!("simone-kernels-{number}"))
            .build()
            .map_err(|error| PyRuntimeError::new_err(format!("cannot start threads for the kernels: {error}")))?;
        let pool = Arc::new(pool);
        // the pool of the parent process is left alone: its threads are not here to be told to stop
        std::mem::forget(made.replace((process, pool.clone())));
        Ok(pool)
    }
}
