"""The pages: static files, which call the API as any other client does."""
