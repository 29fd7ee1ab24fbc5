"""Labelled files: their credentials are valid, of our issuer, and show every change."""

import io
import json
import resource
import signal
import socket
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import c2pa
import numpy as np
import pytest
from PIL import Image

from adapters.credentials import labels as labels_module
from adapters.credentials.certificates import VALIDITY, Identity, new_identity
from adapters.credentials.labels import SignedLabels
from adapters.credentials.metadata.boxes import box
from adapters.credentials.metadata.statement import SOURCE_TYPES
from adapters.credentials.signing import Content, sign
from adapters.credentials.verifying import Standing, read_credentials, standing_of
from application.errors import ServiceUnavailable
from application.ports.faces import FaceFailed, FaceFiles, Origin
from doubles.face_files import INDEX_FIRST, noise, write_face, write_film

OURS, OTHERS = (
    new_identity(name, datetime.now(UTC)) for name in ("Voice2Face (ours)", "Voice2Face (others)")
)
LABELS = SignedLabels(OURS, "9.9")
LARGEST_LABEL = 8_000
"""Bytes: a list of a hundred requests carries two hundred loops."""


def with_marked_copies(files: FaceFiles) -> FaceFiles:
    """Add copies that show something else, as those with the visible mark do."""
    assert files.video
    portrait, video = (path.with_stem(f"{path.stem}-marked") for path in (files.portrait, files.video))
    noise(7).save(portrait)
    return replace(files, marked_portrait=portrait, marked_video=write_film(video, INDEX_FIRST))


def actions_in(path: Path) -> list[str]:
    """Return the actions that the newest claim in a file names."""
    read = json.loads(c2pa.Reader(path).json())
    claim = read["manifests"][read["active_manifest"]]
    (actions,) = (one["data"]["actions"] for one in claim["assertions"] if one["label"] == "c2pa.actions.v2")
    return [action["action"] for action in actions]


