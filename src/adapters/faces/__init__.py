"""Whatever makes faces: the built-in studio, and model servers."""
