"""The same questions about the same patients, asked of this project and of other programs."""
