"""Each kind of fact as steps of the statement: one column, one value per patient, perhaps unknown.

A fact that can stand in a condition is a boolean column of its name. ``<name>__since`` is the date
on which it became met; ``<name>__day`` is the date of the entry that decided it.
"""
