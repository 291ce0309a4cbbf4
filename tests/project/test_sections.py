"""`fairway.toml`: what is right is read, what is wrong is said with its line, and nothing is ignored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fairway.model.errors import InvalidDefinition
from fairway.project.find import find_project, read_project
from fairway.project.settings import (
    EnvironmentSettings,
    Project,
    StateSettings,
)

MISTAKES = """\
stat = 1                             #! the file cannot hold stat | did you mean state?
[state]
backend = "s3:/bucket"               #! state.backend cannot be 's3:/bucket' | s3://bucket/prefix
lock_table = "no spaces"             #! state.lock_table cannot be 'no spaces' | 3 to 255
lok_table = "x"                      #! [state] cannot hold lok_table | did you mean lock_table?
region = 7                           #! state.region must be text

[environments.prod]
on_failure = "retreat"               #! environments.prod.on_failure cannot be 'retreat' | hold, rollback
protect = "Table"                    #! environments.prod.protect must be a list of texts
[environments.dev]
protect = ["", 7]                    #! environments.dev.protect must be a list of texts
[environments.dev.state]
colour = "red"                       #! [environments.dev.state] cannot hold colour | it holds backend, lo
backend = "gs://bucket"              #! environments.dev.state.backend cannot be 'gs://bucket' | s3://
[environments."../x"]                #! '../x' cannot be the name of an environment
[environments.qa.state]
backend = "s3://Bad_Name/shop"       #! 'Bad_Name' cannot be the name of a bucket

