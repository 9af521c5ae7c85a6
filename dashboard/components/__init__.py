"""Pieces that the pages share. Nothing here decides anything clinical."""