@pytest.fixture(params=["portrait", "video", "loop", "jpeg", "marked_portrait", "marked_video"])
async def labelled(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a labelled file of a face of the studio, or a picture of another type."""
    files = with_marked_copies(write_face(tmp_path))
    if request.param == "jpeg":
        files = replace(files, portrait=tmp_path / "portrait.jpg", marked_portrait=None)
        noise().save(files.portrait)
    sizes = {path: path.stat().st_size for path in files.paths}
    await LABELS.label(files)
    copies = (files.marked_portrait, files.marked_video)
    for path, size in sizes.items():
        assert 0 < path.stat().st_size - size < LARGEST_LABEL * (2 if path in copies else 1)
    path = files.portrait if request.param == "jpeg" else getattr(files, request.param)
    assert isinstance(path, Path)
    return path


async def test_the_credentials_are_valid_and_of_our_issuer(labelled: Path) -> None:
    found = read_credentials(labelled, OURS.issuer)
    assert found.standing is Standing.TRUSTED
    assert found.failures == ()
    assert (found.signer, found.tool) == ("Voice2Face (ours)", "Voice2Face 9.9")
    assert found.source_type == "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


@pytest.mark.parametrize("issuers", ["", OTHERS.issuer])
async def test_a_verifier_who_trusts_other_issuers_is_told_so(labelled: Path, issuers: str) -> None:
    found = read_credentials(labelled, issuers)
    assert found.standing is Standing.UNKNOWN_ISSUER
    assert found.failures == ("signingCredential.untrusted",)


def with_another_pixel(path: Path) -> None:
    """Change a pixel of a PNG and nothing else of it; of another file, a byte in the middle of what it shows."""
    content = bytearray(path.read_bytes())
    if path.suffix == ".png":
        start = content.index(b"IDAT")
        length = int.from_bytes(content[start - 4 : start])
        rows = bytearray(zlib.decompress(content[start + 4 : start + 4 + length]))
        rows[-1] ^= 1
        changed = b"IDAT" + zlib.compress(bytes(rows), 0)
        content[start - 4 : start + 8 + length] = (
            struct.pack(">I", len(changed) - 4) + changed + struct.pack(">I", zlib.crc32(changed))
        )
    elif path.suffix == ".mp4":
        start = content.index(b"mdat")
        content[start + int.from_bytes(content[start - 4 : start]) // 2] ^= 1
    elif path.suffix == ".webp":
        start = content.index(b"ANMF")
        content[start + int.from_bytes(content[start + 4 : start + 8], "little") // 2] ^= 1
    else:
        content[-100] ^= 1
    path.write_bytes(content)


async def test_a_changed_pixel_is_found(labelled: Path) -> None:
    with_another_pixel(labelled)
    found = read_credentials(labelled, OURS.issuer)
    assert found.standing is Standing.BROKEN
    assert set(found.failures) & {"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch"}


async def test_changed_metadata_is_found(labelled: Path) -> None:
    content = labelled.read_bytes()
    assert content.count(b"algorithmicMedia</Iptc4xmpExt") == 1
    labelled.write_bytes(content.replace(b"algorithmicMedia</", b"algorithmicMedio</"))
    assert read_credentials(labelled, OURS.issuer).standing is Standing.BROKEN


async def test_labelled_files_still_show_and_play(tmp_path: Path) -> None:
    folder = tmp_path / "before"
    folder.mkdir()
    before, after = write_face(folder), write_face(tmp_path)
    await LABELS.label(after)
    assert Image.open(after.portrait).tobytes() == Image.open(before.portrait).tobytes()
    assert before.video
    assert after.video
    shown = []
    for path in (before.video, after.video):
        with av.open(str(path)) as film:
            shown.append([frame.to_ndarray().tobytes() for frame in film.decode(video=0)])
    assert shown[0] == shown[1]
    assert len(shown[0]) == 30
    content = after.video.read_bytes()
    assert (
        content.index(b"ftyp") < content.index(b"moov") < content.index(b"mdat")
    )  # plays while it is fetched
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "before",
        "loop.webp",
        "portrait.png",
        "talking.mp4",
    ]


APPLES_META = box(
    b"meta",
    box(b"hdlr", bytes(8) + b"mdta" + bytes(13))
    + box(b"keys", struct.pack(">II", 0, 1) + box(b"mdta", b"com.apple.quicktime.make"))
    + box(b"ilst", box(b"\0\0\0\1", box(b"data", struct.pack(">II", 1, 0) + b"Apple"))),
)
"""QuickTime's box of this name has neither version nor flags."""


@pytest.mark.parametrize("origin", [Origin.UNKNOWN, Origin.TRAINED_MODEL])
@pytest.mark.parametrize("more", [APPLES_META, bytes(4), bytes(8)])
async def test_films_as_other_programs_write_them_are_labelled(
    tmp_path: Path, origin: Origin, more: bytes
) -> None:
    files = write_face(tmp_path, origin)
    film = write_film(tmp_path / "talking.mp4", {})
    content = film.read_bytes()
    start = content.rindex(b"moov") - 4
    assert start + int.from_bytes(content[start : start + 4]) == len(content)
    if more == APPLES_META:
        content = content[:start] + box(b"moov", content[start + 8 :] + more)
    else:
        content += more
    film.write_bytes(content)
    await LABELS.label(files)
    assert read_credentials(film, OURS.issuer).standing is Standing.TRUSTED
    assert (APPLES_META in film.read_bytes()) is (more == APPLES_META)


async def test_a_trained_model_is_named_as_the_source(tmp_path: Path) -> None:
    files = write_face(tmp_path, Origin.TRAINED_MODEL)
    await LABELS.label(files)
    for path in files.paths:
        found = read_credentials(path, OURS.issuer)
        assert (found.standing, found.source_type) == (
            Standing.TRUSTED,
            SOURCE_TYPES[Origin.TRAINED_MODEL],
        )


@pytest.mark.parametrize("origin", [Origin.UNKNOWN, Origin.TRAINED_MODEL])
async def test_credentials_that_a_file_came_with_stay_inside(tmp_path: Path, origin: Origin) -> None:
    files = write_face(tmp_path, Origin.TRAINED_MODEL)
    await SignedLabels(OTHERS, "1.0").label(files)
    given = {path: path.read_bytes() for path in files.paths}
    await LABELS.label(replace(files, origin=origin))
    for path in files.paths:
        found = read_credentials(path, OURS.issuer)
        assert (found.standing, found.signer) == (Standing.TRUSTED, "Voice2Face (ours)")
        assert found.source_type == ""  # our claim is that it was opened; theirs says how it was made
        assert b"Voice2Face (others)" in path.read_bytes()
        assert b"Voice2Face (ours)" not in given[path]


@pytest.mark.parametrize("origin", Origin)
async def test_a_marked_copy_holds_the_credentials_of_the_file_that_it_was_made_of(
    tmp_path: Path, origin: Origin
) -> None:
    files = with_marked_copies(write_face(tmp_path, origin))
    assert files.video
    for path in (files.portrait, files.video):  # as from a provider who signs
        await SignedLabels(OTHERS, "1.0").label(
            FaceFiles(origin=Origin.TRAINED_MODEL, portrait=path, video=None)
        )
    await LABELS.label(files)
    for original, copy in ((files.portrait, files.marked_portrait), (files.video, files.marked_video)):
        assert copy
        assert actions_in(original) == ["c2pa.opened"]
        assert actions_in(copy) == ["c2pa.opened", "c2pa.edited"]
        found = read_credentials(copy, OURS.issuer)
        assert (found.standing, found.source_type) == (Standing.TRUSTED, SOURCE_TYPES.get(origin, ""))
        assert b"Voice2Face (others)" in copy.read_bytes()


async def test_a_marked_copy_of_what_the_service_made_names_its_creation(tmp_path: Path) -> None:
    files = with_marked_copies(write_face(tmp_path))
    await LABELS.label(files)
    assert files.marked_portrait
    assert actions_in(files.portrait) == ["c2pa.created"]
    read = json.loads(c2pa.Reader(files.marked_portrait).json())
    (parent,) = read["manifests"][read["active_manifest"]]["ingredients"]
    assert (parent["relationship"], parent["active_manifest"] in read["manifests"]) == ("parentOf", True)
    assert json.loads(c2pa.Reader(files.portrait).json())["active_manifest"] == parent["active_manifest"]


async def test_broken_credentials_that_a_file_came_with_do_not_become_whole(tmp_path: Path) -> None:
    files = write_face(tmp_path, Origin.TRAINED_MODEL)
    await SignedLabels(OTHERS, "1.0").label(files)
    with_another_pixel(files.portrait)
    assert read_credentials(files.portrait, OTHERS.issuer).standing is Standing.BROKEN
    await LABELS.label(files)
    found = read_credentials(files.portrait, OURS.issuer + OTHERS.issuer)
    assert found.signer == "Voice2Face (ours)"
    assert (found.standing, found.earlier) == (Standing.TRUSTED, ("assertion.dataHash.mismatch",))


@pytest.mark.parametrize("origin", [Origin.UNKNOWN, Origin.TRAINED_MODEL])
async def test_credentials_that_are_elsewhere_are_not_fetched(tmp_path: Path, origin: Origin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        files = write_face(tmp_path, origin)
        write_with_remote_credentials(files.portrait, f"http://127.0.0.1:{elsewhere.getsockname()[1]}/a.c2pa")
        await LABELS.label(files)
        found = read_credentials(files.portrait, OURS.issuer)
        assert (found.standing, found.earlier) == (Standing.TRUSTED, ("manifest.inaccessible",))
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def write_with_remote_credentials(picture: Path, address: str) -> None:
    """Have a PNG name an address at which its credentials are."""
    claim = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES[Origin.TRAINED_MODEL]}
    context = c2pa.Context.from_dict(
        {"verify": {"verify_after_sign": False}, "builder": {"thumbnail": {"enabled": False}}}
    )
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(b"es256", OTHERS.certificates.encode(), OTHERS.key.encode(), None)
    )
    assertions = [{"label": "c2pa.actions.v2", "data": {"actions": [claim]}}]
    with signer, c2pa.Builder.from_json(json.dumps({"assertions": assertions}), context) as builder:
        builder.set_no_embed()
        builder.set_remote_url(address)
        signed = io.BytesIO()
        builder.sign(signer, "image/png", io.BytesIO(picture.read_bytes()), signed)
    picture.write_bytes(signed.getvalue())


