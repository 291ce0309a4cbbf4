"""No text that a check tells holds a secret, wherever it comes from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fairway.model.masking import cut, masks_for
from fairway.model.sealing import seal
from fairway.model.state import OutputState, ResourceState, StackState
from fairway.model.values import Secret

LETTERS = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"',;:&=<>(){}[]\\")
SECRETS = st.text(LETTERS, min_size=4, max_size=30).filter(lambda text: text not in ("test", "fake"))
TEXTS = st.text(max_size=50)


@given(SECRETS, TEXTS, TEXTS)
def test_values_of_the_environment_and_of_parameters(secret: str, before: str, after: str) -> None:
    text = f"{before}{secret}{after}"
    for masks in (masks_for([], {"MY_API_KEY": secret}), masks_for([], {}, [["x", {"y": Secret(secret)}]])):
        assert secret not in masks.blank(text).replace("(secret)", "")


@given(SECRETS, st.sampled_from(['{"t": "%s"}', "was %s here", "a=%s&b=1", "(%s)", "Bearer %s"]))
def test_what_state_knows_only_by_its_hash(secret: str, form: str) -> None:
    sealed = seal(Secret(secret), "key")
    resource = ResourceState("A", "T", "i", properties={"Value": sealed})
    for state in (
        StackState("s", "e", secret_key="key", resources={"A": resource}),
        StackState("s", "e", secret_key="key", outputs={"O": OutputState(sealed)}),
    ):
        assert secret not in masks_for([state], {}).blank(form % secret).replace("(secret)", "")


def test_a_secret_with_blanks_is_known_as_a_text_in_quotes() -> None:
    resource = ResourceState("A", "T", "i", properties={"Value": seal(Secret("open sesame"), "key")})
    state = StackState("s", "e", secret_key="key", resources={"A": resource})
    assert masks_for([state], {}).blank('{"a": "open sesame"}') == '{"a": "(secret)"}'


def test_what_is_no_secret_stays() -> None:
    masks = masks_for([], {"PATH": "/usr/bin", "DEBUG_TOKEN": "on", "AWS_SECRET_ACCESS_KEY": "test"})
    assert masks.blank("on /usr/bin: pytest") == "on /usr/bin: pytest"


def test_a_long_text_is_cut_in_its_middle() -> None:
    assert cut("a" * 300 + "b" * 300) == f"{'a' * 200} … {'b' * 200}"
    assert cut(" short\n") == "short"
