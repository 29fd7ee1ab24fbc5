"""Temporary folders and files."""
