"""From the sound of speech to a film of the face that speaks."""
