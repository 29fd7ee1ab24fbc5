"""Passwords, login tokens and signed media links."""
