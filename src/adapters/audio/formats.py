"""The containers and codecs that are allowed, and the file ending that belongs to each.

FFmpeg chooses the demuxer by a file's content. Some of its demuxers open other files or addresses (HLS, DASH, concat,
SDP) or run a filter graph. So only what is listed here is opened.
"""

_ENDINGS = {
    "matroska": ".mka",
    "webm": ".webm",
    "ogg": ".ogg",
    "mov": ".m4a",
    "mp3": ".mp3",
    "flac": ".flac",
    "wav": ".wav",
    "w64": ".w64",
    "aac": ".aac",
    "aiff": ".aiff",
    "au": ".au",
    "caf": ".caf",
    "amr": ".amr",
}
"""The allowed demuxers, and the file ending with which a recording of each is stored."""
_WEBM_CODECS = {"opus", "vorbis"}

DEMUXERS = ",".join(_ENDINGS)
"""The value of FFmpeg's `format_whitelist`."""

CODECS = ",".join(
    [
        *("opus", "libopus", "vorbis", "libvorbis", "aac", "aac_fixed", "alac", "flac", "speex", "libspeex"),
        *("mp3", "mp3float", "mp2", "mp2float", "mp1", "mp1float"),
        *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "gsm", "gsm_ms"),
        *("adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "g722", "pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_s8"),
        *(f"pcm_{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64") for end in ("le", "be")),
    ]
)
"""The value of FFmpeg's `codec_whitelist`: audio only, so that no picture in a file is decoded."""


def file_ending(demuxer: str, codec: str) -> str:
    """Return the file ending, with its dot, for FFmpeg's names of a demuxer and a codec.

    Raises `KeyError` for a demuxer that is not allowed.
    """
    names = demuxer.split(",")
    if "webm" in names:
        return _ENDINGS["webm" if codec in _WEBM_CODECS else "matroska"]
    return _ENDINGS[names[0]]


def is_allowed(codec: str) -> bool:
    """Return whether a codec may be decoded."""
    return codec in CODECS.split(",")
