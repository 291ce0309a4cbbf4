"""Writes docs/speed.md from a run, so that the page shows what was measured and nothing else."""

from __future__ import annotations

from bench.report import Report
from bench.tables import heading, markdown, ratio_rows, series_rows
from bench.workplace import ROOT

PAGE = ROOT / "docs" / "speed.md"

_TOP = """\
# How fast it is

Written by `python -m bench --scale --peers --write-docs`. `make bench` prints the same tables for your
machine, `make bench-scale` with large stacks, `make bench-peers` with other tools beside it.

Everything runs on one local cloud, each run as a process of its own. Wall time is what a user waits; CPU is
user and system time of the process and its children, without the local cloud's. The cloud counts the calls.
"""
_FLOORS = """\
## Beside its floor

A floor is a plain script (`bench/floors/`) with boto3 or botocore and 16 threads that makes only the
necessary calls: no template, no plan, no state, no proof. For an app it sends the very writes that Fairway
sent, for a deploy with no change the very reads.

- (a) the program's start beside that of Python itself;
- (b) to (e) `examples/atlas-engine`: 8 functions, 2 layers, 2 tables, a topic, a secret, a workflow, roles,
  log groups. With a cold build cache nothing is built yet; the packages have been downloaded before, and the
  zips are in the bucket;
- (f) 48 independent resources: 8 buckets, tables, queues, topics, parameters and log groups, with nothing and
  with 150 ms injected into every call;
- (g) 1,000 resources: ten times 16 small services, each with a log group, a metric filter, two alarms, a
  parameter and a role with a policy, and ten times a topic, a queue, a table and a rule with a target, which
  AWS can only be asked for one by one. The rest is read in bulk. A stack of other things takes more calls:
  a function, a bucket or an API cost one or more each;
- (h) what each of 5,000 and each of 500 such resources adds to a deploy with no change, beyond what a stack
  of one resource takes;
- (i) a deploy beside one whose journal and lease are kept in memory alone: first that of (f). With state in
  S3 three of their round trips can hide behind nothing: the lease before state is read, the intents before
  the first call, the release after the last write. Between them this deploy makes one call deep, so that
  they alone are 450 ms of less than two seconds; all else that is written, and the clearing of the
  journal, goes on beside the run. Then that of the app with more of the time that AWS takes: 150 ms per
  call, rates as published, 2 s until a function or a table is active; not the 8 s or so until a new role can
  be used. The same three round trips are all that is added there, as to any stack of any size;
- (j) the points at which the last `make crash` killed a run, and those of them from which the next run did
  not recover. It stands here once `make crash` has been run;
- (k) `examples/document-pipeline`: 13 functions with a library of their own, two nested patterns with a
  workflow each, an AppSync API, a queue, a table, a bucket. `fairway run` beside its stages' work alone: the
  project's tests, and then a check, a deploy and a verification one after the other, in a process that starts
  once. What `fairway run` adds is to decide what is to be done, to write the plan down, and to make it again
  when it is carried out, so that nothing else is done than was agreed to. The longer a project's tests take,
  the less of it is seen: without tests is the worst case;
- (l) the same project, with nothing and with 150 ms injected into every call: a push to what `fairway remote
  add` has made, until git says that the branch has moved. On the way every commit is searched for secrets,
  the commit is checked out, and the whole pipeline runs: checks, tests, build, plan, apply, and a
  verification of all 50 resources. The floor does for the changed function alone what has to be done: it
  runs the same tests, zips the folder, sends it, waits until it is in use, and calls it. A call of a function
  counts as a write, and is left out of them;
- (m) a line changed in 12 functions of that project beside a line in one, each a `fairway deploy`.
"""
_RUNS = """\
## What each run took

Medians; reads and writes are calls to the cloud.
"""
_CLAIMS = """\
## What is not claimed

- Nothing here was measured on AWS, where calls take longer and many things are not usable at once. There the
  longest chain of calls decides; the rows with 150 ms are the nearest to it.
- In (d) Fairway also reads every resource of the stack, to see what was changed by hand; the floor does not.
- The local cloud runs on the same cores as what is measured, so other machines give other ratios too.
- On a busy machine ratios move by tens of per cent from run to run. Only the counts of calls are exact, and
  only they are tested.
"""
_PEERS = "- The rows of other tools hold for this emulator and these conditions:"


def page(report: Report) -> str:
    """The page in Markdown."""
    parts = [
        _TOP,
        f"{heading(report)}\n",
        _FLOORS,
        markdown(ratio_rows(report.ratios)) + "\n",
        _RUNS,
        markdown(series_rows(report.series)) + "\n",
        _CLAIMS + _conditions(report),
    ]
    return "\n".join(parts)


def _conditions(report: Report) -> str:
    """What a reader has to know of the other tools' rows."""
    if not report.notes:
        return ""
    return "\n".join([_PEERS, *(f"  - {' '.join(note.split())}" for note in report.notes)]) + "\n"
