//! Which entries' time ends next.
//!
//! Not a clock: times come from whoever calls.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// When time ends, the number of the put, the node.
type Ending = Reverse<(Moment, u64, u32)>;

/// Entries in the order in which their time ends. Those that are gone by then are passed over.
#[derive(Debug, Default)]
pub struct Endings {
    heap: BinaryHeap<Ending>,
}

/// Seconds, in total order.
#[derive(Clone, Copy, Debug)]
struct Moment(f64);

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Endings {
    pub fn add(&mut self, at: f64, number: u64, node: u32) {
        self.heap.push(Reverse((Moment(at), number, node)));
    }

    /// The next one that has ended by `now`, as (number of the put, node).
    pub fn ended(&mut self, now: f64) -> Option<(u64, u32)> {
        let &Reverse((at, number, node)) = self.heap.peek()?;
        if at.0 > now {
            return None;
        }
        self.heap.pop();
        Some((number, node))
    }

    /// Forgets those that are gone, once they are most of what is held; `live` are not.
    pub fn tidy(&mut self, live: usize, is_live: impl Fn(u64, u32) -> bool) {
        if self.heap.len() > 2 * live + 64 {
            self.heap.retain(|&Reverse((_, number, node))| is_live(number, node));
        }
    }
}
