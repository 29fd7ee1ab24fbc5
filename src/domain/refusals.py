"""Why a recording cannot be used: stable words for programs, sentences for the user."""

from domain.errors import VoiceRefused

SENTENCES = {
    "not_audio": "We could not find any sound in this file: record again, or send it as WebM, Ogg, MP4, MP3, "
    "FLAC or WAV.",
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


def refusal(reason: str) -> VoiceRefused:
    """Return the error for a reason of `SENTENCES`."""
    return VoiceRefused(reason, SENTENCES[reason])
