"""Backups: a tar archive with a seal at its end, encrypted with age where a key is given."""
