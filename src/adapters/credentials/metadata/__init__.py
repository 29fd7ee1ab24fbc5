"""Metadata in pictures and films: nothing that shows or sounds is changed, and the same file gets the same bytes."""
