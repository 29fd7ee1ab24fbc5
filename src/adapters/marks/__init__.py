"""The visible mark: words on a dark plate in a corner of pictures and videos that leave the service."""
