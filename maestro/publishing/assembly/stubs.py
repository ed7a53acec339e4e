"""Stubs: what each kind of page looks like to the site generator.

A stub holds fixed words of ours and tokens, so that no text of records ever passes through the
generator. After the build its HTML is cut at the tokens (:mod:`.shell`) and
stamped with finished HTML, once per record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from maestro.publishing.insights.dashboards import DASHBOARDS

OPEN, CLOSE = "Zq9x", "x9qZ"


def token(name: str) -> str:
    """The plain-text token that stands for one value of a page."""
    return f"{OPEN}{name.upper()}{CLOSE}"


@dataclass(frozen=True, slots=True)
class Stub:
    """One kind of page: its place in the docs tree and its sections with their headings.

    ``title`` is a fixed title of ours; None where each page has a title of its own. A section
    without heading stands right below the title.
    """

    name: str
    path: str
    sections: tuple[tuple[str, str], ...]
    title: str | None = None
    scripts: tuple[str, ...] = ()
    """Scripts of ours that only this kind of page needs, in the order they run; published as one
    file that is called like the last, see :mod:`maestro.publishing.assembly.assets`."""
    names_feed: bool = False
    """Whether its head has a place for the address of the feed of changes."""

    @property
    def jumps(self) -> tuple[tuple[str, str], ...]:
        """Anchor and heading of each section that has one, for the list on top of a long page."""
        return tuple((name, heading) for name, heading in self.sections if heading)

    def markdown(self) -> str:
        """The stub as Markdown with front matter."""
        title = self.title or token("title")
        lines = [
            "---",
            f"title: {json.dumps(title)}",
            f"description: {token('description')}",
            # Tables need the width: long pages list their sections on top instead.
            "hide:",
            "  - toc",
            "search:",
            "  exclude: true",
            *(["feed: true"] if self.names_feed else []),
            "---",
            "",
            f"# {title} {{ #top }}",
        ]
        for section, heading in self.sections:
            if heading:
                lines += ["", f"## {heading} {{ #{section} }}"]
            lines += ["", token(section)]
        up = "../" * self.path.count("/")
        if self.scripts:
            script = self.scripts[-1]
            lines += ["", f'<script src="{up}assets/maestro/{script}" defer></script>']
        return "\n".join(lines) + "\n"


_TAIL = (
    ("lineage", "Used by, uses and lineage"),
    ("alike", "What is like it"),
    ("versions", "Versions"),
    ("quality", "Quality checklist"),
    ("record", "The record itself"),
)
STUBS: dict[str, Stub] = {
    stub.name: stub
    for stub in (
        Stub(
            "home",
            "index.md",
            (
                ("lead", ""),
                ("here", "What is here"),
                ("best", ""),
                ("new", "What is new"),
                ("attention", "What needs attention"),
            ),
            title=token("site"),
            scripts=("find.js",),
            names_feed=True,
        ),
        Stub(
            "library",
            "library/index.md",
            (("lead", ""), ("all", ""), ("kinds", "Lists by kind")),
            title="Library",
            scripts=("left.js", "marks.js", "facets.js", "nearby.js", "library.js"),
        ),
        Stub(
            "compare",
            "compare/index.md",
            (("lead", ""), ("all", "")),
            title="Compare",
            scripts=("marks.js", "compare.js"),
        ),
        Stub("kind", "library/kinds/stub--kind.md", (("lead", ""), ("all", "Entries"))),
        Stub(
            "entry",
            "library/stub--entry.md",
            (
                ("lead", ""),
                ("helps", "Does it help?"),
                ("use", "Use it"),
                ("ports", "What goes in, what comes out"),
                *_TAIL,
            ),
        ),
        Stub(
            "dataset",
            "library/stub--dataset.md",
            (
                ("lead", ""),
                ("helps", "Does it help?"),
                ("use", "Use it"),
                ("fields", "Fields"),
                ("handling", "Licence, sensitivity and limits"),
                ("learners", "Who learns from it"),
                *_TAIL,
            ),
        ),
        Stub(
            "broken",
            "library/stub--broken.md",
            (("lead", ""), ("faults", "What is wrong"), ("record", "The record itself")),
        ),
        Stub(
            "model",
            "models/stub--model.md",
            (
                ("lead", ""),
                ("intended", "Intended use"),
                ("metrics", "How good it is"),
                ("live", "Where it is live"),
                ("use", "Use it"),
                ("data", "What it learned from"),
                ("limits", "Limitations and risks"),
                ("oversight", "Oversight and monitoring"),
                ("notes", "Notes"),
                *_TAIL,
            ),
        ),
        Stub(
            "project",
            "projects/stub--project.md",
            (
                ("lead", ""),
                ("outcome", "Outcome"),
                # A heading of its own: it is left out where a project's state has nothing for it.
                ("explained", ""),
                ("prediction", "Prediction and outcome"),
                ("work", "How the work went"),
                ("used", "What it used"),
                ("worth", ""),
                ("alike", "Projects like this"),
                ("sources", "Sources"),
                ("record", "The record itself"),
            ),
        ),
        Stub(
            "experiment",
            "experiments/stub--project/stub--experiment.md",
            (
                ("lead", ""),
                ("design", "Design"),
                ("metrics", "What is measured"),
                ("result", "Result"),
                ("record", "The record itself"),
            ),
        ),
        Stub(
            "projects",
            "projects/index.md",
            (("lead", ""), ("all", "Portfolio")),
            title="Projects",
            scripts=("left.js", "filter.js", "sort.js"),
        ),
        Stub(
            "timeline",
            "projects/timeline/index.md",
            (("lead", ""), ("running", "Running and planned"), ("ended", "Ended")),
            title="Timeline",
        ),
        Stub(
            "governance",
            "governance/index.md",
            (
                ("lead", ""),
                ("live", "What is live"),
                ("policies", "Policies"),
                ("exceptions", "Exceptions"),
                ("roles", "Who may do what"),
                ("audit", "Changes of records"),
                ("missing", "What is not shown"),
            ),
            title="Governance",
            scripts=("left.js", "filter.js"),
            names_feed=True,
        ),
        Stub(
            "teams",
            "teams/index.md",
            (("lead", ""), ("all", "All teams"), ("unowned", "Owned by no team")),
            title="Teams",
            scripts=("left.js", "filter.js"),
        ),
        Stub(
            "team",
            "teams/stub--team/index.md",
            (
                ("lead", ""),
                ("people", "Who is in it"),
                ("owns", "What it owns"),
                ("health", "What to look at"),
                ("projects", "Its projects"),
                ("reuse", "Reuse across teams"),
            ),
        ),
        Stub("insights", "insights/index.md", (("lead", ""), ("overview", "")), title="Insights"),
        *(
            Stub(
                one.name,
                one.path.replace(".html", ".md"),
                one.sections,
                title=one.title,
                scripts=("left.js", "insights.js"),
            )
            for one in DASHBOARDS
        ),
        Stub(
            "planner",
            "planner/index.md",
            (("lead", ""), ("plan", ""), ("rests", "What the answers rest on")),
            title="Planner",
            scripts=("solving.js", "forecast.js", "answer.js", "planner.js"),
        ),
        Stub(
            "truth",
            "insights/truth/index.md",
            (("lead", ""), ("against", "Effects of reused pieces")),
            title="Estimate and truth",
        ),
        Stub(
            "models",
            "models/index.md",
            (("lead", ""), ("all", "Cards"), ("channels", "What is live")),
            title="Models",
            scripts=("left.js", "filter.js"),
        ),
        Stub(
            "datasets",
            "datasets/index.md",
            (("lead", ""), ("all", "All data sets")),
            title="Data sets",
            scripts=("left.js", "filter.js"),
        ),
        Stub(
            "experiments",
            "experiments/index.md",
            (("lead", ""), ("all", "All experiments")),
            title="Experiments",
            scripts=("left.js", "filter.js"),
        ),
        Stub(
            "operations",
            "operations/index.md",
            (
                ("lead", ""),
                ("sources", "Sources"),
                ("problems", "Problems in records"),
                ("left", "Records left out"),
                ("models", "Models of outcomes"),
                ("runs", "Earlier runs"),
                ("build", "This build"),
            ),
            title="Operations",
            names_feed=True,
        ),
    )
}
"""Every kind of page by name."""

NAV: tuple[tuple[str, str], ...] = (
    ("Home", "index.md"),
    ("Library", "library/index.md"),
    ("Projects", "projects/index.md"),
    ("Insights", "insights/index.md"),
    ("Planner", "planner/index.md"),
    ("Models", "models/index.md"),
    ("Data sets", "datasets/index.md"),
    ("Experiments", "experiments/index.md"),
    ("Governance", "governance/index.md"),
    ("Teams", "teams/index.md"),
    ("Operations", "operations/index.md"),
)
"""The fixed sections of the navigation; entries never stand in it."""
