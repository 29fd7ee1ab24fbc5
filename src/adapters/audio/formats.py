"""The containers and codecs that are allowed.

FFmpeg chooses the demuxer by a file's content. Some of its demuxers open other files or addresses (HLS, DASH, concat,
SDP) or run a filter graph. So only what is listed here is opened: what phones, browsers, cameras and recorders write,
and whose demuxer or decoder reads nothing but the file.
"""

DEMUXERS = ",".join(
    [
        *("matroska", "webm", "ogg", "mov", "mp3", "flac", "wav", "w64", "aac", "aiff", "au", "caf", "amr"),
        *("asf", "avi", "flv", "mpegts", "mpeg", "loas", "ac3", "eac3", "wv", "tta", "voc"),
    ]
)
"""The value of FFmpeg's `format_whitelist`."""

CODECS = ",".join(
    [
        *("opus", "libopus", "vorbis", "libvorbis", "speex", "libspeex", "flac", "alac", "wavpack", "tta"),
        *("aac", "aac_fixed", "aac_latm", "ac3", "ac3_fixed", "eac3"),
        *("mp3", "mp3float", "mp2", "mp2float", "mp1", "mp1float"),
        *("wmav1", "wmav2", "wmapro", "wmavoice", "wmalossless"),
        *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "gsm", "gsm_ms", "qcelp", "evrc"),
        *("g722", "g723_1", "g726", "g726le", "truespeech", "nellymoser"),
        *(
            f"adpcm_{kind}"
            for kind in ("ms", "swf", "yamaha", "ct", "sanyo", "sbpro_2", "sbpro_3", "sbpro_4")
        ),
        *(f"adpcm_ima_{kind}" for kind in ("wav", "qt", "dk3", "dk4", "oki", "amv", "ws", "ssi", "apc")),
        *("pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_s8", "pcm_s8_planar", "pcm_dvd", "pcm_bluray"),
        *(f"pcm_{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64") for end in ("le", "be")),
        *(f"pcm_{kind}{end}" for kind in ("u16", "u24", "u32") for end in ("le", "be")),
        *("pcm_s16le_planar", "pcm_s16be_planar", "pcm_s24le_planar", "pcm_s32le_planar"),
    ]
)
"""The value of FFmpeg's `codec_whitelist`: audio only, so that no picture in a file is decoded."""

PREFERRED_DECODERS = {"amrnb": "libopencore_amrnb", "amrwb": "libopencore_amrwb"}
"""Decoders to use in place of FFmpeg's own, which gives up at the comfort noise that phones send in pauses."""


def is_allowed(codec: str) -> bool:
    """Return whether a codec may be decoded."""
    return codec in CODECS.split(",")
