//! Which of n buckets a key belongs to, so that one bucket more moves as few keys as can be.
//!
//! Not for buckets that leave from the middle: only the last can.
//!
//! Source: Lamping and Veach, A fast, minimal memory, consistent hash algorithm, 2014.

use rayon::prelude::*;

/// Keys below which handing them to other threads costs more than it saves.
pub const WORTH_SHARING_KEYS: usize = 1 << 14;

/// The bucket of `key` among `buckets` (at least 1), by jumps from one bucket to the next that would take the key.
#[must_use]
pub fn bucket(key: u64, buckets: u32) -> u32 {
    let mut key = key;
    let (mut last, mut next) = (0_u32, 0_f64);
    while next < f64::from(buckets) {
        last = next as u32;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        // not rounded down: the bound is whole, and so is `last`
        next = (f64::from(last) + 1.0) * (f64::from(1_u32 << 31) / ((key >> 33) + 1) as f64);
    }
    last
}

/// `bucket` of each key, on as many threads as the pool has where there are enough of them.
#[must_use]
pub fn buckets_of(keys: &[u64], buckets: u32) -> Vec<i64> {
    let place = |&key: &u64| i64::from(bucket(key, buckets));
    if keys.len() < WORTH_SHARING_KEYS {
        return keys.iter().map(place).collect();
    }
    keys.par_iter().with_min_len(WORTH_SHARING_KEYS / 4).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::{WORTH_SHARING_KEYS, bucket, buckets_of};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_key_stays_or_moves_to_the_new_bucket(key: u64, buckets in 1_u32..2_000_000) {
            let before = bucket(key, buckets);
            let after = bucket(key, buckets + 1);
            prop_assert!(before < buckets && (after == before || after == buckets));
        }
    }

    #[test]
    fn many_keys_go_where_each_goes_alone() {
        let keys: Vec<u64> = (0..2 * WORTH_SHARING_KEYS as u64).map(|key| crate::hash(&key.to_le_bytes())).collect();
        let alone: Vec<i64> = keys.iter().map(|&key| i64::from(bucket(key, 1000))).collect();
        assert_eq!(buckets_of(&keys, 1000), alone);
    }

    #[test]
    fn keys_spread_evenly() {
        let mut counts = [0_u32; 10];
        (0..10_000_u64).for_each(|key| counts[bucket(crate::hash(&key.to_le_bytes()), 10) as usize] += 1);
        assert!(counts.iter().all(|count| (900..1100).contains(count)));
    }
}
