"""Temporary folders and files, on the local disk."""
