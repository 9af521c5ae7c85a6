"""Colours that people with any colour vision tell apart (Okabe and Ito 2008).

No colour speaks alone: a hatching, a dash or a word always says the same.
"""

from __future__ import annotations

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
YELLOW, SKY = "#E69F00", "#56B4E9"
