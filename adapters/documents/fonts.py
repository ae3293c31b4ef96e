"""Which font letters are set in, and why it is this one.

Decree 30/2020 asks for Times New Roman, which may not be passed on. Libertinus Serif (SIL Open Font
License) was drawn as its stand-in, has upright, italic, bold and bold italic with every Vietnamese
letter, and travels inside the `typst` wheel, so a letter looks the same on every machine. Fonts of
the machine are never consulted and no other font steps in for a missing character: a letter that
cannot be printed is an error that names the character, not a page with a box in it.
"""

from __future__ import annotations

from typing import Final

FAMILY: Final = "Libertinus Serif"
