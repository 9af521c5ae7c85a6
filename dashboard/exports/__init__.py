"""The filtered list as a file: CSV and Excel, each saying where it comes from.

Rows are exactly those of the list on the screen, all pages, in its order and its words. Text from a record
never becomes a formula or a link.
"""

from __future__ import annotations

from dashboard.exports.csv_file import write_csv
from dashboard.exports.excel_file import MOST_IN_EXCEL, write_excel
from dashboard.exports.provenance import Provenance
from dashboard.exports.sheet import Sheet, sheet_csv, sheet_excel

__all__ = ["MOST_IN_EXCEL", "Provenance", "Sheet", "sheet_csv", "sheet_excel", "write_csv", "write_excel"]
