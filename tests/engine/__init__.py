"""The engine by itself: its logic, its files, its version, its statement, its traces."""
