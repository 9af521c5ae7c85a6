"""The shape of the store, step by step; each step has a module in ``versions``."""
