"""Blob storages: a local folder, and a bucket on MinIO or another S3 server."""

SERVICE = "blob storage"
"""The name of the backing service in `ServiceUnavailable`."""

CHUNK_BYTES = 256 * 1024
"""Size of the largest chunk that a reader gets."""

UNKNOWN_MEDIA_TYPE = "application/octet-stream"
"""The media type of a blob whose type is not known."""
