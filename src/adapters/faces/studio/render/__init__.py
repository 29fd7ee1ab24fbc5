"""From a mesh to the pixels of a picture: projection, z-buffer, shadows, materials, light."""
