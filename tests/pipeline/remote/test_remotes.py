"""`fairway remote add`, `show` and `remove`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import program
from tests.local_cloud import Cloud
from tests.pipeline.remote.pusher import pusher


def test_from_adding_it_to_removing_it(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud)
    assert made.git("remote", "get-url", "fairway") == str(made.bare)
    assert made.app("remote", "show").out.splitlines() == [f"fairway → {made.bare}", "main → prod"]
    made.push()
    again = made.app("remote", "add", "--json")
    assert (again.result["did"], made.live()) == ("already so", "1")
    assert made.app("remote", "show").out.splitlines()[2:] == [
        f"prod: {made.bare / 'environments' / 'prod'}",
        f"  {made.name} in prod: live is {made.git('rev-parse', 'HEAD')[:8]} (deployment 1)",
    ]
    removed = made.app("remote", "remove")
    assert str(made.bare) in removed.out
    assert (made.git("remote"), made.live()) == ("", "1")
    assert made.app("remote", "add").code == 0
    made.commit(delay=2)
    assert made.push().code == 0
    assert made.live() == "2"


def test_a_place_of_ones_own_and_another_name(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud)
    place = tmp_path / "srv" / "shop.git"
    added = made.app("remote", "add", "there", "--path", str(place))
    assert "main → prod" in added.out
    assert made.run("push", "there", "main").code == 0
    assert made.app("remote", "show", "there", "--json").result["path"] == str(place)
    taken = made.app("remote", "add", "there")
    assert "[remote.taken]" in taken.err


def test_what_is_somebody_elses_is_left_alone(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert "[remote.occupied]" in made.app("remote", "add", "a", "--path", str(tmp_path / "full")).err
    made.git("init", "-q", "--bare", str(tmp_path / "bare"))
    hooks = tmp_path / "bare" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "pre-receive").write_text("#!/bin/sh\n")
    assert "[remote.hook]" in made.app("remote", "add", "b", "--path", str(tmp_path / "bare")).err
    made.git("remote", "add", "c", str(tmp_path / "bare"))
    assert "[remote.not-ours]" in made.app("remote", "show", "c").err
    assert "[remote.unknown]" in made.app("remote", "show", "d").err
    assert "[remote.name]" in made.app("remote", "add", "a b", "--path", str(tmp_path / "new")).err


def test_outside_of_git_it_says_so(tmp_path: Path, local_cloud: Cloud) -> None:
    assert "[remote.no-git]" in program(tmp_path / "none", local_cloud)("remote", "add").err


def test_a_project_in_a_folder_of_its_repository(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud)
    made.git("remote", "remove", "fairway")
    for each in ("fairway.toml", "infra"):
        (made.folder / "services" / "shop").mkdir(parents=True, exist_ok=True)
        made.git("mv", each, f"services/shop/{each}")
    made.git("commit", "-q", "-m", "moved")
    inside = program(made.folder / "services" / "shop", local_cloud, **made.app.extra)
    assert inside("remote", "add").code == 0
    assert made.push().code == 0
    assert len(inside("history", "--env", "prod", "--json").result["deployments"]) == 1
