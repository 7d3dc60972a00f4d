//! The cache: what is asked for, put, and let go of.
//!
//! Not for lists and counters: `lists` and `sketch` hold them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashTable;

use crate::key::Key;
use crate::lists::{Lists, Node, Place};
use crate::sketch::Sketch;
use crate::timing::Endings;

/// Entries that are looked at for the least salient one.
const LOOKED_AT: usize = 8;
/// What one access weighs, in units of worth: a salience of 1 is worth as much as 16 accesses.
const WEIGHT: u32 = 64;
/// Of each kind three keys are remembered for so many entries.
const REMEMBERED: usize = 20;
const WORTH_OF_SALIENCE: f64 = 1024.0;

/// How an entry is kept.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What it counts for, 1 or more.
    pub size: u64,
    /// When it may no longer be served; infinite for ever.
    pub ends: f64,
    /// How dear it is, 0 to 1.
    pub salience: f64,
    /// What it depends on, each once.
    pub tags: Vec<Box<[u8]>>,
}

/// What is found under a key.
#[derive(Debug)]
pub enum Found<'a, V> {
    /// The value.
    Kept(&'a V),
    /// Nothing, or what is no longer to be served.
    Nothing,
    /// An entry whose time ends; nothing is counted yet: ask again with the time.
    Timed,
}

/// What a cache did since it was made, and what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found.
    pub hits: u64,
    /// Not found.
    pub misses: u64,
    /// Let go of for others.
    pub evictions: u64,
    /// Let go of as their time was over.
    pub expired: u64,
    /// Larger than the limit.
    pub refused: u64,
    /// Held now.
    pub entries: usize,
    /// Held now.
    pub bytes: u64,
    /// Held at most.
    pub limit: u64,
}

/// Values by key, of at most so many bytes. Values that are let go of are handed to the caller in `gone`.
#[derive(Debug)]
pub struct Cache<V> {
    lists: Lists<V>,
    kept: HashTable<u32>,
    left: HashTable<u32>,
    tags: BTreeMap<Arc<[u8]>, BTreeSet<u32>>,
    endings: Endings,
    /// Entries whose time ends.
    timed: usize,
    sketch: Sketch,
    /// Bytes that the window is meant to have.
    window: u64,
    puts: u64,
    counts: Counts,
}

