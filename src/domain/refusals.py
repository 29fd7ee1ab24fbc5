"""Why a recording cannot be used: stable words for programs, sentences for the user."""

from domain.errors import VoiceRefused

SENTENCES = {
    "not_audio": "We could not find any sound in this file: record again, or send it as WebM, Ogg, MP4, MP3, "
    "FLAC or WAV.",
    "unsupported": "We cannot read {format}: record again, or send it as WebM, Ogg, MP4, MP3, FLAC or WAV.",
    "incomplete": "The file is incomplete: send it from its beginning.",
    "unfinished": "The end of the file is missing: send the whole file, or record again.",
    "encrypted": "The file is encrypted or copy-protected: send it without protection, or record again.",
    "web_page": "This file is a web page and not a recording: send the recording itself.",
    "too_short": "The recording is shorter than one second: record again and speak for five to fifteen seconds.",
    "too_long": "The recording is longer than one minute: record again, or send the first minute.",
    "silent": "The recording is silent: check that the right microphone is chosen and not muted, and record again.",
    "too_quiet": "The recording is too quiet to hear a voice in it: record again, closer to the microphone.",
    "noise": "We heard only noise, and no voice in it: record again in a quieter place, closer to the microphone.",
    "tone": "We heard only a tone, and no voice: record again and say a few sentences.",
    "whisper": "We heard whispering, and need the sound of your voice: record again and speak aloud.",
    "music": "We heard music or other sounds, and no voice: record again without them and say a few sentences.",
    "no_voice": "We heard no voice in it: record again, closer to the microphone.",
    "too_little_voice": "We heard too little of your voice: record again and speak for five to fifteen seconds.",
    "too_costly": "This file takes too long to open: record again, or save it as WAV or FLAC.",
}
"""The sentence for each reason; a program sees the reason, the user reads the sentence."""

UNREADABLE = {"not_audio", "unsupported", "incomplete", "unfinished", "encrypted", "web_page"}
"""The reasons that concern the file; the others concern what is heard in it."""


def refusal(reason: str, **names: str) -> VoiceRefused:
    """Return the error for a reason of `SENTENCES`; `unsupported` needs the name of the `format`."""
    return VoiceRefused(reason, SENTENCES[reason].format(**names))
