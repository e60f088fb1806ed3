"""The text of a module, in the encoding that it declares."""

from __future__ import annotations

import io
import tokenize

from notebook_to_app.core.refusal import Refusal


def encoding_of(data: bytes) -> str:
    """The encoding that a module declares, UTF-8 if it declares none that is known."""
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:
        return "utf-8"


def decoded(data: bytes) -> str:
    return data.decode(encoding_of(data), errors="replace")


def encoded(text: str, encoding: str) -> bytes:
    """The bytes of a text.

    Raises:
        Refusal: the encoding lacks a character.
    """
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise Refusal(f"The module is written in {encoding}, which has no {character!r}: use another.") from None
