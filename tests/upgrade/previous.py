"""The previous release, whose processes run beside those of the present code during an upgrade: see CONTRIBUTING."""

RELEASE = "0.2.0"
COMMIT = "3c9608f43bcec2e9c1a9d83216bf781522b3d360"
NEWEST_MIGRATION = "0011"
"""The newest migration of that release: all later ones only expand."""
