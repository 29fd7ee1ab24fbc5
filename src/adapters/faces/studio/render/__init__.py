"""From a mesh to the pixels of a picture."""
