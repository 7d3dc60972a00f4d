//! Which of n buckets a key belongs to, so that one bucket more moves as few keys as can be.
//!
//! Not for buckets that leave from the middle: only the last can.
//!
//! Source: Lamping and Veach, A fast, minimal memory, consistent hash algorithm, 2014.

/// The bucket of `key` among `buckets` (at least 1), by jumps from one bucket to the next that would take the key.
#[must_use]
pub fn bucket(key: u64, buckets: u32) -> u32 {
    let mut key = key;
    let (mut last, mut next) = (0_u32, 0_f64);
    while next < f64::from(buckets) {
        last = next as u32;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        next = ((f64::from(last) + 1.0) * (f64::from(1_u32 << 31) / ((key >> 33) + 1) as f64)).floor();
    }
    last
}

#[cfg(test)]
mod tests {
    use super::bucket;
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
    fn keys_spread_evenly() {
        let mut counts = [0_u32; 10];
        (0..10_000_u64).for_each(|key| counts[bucket(crate::hash(&key.to_le_bytes()), 10) as usize] += 1);
        assert!(counts.iter().all(|count| (900..1100).contains(count)));
    }
}
