"""Tests of the app, written from cells, and run from a notebook in the app's own environment."""