async def test_a_file_whose_own_credentials_are_illegible_fails_the_face(tmp_path: Path) -> None:
    files = write_face(tmp_path, Origin.TRAINED_MODEL)
    await SignedLabels(OTHERS, "1.0").label(files)
    content = bytearray(files.portrait.read_bytes())
    start = content.index(b"caBX")
    length = int.from_bytes(content[start - 4 : start])
    content[start + 34] ^= 0xFF
    content[start + 4 + length : start + 8 + length] = struct.pack(
        ">I", zlib.crc32(content[start : start + 4 + length])
    )
    files.portrait.write_bytes(content)
    with pytest.raises(FaceFailed, match="cannot be marked as synthetic"):
        await LABELS.label(files)


async def test_what_the_operator_gave_claims_no_source(tmp_path: Path) -> None:
    files = write_face(tmp_path, Origin.UNKNOWN)
    await LABELS.label(files)
    for path in files.paths:
        found = read_credentials(path, OURS.issuer)
        assert (found.standing, found.source_type) == (Standing.TRUSTED, "")
        assert b"digitalsourcetype" not in path.read_bytes()


@pytest.mark.parametrize("broken", [b"", b"\x89PNG\r\n\x1a\n", b"no picture at all"])
async def test_a_file_that_cannot_be_labelled_fails_the_face(tmp_path: Path, broken: bytes) -> None:
    files = write_face(tmp_path)
    files.portrait.write_bytes(broken)
    with pytest.raises(FaceFailed, match="cannot be marked as synthetic") as failed:
        await LABELS.label(files)
    assert (
        not failed.value.retryable
    )  # the file stays what it is, and drawing another one would help as little


