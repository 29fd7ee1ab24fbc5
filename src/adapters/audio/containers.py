"""Which containers and codecs are opened at all, and how a recording of theirs is served.

FFmpeg chooses the demuxer by content. Some of its demuxers are lists of other files or addresses (HLS, DASH,
concat, SDP) or run a filter graph, so what is not listed here is never opened.
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
"""The demuxers that are allowed, and the ending that a recording of each is stored with."""
_WEBM_CODECS = {"opus", "vorbis"}

DEMUXERS = ",".join(_ENDINGS)
"""FFmpeg's `format_whitelist`."""

CODECS = ",".join(
    [
        *("opus", "libopus", "vorbis", "libvorbis", "aac", "aac_fixed", "alac", "flac", "speex", "libspeex"),
        *("mp3", "mp3float", "mp2", "mp2float", "mp1", "mp1float"),
        *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "gsm", "gsm_ms"),
        *("adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "g722", "pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_s8"),
        *(f"pcm_{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64") for end in ("le", "be")),
    ]
)
"""FFmpeg's `codec_whitelist`: sound only, so that no picture in a file is ever decoded."""


def file_ending(demuxer: str, codec: str) -> str:
    """Return the ending, with its dot, for an FFmpeg demuxer and codec; raises `KeyError` for one never opened."""
    names = demuxer.split(",")
    if "webm" in names:
        return _ENDINGS["webm" if codec in _WEBM_CODECS else "matroska"]
    return _ENDINGS[names[0]]


def is_listed(codec: str) -> bool:
    """Tell whether a codec may be decoded."""
    return codec in CODECS.split(",")
