"""A plan as a page: whole, safe, and loading nothing."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from tests.report.plans import SECRET_HASH, large, mixed

from fairway.model.plan import Action, Change, Plan, PropertyChange
from fairway.report.graph_svg import DRAWN_WHOLE
from fairway.report.plan_html import render_plan_html

_VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """What a page holds; raises AssertionError where its tags do not fit each other."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def of(self, tag: str, css: str = "") -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag and css in (found.get("class") or "")]


def test_every_change_has_its_section_and_every_section_is_reached_from_the_graph() -> None:
    page = Page(render_plan_html([mixed()]))
    sections = {found["id"] for found in page.of("details", "change")}
    assert sections == {"plan0-Greeter", "plan0-Rule", "plan0-Orders", "plan0-Old"}
    assert {str(found["href"])[1:] for found in page.of("a")} == sections
    assert len(page.of("g", "node")) == 5
    arrows = {(found["data-from"], found["data-to"]) for found in page.of("path", "edge")}
    assert arrows == {("Role", "Greeter"), ("Greeter", "Rule")}


def test_it_says_before_and_after_impact_refusal_and_drift() -> None:
    words = " ".join(Page(render_plan_html([mixed()])).words)
    assert "Refused: template" not in words
    for told in ("replacing Orders would destroy <data>", "forces a replacement", "its data is lost", "/x/"):
        assert told in words
    assert "set back by a deploy" in words


def test_it_loads_nothing_and_forbids_loading() -> None:
    page = Page(render_plan_html([mixed(), large(70)]))
    assert not [found for _, found in page.tags if "src" in found or (found.get("href") or "#")[0] != "#"]
    policy = next(str(found["content"]) for found in page.of("meta") if "http-equiv" in found)
    assert policy.startswith("default-src 'none'")


def test_it_shows_no_secret_nor_its_hash() -> None:
    text = render_plan_html([mixed()])
    assert "(secret)" in text
    assert SECRET_HASH not in text


def test_several_plans_are_sections_whose_ids_do_not_clash() -> None:
    page = Page(render_plan_html([mixed(), mixed()]))
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids)) == 10


def test_of_a_large_stack_only_the_neighbourhood_of_the_changes_is_drawn() -> None:
    calm = tuple(
        Change(each.address, each.type, Action.UNCHANGED, dependencies=each.dependencies)
        for each in large(DRAWN_WHOLE + 40).changes
    )
    changed = Change("Resource0050", "AWS::SNS::Topic", Action.UPDATE, dependencies=("Resource0049",))
    plan = Plan("shop", "prod", (*calm[:50], changed, *calm[51:]))
    page = Page(render_plan_html([plan]))
    drawn = [found["data-address"] for found in page.of("g", "node")]
    assert drawn == ["Resource0049", "Resource0050", "Resource0051"]
    assert "97 resources far from any change not drawn" in " ".join(page.words)


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_no_text_becomes_markup(name: str, value: str) -> None:
    wild = f"</script><script>{name}</td><img onerror={value!r}>"
    change = Change(wild, wild, Action.UPDATE, properties=(PropertyChange(wild, value, wild),))
    page = Page(render_plan_html([Plan(wild, wild, (change,))]))
    assert len(page.of("script")) == 1
    assert page.of("img") == []