async def test_a_key_that_cannot_sign_fails_the_face(tmp_path: Path) -> None:
    mixed = Identity(OTHERS.key, OURS.certificates)
    with pytest.raises(FaceFailed, match="cannot be marked as synthetic"):
        await SignedLabels(mixed, "9.9").label(write_face(tmp_path))


async def test_a_full_disk_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(labels_module, "write_with_statement", full)
    with pytest.raises(ServiceUnavailable) as unavailable:
        await LABELS.label(write_face(tmp_path))
    assert unavailable.value.service == "disk"


def test_a_disk_that_is_full_only_while_the_library_writes_is_told_as_such(tmp_path: Path) -> None:
    """The library tells another error, and closing the file tells none when there is room again."""
    picture = tmp_path / "portrait.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (256, 256), np.uint8)).save(picture)
    content = Content(file=picture, media_type="image/png", original=picture, source_type="")
    free, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, lambda *_: resource.setrlimit(resource.RLIMIT_FSIZE, (free, most)))
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
        with pytest.raises(OSError, match="File too large"):
            sign(content, tmp_path / "signed", OURS, ("Voice2Face", "9.9"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (free, most))
        signal.signal(signal.SIGXFSZ, before)


async def test_signing_that_takes_too_long_fails_the_face(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels_module, "SECONDS", 0.0)
    with pytest.raises(FaceFailed, match="took too long"):
        await LABELS.label(write_face(tmp_path))


async def test_nothing_of_a_person_is_in_a_label(tmp_path: Path) -> None:
    """Only what is the same for all faces of a maker: its length does not depend on the face either."""
    lengths = set()
    for age in (1, 2):
        folder = tmp_path / str(age)
        folder.mkdir()
        noise(age).save(folder / "a.png")
        size = (folder / "a.png").stat().st_size
        await LABELS.label(FaceFiles(origin=Origin.ALGORITHM, portrait=folder / "a.png", video=None))
        lengths.add((folder / "a.png").stat().st_size - size)
    assert max(lengths) - min(lengths) < 16  # numbers in CBOR take as many bytes as they need


def test_a_file_without_credentials_is_told_as_such(tmp_path: Path) -> None:
    for path in write_face(tmp_path).paths:
        assert read_credentials(path, OURS.issuer).standing is Standing.ABSENT


@pytest.mark.parametrize(
    ("state", "success", "failure", "standing"),
    [
        ("Trusted", ["signingCredential.trusted"], [], Standing.TRUSTED),
        ("Valid", [], ["signingCredential.untrusted"], Standing.UNKNOWN_ISSUER),
        ("Invalid", [], ["signingCredential.untrusted", "signingCredential.expired"], Standing.EXPIRED),
        ("Invalid", [], ["signingCredential.expired", "assertion.dataHash.mismatch"], Standing.BROKEN),
        ("Invalid", ["signingCredential.trusted"], ["assertion.dataHash.mismatch"], Standing.BROKEN),
        ("", [], [], Standing.BROKEN),
    ],
)
def test_what_is_said_follows_from_what_holds(
    state: str, success: list[str], failure: list[str], standing: Standing
) -> None:
    """As the reader tells it; a certificate that expires while a test waits would depend on the machine."""
    results = {
        "success": [{"code": code} for code in success],
        "failure": [{"code": code} for code in failure],
    }
    assert standing_of(state, results) is standing


async def test_a_certificate_that_has_expired_signs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expired = SignedLabels(
        new_identity("Voice2Face", datetime.now(UTC) - VALIDITY - timedelta(days=1)), "9.9"
    )
    with pytest.raises(FaceFailed, match="cannot be marked as synthetic"):
        await expired.label(write_face(tmp_path))
    LABELS.require_ready()
    with pytest.raises(FaceFailed, match="could not be marked as synthetic"):
        expired.require_ready()
    assert "holds a certificate that is valid from" in caplog.text
