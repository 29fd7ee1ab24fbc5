"""The controllers, one file for each resource: decode, call a use case, build the response."""
