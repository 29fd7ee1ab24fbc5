"""Knowing people by passwords and tokens, and letting links open one blob each."""
