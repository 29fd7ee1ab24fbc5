"""Sound, decoded and measured with PyAV and NumPy: no other service is asked."""