[[import]]                           #! import.identifier is missing | add identifier
stack = "shop"
address = "Table"
[[import]]
stack = "shop"
address = "Table"
identifier = "table-1"
adress = "x"                         #! [import.1] cannot hold adress | did you mean address?
"""

MORE_MISTAKES = """\
[stacks.data]
after = ["backnd"]                   #! the file declares no stack backnd | did you mean backend?
[stacks."a b"]                       #! 'a b' cannot be the name of a stack
[stacks.backend.parameters]
A = "${enviroment}"                  #! stacks.backend.parameters.A: there is no ${enviroment} | environment
B = "${stacks.dta.Name}"             #! stacks.backend.parameters.B: ${stacks.dta.Name} names a stack that is not declared | data
C = "${HOME}"                        #! stacks.backend.parameters.C: there is no ${HOME} | ${env.HOME}
D = "${open"                         #! stacks.backend.parameters.D: there is a ${ without its } | $${
E = { stack = "date", output = "X" } #! the file declares no stack date | did you mean data?
F = { env = "A", ssm = "B" }         #! a parameter has env and ssm | give one of stack, env, ssm
G = {}                               #! a parameter has none of its keys | give one of stack, env, ssm
H = { env = "A", feld = "B" }        #! [stacks.backend.parameters.H] cannot hold feld | it holds env, file
I = 1979-05-27                       #! I must be text, a number, true or false, a list of texts, or say a source
J = ["a,b"]                          #! J holds a text with a comma, which a parameter's list cannot
K = ["a", "${x}"]                    #! stacks.backend.parameters.K: there is no ${x} | it may be
[stacks.backend.rollout]
percent = 100                        #! stacks.backend.rollout.percent cannot be 100 | it is from 1 to 99
[environments.prod]
account = 210987654321               #! environments.prod.account must be text: its twelve digits, in quotes: "123456789012"
approval = 1                         #! environments.prod.approval must be true or false
concurrency = true                   #! environments.prod.concurrency must be a whole number
wait = "redy"                        #! environments.prod.wait cannot be 'redy' | configured, ready, settled
[environments.prod.parameters]
Table = { stack = "data", output = "X" }   #! Table is for every stack and cannot come from one of them | [stacks.NAME.parameters]
[environments.prod.stacks.beckend]   #! the file declares no stack beckend | did you mean backend?
[secrets.a]
name = "a"
placeholder = true                   #! a secret has env and placeholder | give one of
env = "X"
[secrets.b]
name = "b"
generate = 3                         #! secrets.b.generate cannot be 3 | it is from 8 to 4096
[[test]]                             #! test.run is missing | add run
name = "one"
[[test]]
name = "one"                         #! another block before this one is named 'one' | another name
run = "echo $HOME $${HOME} ${HOME}"   #! test.run: there is no ${HOME} | $${HOME}
timeout = "1 fortnight"              #! test.timeout cannot be '1 fortnight' | 500ms, 30s
[[checks]]                           #! a check has none of its keys | give one of tool, command, bedrock, quota
[[checks]]
tool = "node"
version = "about 20"                 #! version cannot be 'about 20' | >=20
environments = ["prd"]               #! the file declares no environment prd | did you mean prod?
[[checks]]
quota = "lambda/L-B99A9384"          #! a quota must be at least something | add at_least
[[verify]]
http = "https://x"
invoke = "F"                         #! a verification has http and invoke | give one of http, invoke
[[verify]]
http = "https://x"
status = 99                          #! verify.status cannot be 99 | it is from 100 to 599
json = { at = 1979-05-27 }           #! verify.json holds a date or time, which JSON does not have | text
[notify.team]
url = "${env.URL}"
on = ["fail"]                        #! notify.team.on cannot hold 'fail' | did you mean failed?
[hooks]
before_build = ["echo ${env.}"]      #! hooks.before_build: there is no ${env.} | it may be
[[import]]
stack = "bakend"                     #! the file declares no stack bakend | did you mean backend?
address = "T"
identifier = "t"
"""  # noqa: E501


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "fairway.toml"
    file.write_text(text)
    return file


def mistakes(file: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidDefinition) as caught:
        read_project(file)
    return [(f.location.line if f.location else 0, f.message, f.next) for f in caught.value.findings]


@pytest.mark.parametrize("text", [MISTAKES, MORE_MISTAKES])
def test_every_mistake_is_told_with_its_line_and_what_was_meant(tmp_path: Path, text: str) -> None:
    found = mistakes(written(tmp_path, text))
    expected = {
        number: [part.strip() for part in line.partition("#!")[2].split("|")]
        for number, line in enumerate(text.splitlines(), 1)
        if "#!" in line
    }
    assert [line for line, _, _ in found] == list(expected)
    for line, message, hint in found:
        assert message == expected[line][0]
        assert all(part in hint for part in expected[line][1:])


@pytest.mark.parametrize(
    "text",
    [
        '[stacks.a]\nafter = ["b"]\n[stacks.b]\nafter = ["a"]\n',
        '[stacks.a]\nafter = ["a"]\n[stacks.b]\n',
        '[stacks.a]\n[stacks.a.parameters]\nX = "${stacks.b.X}"\n[stacks.b]\nafter = ["a"]\n',
        '[stacks.a]\nafter = ["b"]\n[stacks.b]\n'
        '[environments.prod.stacks.b.parameters]\nX = { stack = "a", output = "X" }\n',
    ],
)
def test_stacks_that_wait_for_each_other_are_refused(tmp_path: Path, text: str) -> None:
    ((_, message, hint),) = mistakes(written(tmp_path, text))
    assert "the stacks wait for each other" in message
    assert " → a" in message or "a → " in message
    assert ("in prod" in message) == ("prod" in text)
    assert "after" in hint


@pytest.mark.parametrize(
    ("content", "line"),
    [(b'[state]\nbackend = "x\n', 2), (b"[state]\n\xff = 1\n", 2), (b"[state]\n[state]\n", 2), (b"x =", 1)],
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "fairway.toml"
    file.write_bytes(content)
    ((found, message, _),) = mistakes(file)
    assert found == line
    assert re.search("not TOML|not text", message)


def test_it_is_found_upwards_from_the_source_but_not_above_the_repository(tmp_path: Path) -> None:
    file = written(tmp_path / "repository", "")
    source = tmp_path / "repository" / "services" / "shop" / "template.yaml"
    source.parent.mkdir(parents=True)
    source.write_text("")
    assert find_project(source).file == find_project(source.parent).file == file.resolve()
    (tmp_path / "repository" / "services" / ".git").mkdir()
    assert find_project(source) == Project()


def test_the_nearest_file_is_the_one(tmp_path: Path) -> None:
    written(tmp_path, "")
    assert find_project(tmp_path / "a").file == tmp_path.resolve() / "fairway.toml"
    near = written(tmp_path / "a", "")
    assert find_project(tmp_path / "a").file == near.resolve()


def test_a_folder_is_taken_from_the_files_own(tmp_path: Path) -> None:
    project = read_project(written(tmp_path, '[state]\nbackend = "kept/here"\n'))
    assert project.state_of("dev") == StateSettings(str(tmp_path / "kept" / "here"))


def test_the_local_cloud_takes_only_what_it_is_given_itself(tmp_path: Path) -> None:
    common = '[state]\nbackend = "s3://all"\n'
    assert read_project(written(tmp_path, common)).state_of("local") == StateSettings()
    own = common + '[environments.local.state]\nbackend = "s3://own"\n'
    assert read_project(written(tmp_path, own)).state_of("local") == StateSettings("s3://own")


def test_an_environment_that_is_not_named_has_the_defaults() -> None:
    assert Project().environment("dev") == EnvironmentSettings("hold", ())
