"""A module while something is brought into it: blocks replaced, inserted and removed, and blank lines between."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from notebook_to_app.core.blocks import (
    IMPORTS,
    Block,
    blank_lines,
    is_comment,
    split_blocks,
    split_comments,
    with_newlines,
)
from notebook_to_app.core.cells import is_main_guard
from notebook_to_app.core.encodings import encoded, encoding_of
from notebook_to_app.core.refusal import Refusal

# As PEP 8 has it, where the file does not show another habit.
BLANK_LINES = 2
# https://peps.python.org/pep-0263/#defining-the-encoding, and the line above it.
_FOR_MACHINES = re.compile(r"^#!|^#.*?coding[:=]")


class ModuleEditor:
    """The blocks of a module, to be changed."""

    def __init__(self, data: bytes) -> None:
        """Take a file apart.

        Raises:
            Refusal: it does not compile.
        """
        try:
            compile(data, "<module>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            where = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
            raise Refusal(f"The module does not compile ({error.args[0]}{where}): fix that first.") from None
        self._encoding = encoding_of(data)
        text = data.decode(self._encoding)
        newline = re.search(r"\r\n|\r|\n", text)
        self._newline = newline[0] if newline else "\n"
        self._misses_newline = text[-1:] not in {"", "\n", "\r"}
        self.blocks, self._footer = split_blocks(text + (self._newline if self._misses_newline else ""))
        self._blank_lines = self._usual_blank_lines()

    def encode(self) -> bytes:
        """The file.

        Raises:
            Refusal: its encoding lacks a character.
        """
        text = "".join("".join(block.above) + block.text for block in self.blocks) + "".join(self._footer)
        text = text.removesuffix(self._newline) if self._misses_newline else text
        return encoded(text, self._encoding)

    def index_of_end(self) -> int:
        """Where something new goes: the end, but above ``if __name__ == "__main__":``."""
        end = len(self.blocks)
        while end and is_main_guard(self.blocks[end - 1].trees[0]):
            end -= 1
        return end

    def binding(self, name: str) -> list[int]:
        """The indexes of the blocks that bind a name."""
        return [index for index, block in enumerate(self.blocks) if name in block.binds]

    def source_of(self, name: str) -> str:
        """What binds a name, with the comments above it, as a cell would have it."""
        blocks = [self.blocks[index] for index in self.binding(name)]
        return "\n\n".join(block.source.replace("\r\n", "\n").strip("\n") for block in blocks)

    def replace(self, index: int, new: Block) -> None:
        """Put a block in the place of another, whose comments it keeps if it has none of its own."""
        old = self.blocks[index]
        new = self._with_own_newlines(new)
        above, comments = split_comments(old.above)
        own = new.comments or comments
        if index == 0 and comments[-len(own) :] == own:
            own = comments
        elif index == 0 and comments and not above:
            # These may be about the file, as no blank line separates them from that.
            above = (*comments, self._newline)
        if new.code == old.code:
            new = old
        self.blocks[index] = replace(new, line=old.line, above=(*above, *own))
        if new.is_function_or_class and not old.is_function_or_class:
            for number in (index, index + 1):
                if 0 < number < len(self.blocks):
                    self._space(number)

    def insert(self, index: int, new: Block, gap: int | None = None) -> None:
        """Add a block, with so many blank lines above, or as many as are usual there."""
        new = self._with_own_newlines(new)
        header: tuple[str, ...] = ()
        # More of them may have stood for a try-out between.
        blank = min(1, blank_lines(new.above)) if gap is None else gap
        if index == 0:
            header = self._take_header(new)
            usual = self._blank_lines if new.is_function_or_class else 1
            blank = usual - blank_lines(header[::-1]) if header and gap is None else 0
        self.blocks.insert(index, new.with_above([*header, *[self._newline] * blank, *new.comments]))
        if index and gap is None:
            self._space(index)
        if index + 1 < len(self.blocks):
            self._space(index + 1)

    def remove(self, index: int) -> None:
        """Take a block out, with the comments that belong to it."""
        old = self.blocks.pop(index)
        above = old.above if index == 0 else split_comments(old.above)[0]
        if index == len(self.blocks):
            self._footer = (*(above if index == 0 else ()), *self._footer)
            return
        following = self.blocks[index]
        blank = blank_lines(following.above)
        if index == 0 and above:
            blank = min(blank, blank_lines(above[::-1]))
        if index == 0 or any(map(is_comment, above)) or blank_lines(above) > blank:
            self.blocks[index] = following.with_above([*above, *following.above[blank:]])

    def have_blank_line(self, index: int) -> None:
        """Have at least one blank line above a block."""
        if 0 < index < len(self.blocks) and not blank_lines(self.blocks[index].above):
            block = self.blocks[index]
            self.blocks[index] = block.with_above([self._newline, *block.above])

    def _take_header(self, new: Block) -> tuple[str, ...]:
        """What stays above a new first block. Comments directly above what was first are about that.

        Above an import, where another one comes first now, they are about the file.
        """
        if not self.blocks:
            header, self._footer = self._footer, ()
            return header
        first = self.blocks[0]
        header, comments = split_comments(first.above)
        are_imports = isinstance(new.only, IMPORTS) and isinstance(first.only, IMPORTS)
        if are_imports or any(map(_FOR_MACHINES.match, comments)):
            header, comments = first.above, ()
        self.blocks[0] = first.with_above(comments)
        return header

    def _space(self, index: int) -> None:
        """Have the usual number of blank lines above a block, more if it had more."""
        block = self.blocks[index]
        own = block.above
        if not block.line and block.is_function_or_class:
            own = own[blank_lines(own) :]
        missing = self._usual_between(self.blocks[index - 1], block) - blank_lines(own)
        self.blocks[index] = block.with_above([*[self._newline] * missing, *own])

    def _usual_between(self, above: Block, below: Block) -> int:
        if above.is_function_or_class or below.is_function_or_class:
            return self._blank_lines
        is_another_kind = isinstance(above.only, IMPORTS) != isinstance(below.only, IMPORTS)
        return int(above.is_docstring or is_another_kind or above.is_compound or below.is_compound)

    def _usual_blank_lines(self) -> int:
        above = [split_comments(block.above)[0] for block in self.blocks[1:] if block.is_function_or_class]
        counts = Counter(len(lines) for lines in above if blank_lines(lines) == len(lines))
        return max(counts, key=lambda count: (counts[count], count == BLANK_LINES), default=BLANK_LINES)

    def _with_own_newlines(self, new: Block) -> Block:
        above = tuple(with_newlines(line, self._newline) for line in new.above)
        return replace(new, above=above, text=with_newlines(new.text, self._newline))
