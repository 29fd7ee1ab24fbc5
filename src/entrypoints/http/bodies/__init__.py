"""Request bodies: forms, JSON objects and uploads, read into structs."""
