//! What a cache promises whatever is asked of it, held against a plain list of what was put.

use std::collections::HashMap;

use proptest::prelude::*;
use simone_cache::{Cache, Found, Key, Terms};

#[derive(Clone, Debug)]
enum Operation {
    Get(u8),
    Put { key: u8, size: u64, ttl: Option<u8>, salience: f64, tag: Option<u8> },
    Remove(u8),
    Drop(u8),
    Pass(u8),
    Clear,
}

fn operation() -> impl Strategy<Value = Operation> {
    let put = (0_u8..50, 1_u64..60, prop::option::of(1_u8..20), 0.0..=1.0, prop::option::of(0_u8..4));
    prop_oneof![
        6 => (0_u8..50).prop_map(Operation::Get),
        6 => put.prop_map(|(key, size, ttl, salience, tag)| Operation::Put { key, size, ttl, salience, tag }),
        1 => (0_u8..50).prop_map(Operation::Remove),
        1 => (0_u8..4).prop_map(Operation::Drop),
        1 => (0_u8..8).prop_map(Operation::Pass),
        1 => Just(Operation::Clear),
    ]
}

struct Put {
    value: usize,
    size: u64,
    ends: f64,
    tag: Option<u8>,
}

proptest! {
    #[test]
    fn only_what_was_put_last_is_found_and_every_byte_is_counted(
        limit in 1_u64..400, operations in prop::collection::vec(operation(), 0..300)
    ) {
        let mut cache: Cache<usize> = Cache::new(limit);
        let mut known: HashMap<u8, Put> = HashMap::new();
        let (mut now, mut gone, mut put) = (0.0, Vec::new(), 0_usize);
        for (number, operation) in operations.into_iter().enumerate() {
            match operation {
                Operation::Get(key) => {
                    let found = match cache.get(Key::new(&[key], true), Some(now), &mut gone) {
                        Found::Kept(value) => Some(*value),
                        Found::Nothing => None,
                        Found::Timed => return Err(TestCaseError::fail("the time was given")),
                    };
                    if let Some(value) = found {
                        let last = &known[&key];
                        prop_assert!(last.value == value && last.ends > now);
                    }
                }
                Operation::Put { key, size, ttl, salience, tag } => {
                    let ends = ttl.map_or(f64::INFINITY, |ttl| now + f64::from(ttl));
                    let tags = tag.map(|tag| Box::from([tag])).into_iter().collect();
                    let is_kept =
                        cache.put(Key::new(&[key], true), number, Terms { size, ends, salience, tags }, Some(now), &mut gone);
                    put += 1;
                    prop_assert_eq!(is_kept, size <= limit);
                    if is_kept {
                        known.insert(key, Put { value: number, size, ends, tag });
                        let found = cache.get(Key::new(&[key], true), Some(now), &mut gone);
                        prop_assert!(matches!(found, Found::Kept(value) if *value == number), "what was just put is there");
                    } else {
                        known.remove(&key);
                    }
                }
                Operation::Remove(key) => {
                    cache.remove(Key::new(&[key], true), &mut gone);
                    known.remove(&key);
                }
                Operation::Drop(tag) => {
                    cache.drop_tag(&[tag], &mut gone);
                    known.retain(|_, put| put.tag != Some(tag));
                }
                Operation::Pass(seconds) => now += f64::from(seconds),
                Operation::Clear => {
                    cache.clear(&mut gone);
                    known.clear();
                }
            }
            let counts = cache.counts();
            prop_assert!(counts.bytes <= limit);
            let held: Vec<usize> = cache.values().copied().collect();
            prop_assert_eq!(held.len(), counts.entries);
            prop_assert_eq!(held.len() + gone.len(), put, "a value is held or handed back, once");
            let bytes: u64 = known.values().filter(|put| held.contains(&put.value)).map(|put| put.size).sum();
            prop_assert_eq!(bytes, counts.bytes);
        }
    }

    #[test]
    fn text_and_bytes_are_two_keys(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut cache: Cache<bool> = Cache::new(10);
        let mut gone = Vec::new();
        for is_text in [false, true] {
            let terms = Terms { size: 1, ends: f64::INFINITY, salience: 0.0, tags: Vec::new() };
            cache.put(Key::new(&bytes, is_text), is_text, terms, None, &mut gone);
        }
        for is_text in [false, true] {
            prop_assert!(matches!(cache.get(Key::new(&bytes, is_text), None, &mut gone), Found::Kept(&kept) if kept == is_text));
        }
    }
}

#[test]
fn an_entry_whose_time_ends_is_served_only_to_who_says_the_time() {
    let mut cache: Cache<u8> = Cache::new(10);
    let mut gone = Vec::new();
    let key = Key::new(b"key", true);
    cache.put(key, 1, Terms { size: 1, ends: 5.0, salience: 0.0, tags: Vec::new() }, Some(0.0), &mut gone);
    assert!(cache.is_timed() && matches!(cache.get(key, None, &mut gone), Found::Timed));
    assert!(matches!(cache.get(key, Some(4.9), &mut gone), Found::Kept(1)));
    assert!(matches!(cache.get(key, Some(5.0), &mut gone), Found::Nothing));
    assert_eq!((cache.counts().hits, cache.counts().misses, cache.counts().expired, gone), (1, 1, 1, vec![1]));
    assert!(!cache.is_timed());
}
