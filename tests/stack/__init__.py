"""Tests of the stack that `make stack` starts; they start one of their own, on other ports."""
