"""From a voice, an age and a gender to the numbers that describe a face."""
