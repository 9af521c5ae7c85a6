"""The list as files: CSV and Excel."""
