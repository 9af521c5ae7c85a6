"""Panels larger than memory: a bucket of patients at a time, each read, typed and settled by itself.

Only what is decided over a whole file is decided over the whole file, in a first look at the columns that decide it:
which columns there are, and in which order day and month stand. All else is decided among the records of one patient
id, and the records of an id, whatever they say, are all in one bucket.
"""
