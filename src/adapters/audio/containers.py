"""Which containers and codecs are opened at all, and how a recording of theirs is served.

FFmpeg chooses the demuxer by content. Some of its demuxers are lists of other files or addresses (HLS, DASH,
concat, SDP) or run a filter graph, so what is not listed here is never opened.
"""

_SERVED_AS = {
    "matroska": ("audio/x-matroska", ".mka"),
    "webm": ("audio/webm", ".webm"),
    "ogg": ("audio/ogg", ".ogg"),
    "mov": ("audio/mp4", ".m4a"),
    "mp3": ("audio/mpeg", ".mp3"),
    "flac": ("audio/flac", ".flac"),
    "wav": ("audio/wav", ".wav"),
    "w64": ("audio/x-w64", ".w64"),
    "aac": ("audio/aac", ".aac"),
    "aiff": ("audio/aiff", ".aiff"),
    "au": ("audio/basic", ".au"),
    "caf": ("audio/x-caf", ".caf"),
    "amr": ("audio/amr", ".amr"),
}
_WEBM_CODECS = {"opus", "vorbis"}

DEMUXERS = ",".join(_SERVED_AS)
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


def served_as(demuxer: str, codec: str) -> tuple[str, str]:
    """Return media type and file ending for an FFmpeg demuxer and codec name; `KeyError` if never opened."""
    names = demuxer.split(",")
    if "webm" in names:
        return _SERVED_AS["webm" if codec in _WEBM_CODECS else "matroska"]
    return _SERVED_AS[names[0]]


def is_listed(codec: str) -> bool:
    """Tell whether a codec may be decoded."""
    return codec in CODECS.split(",")
