"""What only a browser can show: the service as pages in a real Chromium see it."""
