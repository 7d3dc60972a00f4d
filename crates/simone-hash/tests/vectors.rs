//! The committed vectors hold: what was hashed once is hashed alike by every version, on every platform.
//!
//! Not for properties: the modules hold those.

use serde::Deserialize;
use simone_hash::{Chunker, Sketcher, bucket, hash, wide_hash};

#[derive(Deserialize)]
struct Vectors {
    xxh3: Vec<Published>,
    sketches: Vec<Sketch>,
    chunks: Vec<Chunks>,
    buckets: Vec<Buckets>,
}

#[derive(Deserialize)]
struct Published {
    length: usize,
    #[serde(rename = "64")]
    short: String,
    #[serde(rename = "128")]
    wide: String,
}

#[derive(Deserialize)]
struct Sketch {
    text: String,
    shingle: usize,
    slots: Vec<u32>,
    simhash: String,
}

#[derive(Deserialize)]
struct Chunks {
    length: usize,
    sizes: [usize; 3],
    ends: Vec<u64>,
}

#[derive(Deserialize)]
struct Buckets {
    keys: Vec<String>,
    buckets: u32,
    places: Vec<u32>,
}

fn vectors() -> serde_json::Result<Vectors> {
    serde_json::from_str(include_str!("../../../tests/unit/kernels/content_vectors.json"))
}

#[test]
fn hashes_are_those_that_xxhash_publishes() {
    for vector in vectors().unwrap().xxh3 {
        let mut state = 2_654_435_761_u64;
        let bytes: Vec<u8> = (0..vector.length)
            .map(|_| {
                let byte = (state >> 56) as u8;
                state = state.wrapping_mul(11_400_714_785_074_694_797);
                byte
            })
            .collect();
        assert_eq!(format!("{:016x}", hash(&bytes)), vector.short);
        assert_eq!(format!("{:032x}", wide_hash(&bytes)), vector.wide);
    }
}

#[test]
fn sketches_never_change() {
    for vector in vectors().unwrap().sketches {
        let (slots, bits) = Sketcher::new(vector.shingle, vector.slots.len()).sketches(&[&vector.text]);
        assert_eq!((slots, format!("{:016x}", bits[0])), (vector.slots, vector.simhash));
    }
}

#[test]
fn chunks_never_move() {
    for vector in vectors().unwrap().chunks {
        let mut state = 0_u64;
        let bytes: Vec<u8> = (0..vector.length)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect();
        let [minimum, average, maximum] = vector.sizes;
        let mut chunker = Chunker::new(minimum, average, maximum);
        let mut ends = Vec::new();
        chunker.feed(&bytes, &mut ends);
        ends.extend(chunker.finish());
        assert_eq!(ends, vector.ends);
    }
}

#[test]
fn keys_stay_in_their_buckets() {
    for vector in vectors().unwrap().buckets {
        let places: Vec<u32> = vector.keys.iter().map(|key| bucket(hash(key.as_bytes()), vector.buckets)).collect();
        assert_eq!(places, vector.places);
    }
    assert_eq!([bucket(42, 57), bucket(0xDEAD_10CC, 666), bucket(256, 1024)], [43, 361, 520]);
}
