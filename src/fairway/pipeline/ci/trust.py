"""Which jobs of a repository may take which role.

Sources: docs:docs.github.com/actions/reference/openid-connect-reference (claims; subjects with the owner's
and the repository's ids, which new repositories have since summer 2026),
docs:IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (which claims of GitHub's AWS looks at),
docs:docs.gitlab.com/ci/secrets/id_token_authentication (claims).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fairway.aws.federation import Trust
from fairway.model.errors import WrongInput
from fairway.pipeline.ci.lanes import EXAMPLES

Host = Literal["github", "gitlab"]
_FORMS = {
    "github": re.compile(r"[\w.-]+/[\w.-]+"),
    "gitlab": re.compile(r"[\w.-]+(/[\w.-]+)+"),
}


@dataclass(frozen=True)
class Repository:
    """A repository at a host: `ORG/REPO` or `GROUP/PROJECT`."""

    host: Host
    name: str

    def deploys(self, environment: str, branch: str) -> Trust:
        """Jobs in the environment, for a push to its branch: nobody else can be in front of its gate."""
        if self.host == "gitlab":
            return self._gitlab(branch)
        claims = {"environment": environment, "ref": f"refs/heads/{branch}"}
        return self._github(claims, f"environment:{environment}")

    def plans(self, branch: str) -> Trust:
        """Jobs for requests, and those for the branch that plan before an approval."""
        if self.host == "gitlab":
            return self._gitlab("*")
        return self._github({}, "pull_request", f"ref:refs/heads/{branch}")

    def _github(self, claims: dict[str, str], *subjects: str) -> Trust:
        """A subject names the repository with or without ids. What could pose as one with ids, from another
        repository of the same owner, does not have this `repository`."""
        owner, _, name = self.name.partition("/")
        places = (f"repo:{self.name}", f"repo:{owner}@*/{name}@*")
        like = [f"{place}:{subject}" for subject in subjects for place in places]
        equals = {"repository": self.name, **claims}
        return Trust("token.actions.githubusercontent.com", self.name, equals, {"sub": like})

    def _gitlab(self, branch: str) -> Trust:
        subject = f"project_path:{self.name}:ref_type:branch:ref:{branch}"
        return Trust("gitlab.com", self.name, {}, {"sub": [subject]})


def repository(host: Host, name: str) -> Repository:
    """Raises WrongInput for a name that is none there."""
    if _FORMS[host].fullmatch(name):
        return Repository(host, name)
    raise WrongInput(
        "arguments.repository", f"{name!r} names no repository", next=f"write --{host} {EXAMPLES[host]}"
    )
