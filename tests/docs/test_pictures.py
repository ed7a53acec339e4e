"""The pictures in the guides are drawn as the pages are."""

from __future__ import annotations

from .pictures import PAGE, drawn, pictures


def test_pictures_are_as_drawn_now() -> None:
    """Each picture of the guide is what the program draws: python -m tests.docs.pictures."""
    text = PAGE.read_text("utf-8")
    assert drawn(text) == text


def test_every_picture_stands_in_the_guide() -> None:
    """No picture is made that the guide does not show."""
    text = PAGE.read_text("utf-8")
    assert [name for name in pictures() if f'id="{name}"' not in text] == []
