"""Mapping templates: the part of Velocity that API Gateway templates use.

References with properties, indexes and method calls, `#set`, `#if`/`#elseif`/`#else`, `#foreach`, comments.
Anything else raises Unsupported and is never rendered as if it were text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from fairway.local.apis.vtl_objects import Unsupported, call_method, item_at, property_of, text_of

_DIRECTIVE = re.compile(r"#(?:\{([a-z]+)\}|([a-z]+)\b)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_OPERATORS = ("==", "!=", ">=", "<=", "&&", "||", ">", "<", "+", "-", "*", "/", "%")
_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    ">": 4,
    "<": 4,
    ">=": 4,
    "<=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
_PRECEDENCE["%"] = 6


def render(template: str, scope: Mapping[str, Any]) -> str:
    """Render a template with the root references in `scope`. Raises Unsupported."""
    return _Template(template, dict(scope)).render()


class _Template:
    """One pass over the text: a recursive descent that renders as it reads, or only reads in a branch not
    taken."""

    def __init__(self, text: str, scope: dict[str, Any]) -> None:
        self.text = text
        self.scope = scope
        self.at = 0
        self.active = True

    def render(self) -> str:
        text, stop = self.block()
        if stop:
            raise Unsupported(f"#{stop} without a beginning")
        return text

    def block(self) -> tuple[str, str]:
        """Text up to the end or to a closing directive of an outer one, whose word is the second part."""
        out: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "$" and self.starts_reference():
                value = self.reference()
                out.append(text_of(value))
            elif char == "#" and self.text.startswith("##", self.at):
                self.skip_to("\n")
            elif char == "#" and self.text.startswith("#*", self.at):
                self.skip_to("*#")
            elif char == "#" and (match := _DIRECTIVE.match(self.text, self.at)):
                word = match[1] or match[2]
                self.at = match.end()
                if word in ("end", "else", "elseif"):
                    return "".join(out), word
                out.append(self.directive(word))
            else:
                out.append(char)
                self.at += 1
        return "".join(out), ""

    def skip_to(self, end: str) -> None:
        found = self.text.find(end, self.at + 2)
        self.at = len(self.text) if found < 0 else found + len(end)

    def directive(self, word: str) -> str:
        if word == "set":
            self.set_variable()
            return ""
        if word == "if":
            return self.conditional()
        if word == "foreach":
            return self.loop()
        raise Unsupported(f"the directive #{word}")

    def set_variable(self) -> None:
        self.expect("(")
        self.expect("$")
        brace = self.take("{")
        name = self.name()
        if brace:
            self.expect("}")
        if self.peek() != "=":
            raise Unsupported(f"#set of a property of ${name}")
        self.expect("=")
        value = self.expression()
        self.expect(")")
        if self.active:
            self.scope[name] = value
        self.take("\n")

    def conditional(self) -> str:
        chosen, out, word = False, "", "if"
        while word != "end":
            if word == "":
                raise Unsupported("#if without #end")
            holds = True
            if word in ("if", "elseif"):
                self.expect("(")
                holds = _truth(self.expression())
                self.expect(")")
            take = holds and not chosen
            text, word = self.guarded_block(take)
            chosen = chosen or take
            out += text
        return out

    def guarded_block(self, take: bool) -> tuple[str, str]:
        """A block that is only read, with no effect and no text, unless it is taken."""
        outer, self.active = self.active, self.active and take
        text, word = self.block()
        text, self.active = (text if self.active else ""), outer
        return text, word

    def loop(self) -> str:
        self.expect("(")
        self.expect("$")
        name = self.name()
        if self.name() != "in":
            raise Unsupported("#foreach without 'in'")
        items = _items(self.expression())
        self.expect(")")
        body, out = self.at, ""
        for count, item in enumerate(items if self.active else []):
            self.at = body
            self.scope[name] = item
            self.scope["foreach"] = {"index": count, "count": count + 1, "hasNext": count + 1 < len(items)}
            self.scope["velocityCount"] = count + 1
            out += self.closed_block(True)
        if not (self.active and items):
            self.at = body
            self.closed_block(False)
        return out

    def closed_block(self, take: bool) -> str:
        text, word = self.guarded_block(take)
        if word != "end":
            raise Unsupported("#foreach without #end")
        return text

    def starts_reference(self) -> bool:
        return re.match(r"\$!?\{?[A-Za-z_]", self.text[self.at : self.at + 4]) is not None

    def reference(self) -> Any:
        self.expect("$")
        self.take("!")
        brace = self.take("{")
        value = self.scope.get(self.name())
        while True:
            if self.at < len(self.text) and self.text[self.at] == "." and _NAME.match(self.text, self.at + 1):
                self.at += 1
                value = self.member(value)
            elif self.at < len(self.text) and self.text[self.at] == "[":
                self.at += 1
                value = item_at(value, self.expression())
                self.expect("]")
            else:
                break
        if brace:
            self.expect("}")
        return value

    def member(self, value: Any) -> Any:
        name = self.name()
        if not (self.at < len(self.text) and self.text[self.at] == "("):
            return property_of(value, name) if self.active else None
        self.at += 1
        arguments: list[Any] = []
        while not self.take(")"):
            arguments.append(self.expression())
            self.take(",")
        return call_method(value, name, arguments) if self.active else None

    def expression(self, level: int = 1) -> Any:
        left = self.operand()
        while (operator := self.operator()) and _PRECEDENCE[operator] >= level:
            self.at += len(operator)
            left = _operate(operator, left, self.expression(_PRECEDENCE[operator] + 1))
        return left

    def operator(self) -> str | None:
        self.peek()
        return next((symbol for symbol in _OPERATORS if self.text.startswith(symbol, self.at)), None)

    def operand(self) -> Any:
        char = self.peek()
        if char == "!":
            self.at += 1
            return not _truth(self.operand())
        if char == "(":
            self.at += 1
            value = self.expression()
            self.expect(")")
            return value
        if char == "$":
            return self.reference()
        if char in "'\"":
            return self.string(char)
        if char in "[{":
            return self.collection(char)
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return float(number[0]) if "." in number[0] else int(number[0])
        word = self.name()
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        raise Unsupported(f"the word {word!r} in an expression")

    def string(self, mark: str) -> str:
        end = self.text.find(mark, self.at + 1)
        if end < 0:
            raise Unsupported("a string without an end")
        text = self.text[self.at + 1 : end]
        self.at = end + 1
        return render(text, self.scope) if mark == '"' and ("$" in text or "#" in text) else text

    def collection(self, opening: str) -> Any:
        self.at += 1
        closing = "]" if opening == "[" else "}"
        items: list[Any] = []
        mapping: dict[Any, Any] = {}
        while not self.take(closing):
            item = self.expression()
            if opening == "{":
                self.expect(":")
                mapping[item] = self.expression()
            else:
                items.append(item)
            self.take(",")
        return items if opening == "[" else mapping

    def peek(self) -> str:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, symbol: str) -> bool:
        start = self.at
        if symbol != "\n":
            self.peek()
        if self.text.startswith(symbol, self.at):
            self.at += len(symbol)
            return True
        self.at = start
        return False

    def expect(self, symbol: str) -> None:
        if not self.take(symbol):
            raise Unsupported(f"'{symbol}' expected at: {self.text[self.at : self.at + 30]!r}")

    def name(self) -> str:
        self.peek()
        match = _NAME.match(self.text, self.at)
        if not match:
            raise Unsupported(f"a name expected at: {self.text[self.at : self.at + 30]!r}")
        self.at = match.end()
        return match[0]


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _truth(value: Any) -> bool:
    """False, null and the empty string or collection do not hold (Velocity 2's `#if`)."""
    return bool(value) or (isinstance(value, int | float) and not isinstance(value, bool))


def _operate(operator: str, left: Any, right: Any) -> Any:
    if operator == "&&":
        return _truth(left) and _truth(right)
    if operator == "||":
        return _truth(left) or _truth(right)
    if operator in ("==", "!="):
        return (left == right) is (operator == "==")
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return text_of(left) + text_of(right)
    try:
        return _ARITHMETIC[operator](left, right)
    except (TypeError, ZeroDivisionError) as error:
        raise Unsupported(f"{left!r} {operator} {right!r}") from error


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b if isinstance(a, int) and isinstance(b, int) else a / b,
    "%": lambda a, b: a % b,
}
