"""Who waits for what, for how long and where; and how each queue moved in the weeks before.

Every number is people, taken from the worklist under the filters of its mark, so that a click on a mark
opens exactly the people it counts.
"""
