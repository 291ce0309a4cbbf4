"""The layout of a dependency graph."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fairway.report.layers import layers


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Graphs without a cycle: each node comes after some of those before it."""
    count = draw(st.integers(0, 25))
    names = [f"n{number}" for number in range(count)]
    return {
        name: draw(st.lists(st.sampled_from(names[:at]), max_size=3, unique=True)) if at else []
        for at, name in enumerate(names)
    }


@given(graphs())
def test_each_node_stands_once_and_right_of_all_it_comes_after(graph: dict[str, list[str]]) -> None:
    found = layers(graph)
    column = {name: at for at, layer in enumerate(found) for name in layer}
    assert sum(map(len, found)) == len(column) == len(graph)
    assert all(column[other] < column[name] for name, after in graph.items() for other in after)
    assert all(found)


@given(graphs())
def test_the_order_of_the_input_decides_nothing(graph: dict[str, list[str]]) -> None:
    assert layers(graph) == layers(dict(reversed(list(graph.items()))))


def test_neighbours_stand_at_the_same_height() -> None:
    graph = {"a": [], "b": [], "c": [], "x": ["c"], "y": ["a"], "z": ["b"]}
    assert layers(graph) == [["a", "b", "c"], ["y", "z", "x"]]


def test_what_is_not_in_the_graph_is_no_neighbour_and_what_stands_alone_is_last() -> None:
    assert layers({"lone": ["elsewhere"], "a": [], "b": ["a"]}) == [["a"], ["b"], ["lone"]]