impl<V> Cache<V> {
    /// An empty cache of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self {
            lists: Lists::new(),
            kept: HashTable::new(),
            left: HashTable::new(),
            tags: BTreeMap::new(),
            endings: Endings::default(),
            timed: 0,
            sketch: Sketch::new(),
            window: limit / 50,
            puts: 0,
            counts: Counts { limit, ..Counts::default() },
        }
    }

    /// What was done and is held.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether the time matters to the next put.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.timed > 0
    }

    /// All values held.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.lists.values()
    }

    /// The value under a key; `now` is needed only for entries whose time ends.
    #[inline]
    pub fn get(&mut self, key: Key<'_>, now: Option<f64>, gone: &mut Vec<V>) -> Found<'_, V> {
        let found = self.index_of(key);
        let ends = found.map_or(f64::INFINITY, |index| self.lists.node(index).ends);
        let is_over = match now {
            _ if ends == f64::INFINITY => false,
            None => return Found::Timed,
            Some(now) => ends <= now,
        };
        self.sketch.note(key.hash);
        let Some(index) = found else {
            self.counts.misses += 1;
            return Found::Nothing;
        };
        if is_over {
            self.counts.misses += 1;
            self.counts.expired += 1;
            gone.extend(self.release(index));
            return Found::Nothing;
        }
        self.counts.hits += 1;
        match self.lists.node(index).place() {
            Place::Trial => {
                self.lists.move_to(index, Place::Proven);
                self.keep_room_for_trials();
            }
            place => self.lists.move_to(index, place),
        }
        self.lists.node(index).value.as_ref().map_or(Found::Nothing, Found::Kept)
    }

    /// Keeps a value in place of what was there; whether it is kept, which it is unless it is larger than the limit.
    pub fn put(&mut self, key: Key<'_>, value: V, terms: Terms, now: Option<f64>, gone: &mut Vec<V>) -> bool {
        if let Some(now) = now {
            self.end_what_is_over(now, gone);
        }
        let before = self.index_of(key).map(|index| {
            let place = self.lists.node(index).place();
            gone.extend(self.release(index));
            place
        });
        let Terms { size, ends, salience, tags } = terms;
        if size > self.counts.limit {
            self.counts.refused += 1;
            gone.push(value);
            return false;
        }
        let worth = worth_of(salience);
        let is_full = self.counts.bytes + size > self.counts.limit;
        let place = match (before, self.learn(key.hash, size)) {
            (Some(place), _) => place,
            (None, Place::LeftWindow) => Place::Trial,
            (None, Place::LeftMain) if !is_full || self.is_better(key.hash, worth) => Place::Trial,
            (None, _) => Place::Window,
        };
        let coming = if place == Place::Window { size } else { 0 };
        while self.counts.bytes + size > self.counts.limit {
            self.let_one_go(coming, gone);
        }
        if is_full {
            self.empty_window_to_its_size();
        }
        self.puts += 1;
        let mut node = Node::trace(key.hash);
        node.key = key.bytes.into();
        node.is_text = key.is_text;
        node.value = Some(value);
        node.size = size;
        node.ends = ends;
        node.number = self.puts;
        node.worth = worth;
        self.insert(node, place, &tags);
        if !is_full {
            self.empty_window_to_its_size();
        }
        true
    }

    /// Lets go of one entry; whether there was one.
    pub fn remove(&mut self, key: Key<'_>, gone: &mut Vec<V>) -> bool {
        let found = self.index_of(key);
        gone.extend(found.and_then(|index| self.release(index)));
        found.is_some()
    }

    /// Lets go of every entry with that tag; how many there were.
    pub fn drop_tag(&mut self, tag: &[u8], gone: &mut Vec<V>) -> usize {
        let indices = self.tags.remove(tag).unwrap_or_default();
        for &index in &indices {
            gone.extend(self.release(index));
        }
        indices.len()
    }

    /// Lets go of everything, and forgets what was learned; the counts go on.
    pub fn clear(&mut self, gone: &mut Vec<V>) {
        let Counts { limit, .. } = self.counts;
        let counts = Counts { entries: 0, bytes: 0, ..self.counts };
        let puts = self.puts;
        let cleared = std::mem::replace(self, Self { counts, puts, ..Self::new(limit) });
        gone.extend(cleared.lists.into_values());
    }

    #[inline]
    fn index_of(&self, key: Key<'_>) -> Option<u32> {
        let is_it = |&index: &u32| {
            let node = self.lists.node(index);
            node.hash == key.hash && node.is_text == key.is_text && *node.key == *key.bytes
        };
        self.kept.find(key.hash, is_it).copied()
    }

    fn insert(&mut self, node: Node<V>, place: Place, tags: &[Box<[u8]>]) {
        let (hash, size, ends, number) = (node.hash, node.size, node.ends, node.number);
        let index = self.lists.add(node, place);
        self.kept.insert_unique(hash, index, |&other| self.lists.node(other).hash);
        self.counts.entries += 1;
        self.counts.bytes += size;
        self.sketch.fit(self.counts.entries);
        if !tags.is_empty() {
            self.lists.node_mut(index).tags = tags.iter().map(|tag| tagged(&mut self.tags, tag, index)).collect();
        }
        if ends < f64::INFINITY {
            self.timed += 1;
            self.endings.add(ends, number, index);
            let lists = &self.lists;
            self.endings.tidy(self.timed, |number, index| lists.is_node(index, number));
        }
        if place == Place::Proven {
            self.keep_room_for_trials();
        }
    }

    /// Takes an entry out of everything; its value.
    fn release(&mut self, index: u32) -> Option<V> {
        let node = self.lists.take(index);
        if let Ok(entry) = self.kept.find_entry(node.hash, |&other| other == index) {
            entry.remove();
        }
        for tag in &node.tags {
            if let Some(indices) = self.tags.get_mut(tag) {
                indices.remove(&index);
                if indices.is_empty() {
                    self.tags.remove(tag);
                }
            }
        }
        self.counts.entries -= 1;
        self.counts.bytes -= node.size;
        if node.ends < f64::INFINITY {
            self.timed -= 1;
        }
        node.value
    }

    fn end_what_is_over(&mut self, now: f64, gone: &mut Vec<V>) {
        while let Some((number, index)) = self.endings.ended(now) {
            if self.lists.is_node(index, number) {
                self.counts.expired += 1;
                gone.extend(self.release(index));
            }
        }
    }

    /// What it means that this key is put again: where it was when it was let go of, `Free` if that is not known. The
    /// window grows where it left the window and shrinks where it left the main part, the more the rarer that is.
    fn learn(&mut self, hash: u64, size: u64) -> Place {
        let Ok(entry) = self.left.find_entry(hash, |&index| self.lists.node(index).hash == hash) else {
            return Place::Free;
        };
        let (index, _) = entry.remove();
        let place = self.lists.node(index).place();
        let of_window = self.lists.count(Place::LeftWindow) as u64;
        let of_main = self.lists.count(Place::LeftMain) as u64;
        let limit = self.counts.limit;
        if place == Place::LeftWindow {
            let step = step(size, of_main, of_window);
            self.window = self.window.saturating_add(step).min(limit - limit / 10);
        } else {
            let step = step(size, of_window, of_main);
            self.window = self.window.saturating_sub(step);
            self.keep_room_for_trials();
        }
        self.lists.take(index);
        place
    }

    /// Whether what comes in is asked for more often than what the main part would let go of.
    fn is_better(&self, hash: u64, worth: u32) -> bool {
        let first = self.lists.first(self.main());
        first.is_some_and(|first| u32::from(self.sketch.count(hash)) * WEIGHT + worth > self.rank(first))
    }

    /// One entry less; `coming` bytes are about to enter the window.
    fn let_one_go(&mut self, coming: u64, gone: &mut Vec<V>) {
        self.sketch.age(self.counts.entries);
        let main = self.main();
        let from_window = self.lists.bytes(Place::Window) + coming > self.window;
        let candidate = if from_window { self.least(Place::Window) } else { None };
        match (candidate, self.least(main)) {
            (Some(candidate), Some(victim)) if self.rank(candidate) > self.rank(victim) => {
                self.evict(victim, Place::LeftMain, gone);
                self.lists.move_to(candidate, Place::Trial);
            }
            (Some(candidate), victim) => {
                if let Some(victim) = victim {
                    self.lists.node_mut(victim).worth /= 2;
                }
                self.evict(candidate, Place::LeftWindow, gone);
            }
            (None, Some(victim)) => self.evict(victim, Place::LeftMain, gone),
            (None, None) => {
                if let Some(candidate) = self.least(Place::Window) {
                    self.evict(candidate, Place::LeftWindow, gone);
                }
            }
        }
    }

    /// The list that the main part lets go of first.
    fn main(&self) -> Place {
        if self.lists.count(Place::Trial) > 0 { Place::Trial } else { Place::Proven }
    }

    fn rank(&self, index: u32) -> u32 {
        let node = self.lists.node(index);
        u32::from(self.sketch.count(node.hash)) * WEIGHT + node.worth
    }

    /// The least worth of the first few of a list, the first where they are equal. Those before it are passed over: to the
    /// end, with half their worth.
    fn least(&mut self, place: Place) -> Option<u32> {
        let first = self.lists.first(place)?;
        let (mut least, mut worth, mut passed) = (first, self.lists.node(first).worth, 0);
        let mut next = self.lists.after(first);
        for looked_at in 1..LOOKED_AT {
            let Some(index) = next.filter(|_| worth > 0) else { break };
            let node = self.lists.node(index);
            if node.worth < worth {
                (least, worth, passed) = (index, node.worth, looked_at);
            }
            next = self.lists.after(index);
        }
        for _ in 0..passed {
            if let Some(index) = self.lists.first(place) {
                self.lists.node_mut(index).worth /= 2;
                self.lists.move_to(index, place);
            }
        }
        Some(least)
    }

    fn evict(&mut self, index: u32, left: Place, gone: &mut Vec<V>) {
        let hash = self.lists.node(index).hash;
        gone.extend(self.release(index));
        self.counts.evictions += 1;
        if let Ok(entry) = self.left.find_entry(hash, |&other| self.lists.node(other).hash == hash) {
            let (known, _) = entry.remove();
            self.lists.take(known);
        }
        let trace = self.lists.add(Node::trace(hash), left);
        self.left.insert_unique(hash, trace, |&other| self.lists.node(other).hash);
        while self.lists.count(left) > (self.counts.entries * 3 / REMEMBERED).max(1) {
            let Some(oldest) = self.lists.first(left) else { break };
            let hash = self.lists.node(oldest).hash;
            if let Ok(entry) = self.left.find_entry(hash, |&other| other == oldest) {
                entry.remove();
            }
            self.lists.take(oldest);
        }
    }

    /// Three quarters of the main part are for what was used again.
    fn keep_room_for_trials(&mut self) {
        let most = (self.counts.limit - self.window) / 4 * 3;
        while self.lists.bytes(Place::Proven) > most {
            let Some(first) = self.lists.first(Place::Proven) else { break };
            self.lists.move_to(first, Place::Trial);
        }
    }

    fn empty_window_to_its_size(&mut self) {
        while self.lists.bytes(Place::Window) > self.window {
            let Some(first) = self.lists.first(Place::Window) else { break };
            self.lists.move_to(first, Place::Trial);
        }
    }
}

/// The shared name of a tag, noted for a node.
fn tagged(tags: &mut BTreeMap<Arc<[u8]>, BTreeSet<u32>>, tag: &[u8], index: u32) -> Arc<[u8]> {
    let name = tags.get_key_value(tag).map_or_else(|| Arc::from(tag), |(name, _)| Arc::clone(name));
    tags.entry(Arc::clone(&name)).or_default().insert(index);
    name
}

/// Three quarters of `size`, times how much rarer the one kind of regret is than the other.
fn step(size: u64, others: u64, these: u64) -> u64 {
    let size = size - size / 4;
    let scaled = u128::from(size) * u128::from(others) / u128::from(these.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX).max(size)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a salience is from 0 to 1")]
fn worth_of(salience: f64) -> u32 {
    (salience * WORTH_OF_SALIENCE + 0.5) as u32
}
