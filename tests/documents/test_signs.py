"""Which signs can be printed, and what becomes of those that cannot."""

from __future__ import annotations

import pytest

from dashboard import wording
from dashboard.documents import refuse_unprintable
from dashboard.documents.signs import FONTS, UNPRINTABLE, cleaned, printable, unprintable

SIZE_OF_ALL = 12_000_000


@pytest.mark.parametrize(
    "text",
    ["Łódź Ñandú Þór Ğül ĳ ș", "Ωμέγα Жанна", "محمد پژمان ٹ", "שלום", "अनिल", "অনিল", "ਅਨਿਲ", "અનિલ", "அனில்", "అనిల్",
     "අනිල්", "สมชาย", "Արամ", "გიორგი", "አበበ", "王俊杰", "さくら サクラ", "김동현 각 힣",
     "‼⚠▲◉●?…↺■○✓→–×", "≥ ≤ µ ° ½ €"],
)  # fmt: skip
def test_the_bundled_fonts_have_these_scripts(text: str) -> None:
    assert unprintable(text) == []


def test_every_glyph_of_a_status_and_verdict_can_be_printed() -> None:
    words = wording.statuses()
    glyphs = [status.glyph for status in words.statuses.values()] + [one.glyph for one in words.verdicts.values()]
    assert glyphs
    assert unprintable("".join(glyphs)) == []


def test_a_sign_that_no_font_has_is_named_once_and_marked() -> None:
    assert unprintable("a😀b😀𞤀") == ["😀", "𞤀"]
    assert printable("a😀😀b") == f"a{UNPRINTABLE}b"


def test_what_shapes_a_script_stays_and_what_turns_or_hides_text_goes() -> None:
    assert cleaned("می‌خواهم") == "می‌خواهم"
    assert cleaned("a\u202eb\u2066c\u200bd\x07e\nf\ufeff") == "a b c d e f"
    assert cleaned("e\u0301") == "é"


def test_a_long_word_may_break_and_a_short_one_may_not() -> None:
    assert "\u200b" in printable("x" * 60)
    assert "\u200b" not in printable("x" * 20 + " " + "y" * 20)


def test_an_id_is_checked_like_a_name_and_nothing_is_no_name() -> None:
    refuse_unprintable(None, "0007")
    with pytest.raises(Exception, match="fonts do not have"):
        refuse_unprintable("Ann", "😀")


def test_the_fonts_are_few_licensed_and_described() -> None:
    fonts = [*FONTS.glob("*.[ot]tf")]
    assert sum(font.stat().st_size for font in fonts) < SIZE_OF_ALL
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL-1.1.txt").read_text(encoding="utf-8")
    assert "Apache License" in (FONTS / "Apache-2.0.txt").read_text(encoding="utf-8")
    described = (FONTS / "README.md").read_text(encoding="utf-8")
    for font in fonts:
        family = font.stem.split("-")[0]
        assert family in described or family.removeprefix("NotoSans") in described, font.name
