"""Whole columns typed at once, for tables that come as columns.

What many rows share is typed once, by the functions that type a single row, and spread over the rows. A row
in which anything is amiss is handed back, to be typed and held back by itself: what is wrong with a row is
said in one place only.
"""
