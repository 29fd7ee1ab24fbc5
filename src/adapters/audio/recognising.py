"""Tells what a file is in which no sound can be decoded, so that its sender learns what to send instead."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from mmap import mmap

from adapters.audio.pieces import has_its_beginning
from domain.errors import VoiceRefused
from domain.refusals import refusal

_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s+|<!--.*?-->|<\?.*?>)*+"
    rb"<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|div|p|h1|table|iframe)\b)",
    re.I | re.S,
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WEB_PAGE_BYTES = 4_000

_ENCRYPTED_TRACK = re.compile(
    rb"stsd.{12}(?:enca|drms)"  # MP4 (ISO/IEC 14496-12), iTunes
    rb"|\x6d\x80.{1,8}\x62\x40.{1,32}\x50\x35"  # ContentEncodings with ContentEncryption, of Matroska (RFC 9559)
    rb"|\xfb\xb3\x11\x22\x23\xbd\xd2\x11\xb4\xb7\x00\xa0\xc9\x55\xfc\x6e"  # ASF, such as WMA
    rb"|\x14\xe6\x8a\x29\x22\x26\x17\x4c\xb9\x35\xda\xe0\x7e\xe9\x28\x9c",
    re.S,
)
_DESCRIBES_TRACKS = re.compile(rb"....ftyp|....moov|\x1a\x45\xdf\xa3|\x30\x26\xb2\x75", re.S)
_CLUSTER = b"\x1f\x43\xb6\x75"
_ENCRYPTED_FILE = re.compile(
    rb"PK\x03\x04..[\x01\x03\x05\x07\x09\x0b\x0d\x0f]"  # ZIP
    rb"|Salted__|U2FsdGVkX1|age-encryption\.org/|-----BEGIN PGP MESSAGE|....ftypaax",
    re.S,
)

_UNSUPPORTED = {
    rb"\.RMF|\.ra\xfd": "RealAudio",
    rb"MAC ": "Monkey's Audio",
    rb"MPCK|MP\+": "Musepack",
    rb"DSD |FRM8": "DSD",
    rb"MThd|RIFF....RMID": "MIDI, which holds notes and no sound",
    rb"RIFF....CDDA": "a link to a track of a CD",
    rb"RIFF....QLCM": "QCP",
    rb"\x02?#!SILK": "SILK",
    rb"[\x02\x03]dss|\x03ds2": "DSS",
    rb"ea3\x03|EA3\x01": "ATRAC",
    rb"\x7f\xfe\x80\x01|\xfe\x7f\x01\x80": "DTS",
    rb"[CFZ]WS[\x01-\x30]": "Flash",
    rb"ajkg": "Shorten",
    rb"tBaK": "TAK",
    rb"OFR ": "OptimFROG",
    rb"qoaf": "QOA",
    rb"NIST_1A": "NIST SPHERE",
    rb"#!iLBC": "iLBC",
    rb"\.SoX|XoS\.": "SoX's own format",
    rb"\x06\x0e\x2b\x34\x02\x05\x01\x01": "MXF",
    rb"nut/multimedia": "NUT",
    rb"[\x00\x64]\xa3[\x01-\x04\x64]": "IRCAM",
    rb"Extended Module:|IMPM": "a tracker module",
}
"""How files in other formats begin, and what the formats are called."""

_INNER_PARTS = re.compile(
    rb"OggS\x00[\x00\x01\x04\x05]"  # a page that does not begin a stream
    rb"|\x1f\x43\xb6\x75[\x01\x10-\xff].{0,7}\xe7"  # a cluster of Matroska and WebM
    rb"|moof.{4}mfhd|moov.{4}mvhd"  # MP4
    rb"|LIST....movi|idx1"  # AVI
    rb"|wvpk.{4}[\x02-\x10]\x04"  # WavPack
    rb"|\x36\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9",  # the samples of ASF
    re.S,
)
_INNER_BOXES = {b"moof", b"mdat", b"styp", b"sidx"}
_FRAME_OF_FLAC = re.compile(rb"\xff[\xf8\xf9][\x10-\xef][\x00-\xae]")
_AMR_FRAME_BYTES = {0: 13, 1: 14, 2: 16, 3: 18, 4: 20, 5: 21, 6: 27, 7: 32, 8: 6, 15: 1}
"""Bytes of a frame of AMR with its header, by the frame type in the header (RFC 4867)."""
_BLOCK_OF_MATROSKA = re.compile(rb"\xa3[\x40-\xff]")
_TAG_OF_FLV = re.compile(rb"[\x08\x09\x12].{7}\0\0\0", re.S)
_PACKET_OF_ASF = re.compile(rb"\x82\0\0[\x00-\x7f]", re.S)
_FRAME_OF_AMR = re.compile(rb"[\x04\x0c\x14\x1c\x24\x2c\x34\x3c\x44\x7c]")
_FEWEST_PARTS = 8
_SEARCHED_BYTES = 1_000_000
_FIRST_BYTES = 100_000


def require_decodable(content: mmap) -> None:
    """Raise `VoiceRefused` for what FFmpeg would take for noise or for damaged sound."""
    if content[:4] == b"RIFX":
        raise refusal("unsupported", format="RIFX, a WAV file with reversed bytes")
    if _is_encrypted(content):
        raise refusal("encrypted")


def _is_encrypted(content: mmap) -> bool:
    """Return whether a container says that its sound is encrypted."""
    if not _DESCRIBES_TRACKS.match(content):
        return False
    is_matroska = content[:4] == b"\x1a\x45\xdf\xa3"
    end = content.find(_CLUSTER) if is_matroska else -1
    return _ENCRYPTED_TRACK.search(content, 0, end if end >= 0 else len(content)) is not None


def why_nothing_is_heard(content: mmap) -> VoiceRefused:
    """Return the refusal of a file in which no sound could be decoded, with the reason that its content shows."""
    if _is_web_page(content):
        return refusal("web_page")
    if _ENCRYPTED_FILE.match(content):
        return refusal("encrypted")
    for beginning, name in _UNSUPPORTED.items():
        if re.match(beginning, content, re.S):
            return refusal("unsupported", format=name)
    if content[4:8] == b"ftyp" and _lacks_its_end(content):
        return refusal("unfinished")
    is_incomplete = not has_its_beginning(content) and _has_inner_parts(content)
    return refusal("incomplete" if is_incomplete else "not_audio")


def _is_web_page(content: mmap) -> bool:
    if content[:2] in _UTF_16:
        text = content[:_WEB_PAGE_BYTES].decode("utf-16", errors="replace")
        return _WEB_PAGE.match(text.encode()) is not None
    return _WEB_PAGE.match(content) is not None


def _lacks_its_end(content: mmap) -> bool:
    """Return whether an MP4 (ISO/IEC 14496-12) ends inside one of its boxes, or has none that describes its tracks."""
    at, names = 0, set()
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        names.add(content[at + 4 : at + 8])
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16])
        if size < 8:  # it goes to the end
            break
        at += size
    return at > len(content) or not names & {b"moov", b"moof"}


def _has_inner_parts(content: mmap) -> bool:
    return (
        content[4:8] in _INNER_BOXES
        or _INNER_PARTS.search(content) is not None
        or _has_blocks_of_matroska(content)
        or _has_tags_of_flv(content)
        or _has_packets_of_asf(content)
        or _has_frames_of_flac(content)
        or _has_frames_of_amr(content)
    )


def _has_blocks_of_matroska(content: mmap) -> bool:
    """Return whether SimpleBlocks follow each other, as between two clusters (RFC 9559)."""

    def next_block(at: int) -> int | None:
        size = content[at + 1]
        if content[at] != 0xA3 or size < 0x40:
            return None
        return at + 2 + (size & 0x7F) if size & 0x80 else at + 3 + ((size & 0x3F) << 8 | content[at + 2])

    return _has_chain(content, _BLOCK_OF_MATROSKA, next_block, _FEWEST_PARTS)


def _has_tags_of_flv(content: mmap) -> bool:
    """Return whether tags of FLV follow each other, each with its size before and behind it."""

    def next_tag(at: int) -> int | None:
        size = int.from_bytes(content[at + 1 : at + 4])
        is_tag = content[at + 8 : at + 11] == b"\0\0\0"
        behind = at + 11 + size
        is_tag = is_tag and int.from_bytes(content[behind : behind + 4]) == 11 + size
        return behind + 4 if is_tag else None

    return _has_chain(content, _TAG_OF_FLV, next_tag, _FEWEST_PARTS)


def _has_packets_of_asf(content: mmap) -> bool:
    """Return whether packets of ASF, such as WMA, follow each other; all of a file have one size."""
    starts = [match.start() for match in _PACKET_OF_ASF.finditer(content[:_FIRST_BYTES])]
    return any(
        all(
            _PACKET_OF_ASF.match(content, first + number * (second - first))
            for number in range(_FEWEST_PARTS)
        )
        for first, second in pairwise(starts)
    )


def _has_frames_of_amr(content: mmap) -> bool:
    """Return whether frames of AMR follow each other, in a file without its header."""

    def next_frame(at: int) -> int | None:
        size = _AMR_FRAME_BYTES.get(content[at] >> 3)
        return at + size if content[at] & 0x87 == 0x04 and size is not None else None

    return _has_chain(content, _FRAME_OF_AMR, next_frame, 4 * _FEWEST_PARTS)


def _has_chain(
    content: mmap, first: re.Pattern[bytes], next_part: Callable[[int], int | None], fewest: int
) -> bool:
    """Return whether so many parts follow each other, the first of them in the first bytes of the file."""
    for match in first.finditer(content[:_FIRST_BYTES]):
        at: int | None = match.start()
        for _ in range(fewest):
            at = next_part(at) if at is not None and at + 16 < len(content) else None
        if at is not None:
            return True
    return False


def _has_frames_of_flac(content: mmap) -> bool:
    """Return whether the same header of a FLAC frame (RFC 9639) comes again and again."""
    headers = Counter(match.group() for match in _FRAME_OF_FLAC.finditer(content[:_SEARCHED_BYTES]))
    return bool(headers) and headers.most_common(1)[0][1] >= _FEWEST_PARTS
