"""Which project of which server a record means."""

from __future__ import annotations

import pytest

from maestro.mining.ci.address import project_of, provider_of, server_of
from maestro.mining.ci.fetching import github, gitlab
from maestro.schema.project import Ci

CASES = {
    "named": (
        {"provider": "github_actions", "project": "team/churn"},
        "https://git.example.org/x/y",
        ("github", "team/churn", ""),
    ),
    "from the repository": (
        {"provider": "github_actions"},
        "https://github.com/team/churn.git",
        ("github", "team/churn", "https://github.com"),
    ),
    "from a repository on a server of one's own": (
        {"provider": "gitlab"},
        "https://git.example.org:8443/team/sub/churn",
        ("gitlab", "team/sub/churn", "https://git.example.org:8443"),
    ),
    "a server that is written": (
        {"provider": "gitlab", "url": "https://ci.example.org/"},
        "https://git.example.org/team/churn",
        ("gitlab", "team/churn", "https://ci.example.org"),
    ),
    "no repository": ({"provider": "github_actions"}, None, ("github", "", "")),
    "too deep for GitHub": (
        {"provider": "github_actions"},
        "https://github.com/a/b/c",
        ("github", "", "https://github.com"),
    ),
    "Jenkins has names of its own": (
        {"provider": "jenkins", "url": "https://ci.example.org"},
        "https://github.com/team/churn",
        ("jenkins", "", "https://ci.example.org"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_record_names_its_source(name: str) -> None:
    """Provider, project and server come from ``ci:``, else from the repository."""
    fields, url, expected = CASES[name]
    ci = Ci.model_validate(fields)
    assert (provider_of(ci), project_of(ci, url), server_of(ci, url)) == expected


def test_addresses_of_the_apis() -> None:
    """Public servers have their own; others have the documented path, once."""
    assert github.api_of("") == github.api_of("https://github.com/") == "https://api.github.com"
    assert github.api_of("https://ghe.example.org") == "https://ghe.example.org/api/v3"
    assert github.api_of("https://ghe.example.org/api/v3/") == "https://ghe.example.org/api/v3"
    assert gitlab.api_of("") == "https://gitlab.com/api/v4"
    assert gitlab.api_of("https://git.example.org/sub") == "https://git.example.org/sub/api/v4"
