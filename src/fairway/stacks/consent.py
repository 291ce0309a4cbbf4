"""Whether a plan may be carried out: a yes, or an approval where the environment demands one."""

from __future__ import annotations

from dataclasses import replace

from fairway.model.deployment import Approval
from fairway.model.errors import WrongInput
from fairway.model.events import Approved
from fairway.model.plan import Plan
from fairway.stacks.job import Job
from fairway.stacks.planfile import digest_of
from fairway.stacks.request import Request
from fairway.stacks.run import Ports


def require_approver(request: Request, ports: Ports) -> None:
    """Raises WrongInput where an approval is needed that nobody has given, and nobody is there to give it."""
    if _lacks_approval(request) and ports.approve is None:
        place = request.target.environment
        raise WrongInput(
            "deploy.not-approved",
            f"{place} needs somebody's approval of each plan",
            why="--yes answers questions and approves nothing, and without a terminal nobody can be asked",
            next="run it on a terminal, without --yes, and answer its question; "
            f"elsewhere: fairway run --env {place}, which leaves its plans to be approved",
        )


def agreed(plan: Plan, job: Job) -> Job | None:
    """The job with what somebody answered: an approval, where one is needed. None after a no."""
    if not _lacks_approval(job.request):
        return job if not plan.effective or job.run.answered(job.run.ports.confirm, plan) else None
    ask = job.run.ports.approve
    return _approved(plan, job) if ask and job.run.answered(ask, plan) else None


def _lacks_approval(request: Request) -> bool:
    return request.needs_approval and request.approval is None


def _approved(plan: Plan, job: Job) -> Job:
    run = job.run
    given = Approval(run.origin.who, run.now, digest_of(plan))
    run.emit(Approved(given.at, given.who, given.digest, given.at))
    return replace(job, request=replace(job.request, approval=given))
