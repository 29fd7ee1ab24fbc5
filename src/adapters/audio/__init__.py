"""Recordings: decoded, checked for a voice and measured, with PyAV and NumPy on this machine."""
