"""Whatever the file holds, the user gets findings with lines and never a traceback."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.cloudformation.templates import mistakes, read

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{earlier}'] * 10)}]\n" for earlier, name in pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\x00\x01\x02", 1),
        (b"Resources:\n  \xff\xfe: 1\n", 2),
        (b"Resources:\n  A: [\n", 3),
        (b"Resources:\n\tA: 1\n", 2),
        (b'{"Resources": {\n"A": [}\n', 2),
        (b"a: 1\n---\nb: 2\n", 2),
        (b"[" * 200_000, 1),
        (b"- " * 100_000, 1),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 1),
        (b'{"a": ' + b"[" * 700 + b"{}," * 3_000 + b"1" + b"]" * 700 + b"}", 1),
        (b'{a": ' + b"[" * 50_000 + b"]" * 50_000 + b', b": 1}', 1),
        (b"a: &a [*a]\n", 1),
        (b"a: *nobody\n", 1),
        (LAUGHS.encode(), 0),
    ],
    ids=[
        "empty", "control characters", "not UTF-8", "unclosed", "tab", "broken JSON", "two documents",
        "endless flow", "endless block", "endless JSON", "JSON that is deeper than any template",
        "brackets between what are no quotes", "an alias of itself", "an unknown alias", "billion laughs",
    ],
)  # fmt: skip
def test_text_that_cannot_be_read_is_one_finding(content: bytes, line: int) -> None:
    [(code, found)] = mistakes(content)
    assert code == "template.syntax"
    assert line in (0, found)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("Description: a (default: b)", "quote text that holds a colon"),
        ("\tType: x", "spaces, not tabs"),
        ("Action: *all", "quote text that begins with *"),
        ("Name: 'a' b", "indentation and quotes"),
        ("B: 1\n    Name\n    C: 2", "a key ends with a colon"),
    ],
)
def test_a_frequent_mistake_in_yaml_comes_with_advice(line: str, hint: str) -> None:
    _, [finding] = read(f"Resources:\n  A:\n    {line}\n")
    assert hint in finding.next


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("- a\n", "template.shape"),
        ("just text\n", "template.shape"),
        ("Resources: []\n", "template.shape"),
        ("Resources:\n  A: text\n", "template.shape"),
        ("Resources:\n  A: {Type: [x]}\n", "template.resource-type"),
        ("Resources:\n  A: {Type: AWS::SQS::Queue, Properties: [x]}\n", "template.shape"),
        ("Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n", "template.null"),
        ("Resources: {}\nResources: {A: {Type: AWS::SQS::Queue}}\n", "template.duplicate-key"),
        ("Resources:\n  ? [a]\n  : b\n", "template.key"),
        ("Resources:\n  A: !!binary aGk=\n", "template.unknown-tag"),
        ("Description: nothing here\n", "template.shape"),
        ("Resources: {A-B: {Type: AWS::SQS::Queue}}\n", "template.resource-name"),
    ],
)
def test_a_template_of_the_wrong_shape_is_found(content: str, code: str) -> None:
    assert code in [found for found, _ in mistakes(content)]


@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    read(content)


@given(st.text(alphabet="AR ef:-[]{}!&*'\"\n\t#|>?,Fn", max_size=120))
def test_no_text_raises(content: str) -> None:
    read(content.encode())
