"""The API's description of itself: a document for programs, and a page for people."""
