//! Any calls: no panic, never more bytes than the limit, each value held or handed back once, only what was put last found.
#![no_main]

use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
use simone_cache::{Cache, Found, Key, Terms};

fuzz_target!(|input: (u16, Vec<(u8, u8, u16, Option<u8>, u8)>)| {
    let (limit, calls) = input;
    let mut cache: Cache<usize> = Cache::new(u64::from(limit) + 1);
    let (mut now, mut gone, mut puts, mut last) = (0.0, Vec::new(), 0, HashMap::new());
    for (number, (call, key, size, ttl, tag)) in calls.into_iter().enumerate() {
        let named = [key];
        let named = Key::new(&named, true);
        match call % 16 {
            0..=5 => {
                if let Found::Kept(&value) = cache.get(named, Some(now), &mut gone) {
                    assert_eq!(last.get(&key), Some(&value), "an old value was served");
                }
            }
            6..=11 => {
                let terms = Terms {
                    size: u64::from(size) + 1,
                    ends: ttl.map_or(f64::INFINITY, |ttl| now + f64::from(ttl)),
                    salience: f64::from(call) / 255.0,
                    tags: vec![Box::from([tag % 4])],
                };
                assert_eq!(cache.put(named, number, terms, Some(now), &mut gone), size <= limit);
                last.insert(key, number);
                puts += 1;
            }
            12 => {
                cache.remove(named, &mut gone);
            }
            13 => {
                cache.drop_tag(&[tag % 4], &mut gone);
            }
            14 => now += f64::from(key),
            _ => cache.clear(&mut gone),
        }
        let counts = cache.counts();
        assert!(counts.bytes <= counts.limit);
        assert_eq!(cache.values().count(), counts.entries);
        assert_eq!(counts.entries + gone.len(), puts, "a value was lost or handed back twice");
    }
});
