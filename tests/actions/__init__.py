"""The action log: what is stored, how it is proved, what happens when something fails."""
