"""Mapping templates: the part of Velocity that API templates use, and a refusal of the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.local.apis.vtl import render
from fairway.local.apis.vtl_objects import Input, Unsupported, Util

BODY = (
    '{"name": "Ann", "tags": ["a", "b"], "nested": {"deep": 1}, '
    '"quote": "it\'s \\"x\\"", "items": [{"n": 1}, {"n": 2}]}'
)


def scope(body: str = BODY) -> dict[str, Any]:
    return {
        "input": Input(body, {"id": "7"}, {"q": "search", "id": "other"}, {"X-Thing": "head"}),
        "context": {"requestId": "r-1", "identity": {"sourceIp": "127.0.0.1"}},
        "util": Util(),
        "stageVariables": {"table": "things"},
    }


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("plain text, $5 and #1", "plain text, $5 and #1"),
        ("$input.json('$.nested')", '{"deep":1}'),
        ("$input.json('$.name')", '"Ann"'),
        ("$input.path('$.name')!", "Ann!"),
        ("$input.body.length()", str(len(BODY))),
        (
            "$input.params('id') $input.params('q') $input.params('x-thing') [$input.params('none')]",
            "7 search head []",
        ),
        ("$input.params().path.id ${input.params().querystring.get('q')}", "7 search"),
        ("$context.requestId/$context.identity.sourceIp.", "r-1/127.0.0.1."),
        ("${stageVariables.table}-suffix", "things-suffix"),
        ("$util.base64Encode($input.path('$.name'))", "QW5u"),
        ("$util.base64Decode('QW5u')", "Ann"),
        ("$util.urlEncode('a b&c')", "a+b%26c"),
        ("$util.escapeJavaScript($input.path('$.quote'))", 'it\\\'s \\"x\\"'),
        ("$util.parseJson('{\"a\": [1]}').a[0]", "1"),
        ("#set($name = $input.path('$.name'))Hi $name", "Hi Ann"),
        ("#set($x = 2 + 3 * 2)$x", "8"),
        ("#if($input.path('$.name') == 'Ann')yes#{else}no#end", "yes"),
        ("#if($input.path('$.none'))yes#elseif(1 > 2)no#{else}neither#end", "neither"),
        ("#if(!$input.path('$.none') && true)empty#end", "empty"),
        ("#foreach($tag in $input.path('$.tags'))$tag#if($foreach.hasNext),#end#end", "a,b"),
        ("#foreach($i in $input.path('$.items'))$foreach.index:$i.n #end", "0:1 1:2 "),
        ("#foreach($i in $input.path('$.none'))$i.x.y()#end|", "|"),
        ("#set($map = {'a': 1})#foreach($e in $map.entrySet())$e.key=$e.value#end", "a=1"),
        ("#set($list = [])#if(false)$list.add('x')#end$list.size()", "0"),
        ("## a comment\ntext#* another *#", "text"),
        ("$context.authorizer.claims.sub|$undefined", "|"),
        ("$input.path('$.name').toUpperCase().substring(0, 2)", "AN"),
    ],
)
def test_templates_render_as_documented(template: str, wanted: str) -> None:
    assert render(template, scope()) == wanted


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("#macro(x)#end", "macro"),
        ("#if(true)open", "#end"),
        ("text #end", "end"),
        ("$input.path('$.name').hashCode()", "hashCode"),
        ("$util.qr('x')", "qr"),
        ("$input.unknown('x')", "unknown"),
        ("#set($a.b = 1)", "property"),
    ],
)
def test_what_is_not_supported_is_named(template: str, named: str) -> None:
    with pytest.raises(Unsupported, match=named):
        render(template, scope())


@given(st.text(alphabet=st.characters(blacklist_characters="$#"), max_size=200))
def test_text_without_marks_is_untouched(text: str) -> None:
    assert render(text, scope()) == text


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.booleans(), max_size=4))
def test_the_whole_body_passes_through_as_the_same_json(document: dict[str, Any]) -> None:
    assert json.loads(render("$input.json('$')", scope(json.dumps(document)))) == document
