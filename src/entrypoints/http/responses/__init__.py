"""Responses that are not a struct as JSON: files and event streams."""
