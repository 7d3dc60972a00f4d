import os
import random
import threading
from pathlib import Path

import numpy as np
import pytest

from simone import settings
from simone.errors import WeightsMissing
from simone.records import Measured, Unmeasured
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.settings import EncoderSettings

HOME = Path(os.environ.get("SIMONE_TEST_HOME") or settings.home())
LONG = "The treaty was signed in 1648 after long talks. " * 30
ODD = ["", " ", "\n\t", "\ud800", "a\x00b", "\udfff lone \ud83d halves", "漢字", "é" * 300, "👩‍👩‍👧 family", "a" * 5000]
TEXTS = [
    "Belmar agreed to pay 4.2 million crowns.",
    "The bridge opened in 1931.",
    "Who paid for the bridge?",
    "It did not.",
    "It did.",
    "A ship carried grain, oil and forty passengers from the southern port to the capital.",
    LONG,
    *ODD,
]


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    try:
        return MiniLM(HOME, EncoderSettings())
    except WeightsMissing as error:
        pytest.skip(f"the pinned weights are not pulled: {error}")


def test_missing_weights_are_named_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="'minilm'"):
        MiniLM(tmp_path, EncoderSettings())


@pytest.mark.weights
def test_the_model_is_loaded_at_the_first_call_and_its_time_reported() -> None:
    try:
        fresh = MiniLM(HOME, EncoderSettings())
    except WeightsMissing as error:
        pytest.skip(str(error))
    assert isinstance(fresh.load_s, Unmeasured)
    fresh.encode(["one"])
    assert isinstance(fresh.load_s, Measured)


@pytest.mark.weights
def test_vectors_are_unit_rows_and_a_text_without_pieces_is_zero(encoder: MiniLM) -> None:
    rows = encoder.encode(TEXTS)
    assert rows.shape == (len(TEXTS), 384)
    assert rows.dtype == np.float32
    lengths = np.linalg.norm(rows, axis=1)
    empty = [index for index, text in enumerate(TEXTS) if not encoder.encode_tokens([text])[0].offsets.size]
    assert {"", " ", "\n\t"} <= {TEXTS[index] for index in empty}
    for index, length in enumerate(lengths):
        assert length == pytest.approx(0.0 if index in empty else 1.0, abs=1e-6)


@pytest.mark.weights
def test_vectors_do_not_depend_on_batch_order_or_size(encoder: MiniLM) -> None:
    other = MiniLM(HOME, EncoderSettings(batch_tokens=64))
    rows, tokens = encoder.encode(TEXTS), encoder.encode_tokens(TEXTS)
    generator = random.Random(7)
    for one in (encoder, other):
        order = generator.sample(range(len(TEXTS)), len(TEXTS))
        middle = generator.randrange(1, len(TEXTS))
        for part in (order[:middle], order[middle:]):
            texts = [TEXTS[index] for index in part]
            assert one.encode(texts).tobytes() == rows[part].tobytes()
            for index, found in zip(part, one.encode_tokens(texts), strict=True):
                assert found.vectors.tobytes() == tokens[index].vectors.tobytes()
                assert found.offsets.tolist() == tokens[index].offsets.tolist()


@pytest.mark.weights
def test_neighbours_of_one_length_change_nothing(encoder: MiniLM) -> None:
    names = ["Anna", "Peter", "Maria", "John", "Paul", "Emma", "David", "Laura"]
    texts = [f"{name} lives in a small house near the river." for name in names]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert together.tobytes() == alone.tobytes()


@pytest.mark.weights
def test_token_offsets_are_code_points_in_order_and_lie_inside_the_text(encoder: MiniLM) -> None:
    for text, tokens in zip(TEXTS, encoder.encode_tokens(TEXTS), strict=True):
        assert tokens.vectors.shape == (len(tokens.offsets), 384)
        starts = tokens.offsets[:, 0].tolist()
        assert starts == sorted(starts)
        assert all(0 <= start < end <= len(text) for start, end in tokens.offsets.tolist())
    (tokens,) = encoder.encode_tokens(["Zoë 👩 paid"])
    assert ["Zoë 👩 paid"[start:end] for start, end in tokens.offsets.tolist()] == ["Zoë", "👩", "paid"]


@pytest.mark.weights
def test_a_long_text_is_covered_to_its_end(encoder: MiniLM) -> None:
    (tokens,) = encoder.encode_tokens([LONG])
    assert len(tokens.offsets) > 254
    assert int(tokens.offsets[-1, 1]) == len(LONG.rstrip())
    assert np.linalg.norm(tokens.vectors, axis=1) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.weights
def test_nearness_of_meaning_is_nearness_of_vectors(encoder: MiniLM) -> None:
    query, near, far = encoder.encode(["Who paid?", "The bill was settled by Belmar.", "Rain fell on the hills."])
    assert float(query @ near) > float(query @ far)


@pytest.mark.weights
def test_a_cache_changes_nothing_but_the_work(encoder: MiniLM) -> None:
    cached = CachedEncoder(encoder, limit_bytes=1 << 20)
    texts = [*TEXTS[:6], TEXTS[0], *ODD]
    plain, plain_tokens = encoder.encode(texts), encoder.encode_tokens(texts)
    for _ in range(2):
        assert cached.encode(texts).tobytes() == plain.tobytes()
        for found, expected in zip(cached.encode_tokens(texts), plain_tokens, strict=True):
            assert found.vectors.tobytes() == expected.vectors.tobytes()
            assert found.offsets.tolist() == expected.offsets.tolist()
    assert cached.name == encoder.name
    assert cached.sentences.statistics.misses == len(set(texts))
    assert cached.encode([]).shape == (0, 384)


@pytest.mark.weights
def test_a_cache_without_room_still_answers(encoder: MiniLM) -> None:
    cached = CachedEncoder(encoder, limit_bytes=0)
    assert cached.encode(TEXTS[:3]).tobytes() == encoder.encode(TEXTS[:3]).tobytes()
    assert len(cached.encode_tokens(TEXTS[:3])) == 3


@pytest.mark.weights
def test_threads_may_share_one_encoder(encoder: MiniLM) -> None:
    expected = encoder.encode(TEXTS[:6]).tobytes()
    results: list[bytes] = []

    def work() -> None:
        results.append(encoder.encode(TEXTS[:6]).tobytes())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
