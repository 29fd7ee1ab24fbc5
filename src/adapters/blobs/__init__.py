"""Stores of files: a folder, an S3 server."""
