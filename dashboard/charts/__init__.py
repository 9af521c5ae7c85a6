"""Rows to figures: each chart comes with the sentence that describes it and the table behind it."""
