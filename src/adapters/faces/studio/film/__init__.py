"""From the sound of speech to a video of the face that speaks."""
