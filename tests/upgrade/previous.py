"""The previous release, whose processes run beside those of the present code during an upgrade: see CONTRIBUTING."""

from e2e.service import UNMARKED

RELEASE = "0.2.0"
COMMIT = "3c9608f43bcec2e9c1a9d83216bf781522b3d360"
LATER_SETTINGS = frozenset(UNMARKED)
"""Settings of the tests that this release does not know."""
NEWEST_MIGRATION = "0011"
"""The newest migration of that release: all later ones only expand."""
