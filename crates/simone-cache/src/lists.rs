//! Nodes in one vector, each in one of a few doubly linked lists.
//!
//! Not for what the lists mean: `cache` does.

use std::sync::Arc;

/// No node.
const NONE: u32 = u32::MAX;

/// Where a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What came in last.
    Window,
    /// Main part: not used since it was let in, or not for long.
    Trial,
    /// Main part: used again.
    Proven,
    /// Keys that left the window.
    LeftWindow,
    /// Keys that left the main part.
    LeftMain,
    /// In no list, to be used for the next entry.
    Free,
}

const PLACES: usize = 5;

/// An entry, or the hash of one that was let go of.
#[derive(Debug)]
pub struct Node<V> {
    pub hash: u64,
    pub key: Box<[u8]>,
    pub value: Option<V>,
    pub size: u64,
    /// When it may no longer be served; infinite for ever.
    pub ends: f64,
    /// The number of the put that made it.
    pub number: u64,
    pub tags: Box<[Arc<[u8]>]>,
    /// What is left of its salience, in 1024ths.
    pub worth: u32,
    pub is_text: bool,
    place: Place,
    before: u32,
    after: u32,
}

impl<V> Node<V> {
    pub fn place(&self) -> Place {
        self.place
    }

    /// A node that only remembers a hash.
    pub fn trace(hash: u64) -> Self {
        Self {
            hash,
            key: Box::default(),
            value: None,
            size: 0,
            ends: f64::INFINITY,
            number: 0,
            tags: Box::default(),
            worth: 0,
            is_text: false,
            place: Place::Free,
            before: NONE,
            after: NONE,
        }
    }
}

/// First is what goes first.
#[derive(Clone, Copy, Debug)]
struct List {
    first: u32,
    last: u32,
    count: usize,
    bytes: u64,
}

const EMPTY: List = List { first: NONE, last: NONE, count: 0, bytes: 0 };

/// All nodes and lists.
#[derive(Debug)]
pub struct Lists<V> {
    nodes: Vec<Node<V>>,
    free: Vec<u32>,
    lists: [List; PLACES],
}

#[expect(
    clippy::indexing_slicing,
    reason = "INVARIANT: indices are given out by `add` and kept in lists and tables only while their node is"
)]
impl<V> Lists<V> {
    pub fn new() -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), lists: [EMPTY; PLACES] }
    }

    #[inline]
    pub fn node(&self, index: u32) -> &Node<V> {
        &self.nodes[index as usize]
    }

    #[inline]
    pub fn node_mut(&mut self, index: u32) -> &mut Node<V> {
        &mut self.nodes[index as usize]
    }

    pub fn first(&self, place: Place) -> Option<u32> {
        some(self.list(place).first)
    }

    pub fn after(&self, index: u32) -> Option<u32> {
        some(self.node(index).after)
    }

    pub fn count(&self, place: Place) -> usize {
        self.list(place).count
    }

    pub fn bytes(&self, place: Place) -> u64 {
        self.list(place).bytes
    }

    /// Whether a node is still that of the put with this number.
    pub fn is_node(&self, index: u32, number: u64) -> bool {
        self.nodes.get(index as usize).is_some_and(|node| node.number == number)
    }

    /// A node at the end of a list.
    #[expect(clippy::cast_possible_truncation, reason = "4 billion nodes would take 400 GB")]
    pub fn add(&mut self, node: Node<V>, place: Place) -> u32 {
        let index = if let Some(index) = self.free.pop() {
            *self.node_mut(index) = node;
            index
        } else {
            self.nodes.push(node);
            (self.nodes.len() - 1) as u32
        };
        self.link(index, place);
        index
    }

    /// To the end of a list.
    pub fn move_to(&mut self, index: u32, place: Place) {
        if self.list(place).last != index {
            self.unlink(index);
            self.link(index, place);
        }
    }

    /// Out of its list; the node's place may be used again.
    pub fn take(&mut self, index: u32) -> Node<V> {
        self.unlink(index);
        self.free.push(index);
        std::mem::replace(self.node_mut(index), Node::trace(0))
    }

    /// All that is held, in no order that matters.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.nodes.iter().filter_map(|node| node.value.as_ref())
    }

    /// All that was held, in no order that matters.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.nodes.into_iter().filter_map(|node| node.value)
    }

    #[inline]
    fn list(&self, place: Place) -> &List {
        &self.lists[place as usize]
    }

    fn link(&mut self, index: u32, place: Place) {
        let list = &mut self.lists[place as usize];
        let last = std::mem::replace(&mut list.last, index);
        list.count += 1;
        let node = &mut self.nodes[index as usize];
        list.bytes += node.size;
        node.place = place;
        node.before = last;
        node.after = NONE;
        match some(last) {
            Some(last) => self.nodes[last as usize].after = index,
            None => list.first = index,
        }
    }

    fn unlink(&mut self, index: u32) {
        let node = &mut self.nodes[index as usize];
        let (before, after, size) = (node.before, node.after, node.size);
        let list = &mut self.lists[node.place as usize];
        node.place = Place::Free;
        list.count -= 1;
        list.bytes -= size;
        match some(before) {
            Some(before) => self.nodes[before as usize].after = after,
            None => list.first = after,
        }
        match some(after) {
            Some(after) => self.nodes[after as usize].before = before,
            None => list.last = before,
        }
    }
}

#[inline]
fn some(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}
