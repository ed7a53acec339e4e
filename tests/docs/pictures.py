"""The pictures in the guides, drawn by what draws the pages.

``python -m tests.docs.pictures`` puts them in anew after a drawing has changed.
"""

from __future__ import annotations

from maestro.publishing.draw.charts import Bar, axis, cell_bar, wide_bar

from .pages import FIGURE, ROOT

PAGE = ROOT / "site" / "guides" / "read-the-numbers.md"

VERDICTS = (
    ("helps", Bar("From +1.2 to +7.0: helps", 4.1, 1.2, 7.0, 1.0)),
    ("hurts", Bar("From -9.0 to -2.4: hurts", -5.7, -9.0, -2.4, 1.0)),
    ("no clear effect: little is known", Bar("From -5.0 to +8.2", 1.6, -5.0, 8.2, 1.0)),
    ("no clear effect: hardly any is left", Bar("From -0.8 to +1.3", 0.2, -0.8, 1.3, 1.0)),
)
"""Made-up examples: one for each thing an effect can say."""


def _figure(name: str, body: str, caption: str) -> str:
    return (
        f'<figure class="mx-picture" id="{name}">\n{body}\n'
        f"<figcaption>{caption}</figcaption>\n</figure>"
    )


def _verdicts() -> str:
    ends = [end for _, bar in VERDICTS for end in (bar.lo, bar.hi) if end is not None]
    rows = [
        f"<tr><td>{cell_bar(bar, axis(ends))}</td><td>{words}</td></tr>" for words, bar in VERDICTS
    ]
    head = '<thead><tr><th scope="col">Interval</th><th scope="col">It says</th></tr></thead>'
    return "\n".join([f"<table>{head}<tbody>", *rows, "</tbody></table>"])


def pictures() -> dict[str, str]:
    """Every picture by its anchor, as it stands in the guide."""
    one = Bar("An effect of +4.1 points, from +1.2 to +7.0", 4.1, 1.2, 7.0, 1.0)
    plan = Bar("11 weeks, from 5 to 24; it came to 14", 11.0, 5.0, 24.0, actual=14.0)
    return {
        "an-interval": _figure(
            "an-interval",
            wide_bar(one),
            "The dot is the best guess, the bar the interval. The dotted line is zero, the grey "
            "band the margin: a difference within it is too small to matter.",
        ),
        "verdicts": _figure(
            "verdicts",
            _verdicts(),
            "A verdict asks where the whole bar lies, not where the dot is. One axis for all four.",
        ),
        "a-prediction": _figure(
            "a-prediction",
            wide_bar(plan, signed=False),
            "A prediction in weeks, made at the start, and what it came to (diamond).",
        ),
    }


def drawn(text: str) -> str:
    """The page with each picture as it is drawn now; a picture that is not known vanishes."""
    known = pictures()
    return FIGURE.sub(lambda found: known.get(found["name"], ""), text)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), encoding="utf-8")
