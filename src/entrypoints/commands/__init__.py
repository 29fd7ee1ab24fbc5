"""The commands of `voice2face`."""
