"""The way back: what a module has, as a cell that brings it."""

from __future__ import annotations

from difflib import get_close_matches

from notebook_to_app.core.encodings import decoded
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.atomic_write import read
from notebook_to_app.files.target_module import TargetFile, TargetModule, is_path, target_file, target_module
from notebook_to_app.notebook.bringer import Bringer


def cell_for(words: str, bringer: Bringer) -> str:
    """The ``%%bring`` cell with the present source of a definition, a module, or a template.

    Raises:
        Refusal: there is no such thing.
    """
    if is_path(words):
        return f"%%bring {words}\n{_whole(target_file(words), bringer)}"
    module, name = module_and_name(words)
    if not name:
        return f"%%bring {module.name} --whole\n\n{_whole(module, bringer)}"
    editor = ModuleEditor(read(module.path) or b"")
    source = editor.source_of(name)
    if not source:
        close = get_close_matches(name, {name for block in editor.blocks for name in block.binds})
        hint = f": is it {' or '.join(close)}?" if close else "."
        raise Refusal(f"{module.title} defines no {name}{hint}")
    bringer.remember_definition(module, name, source)
    return f"%%bring {module.name}\n\n{source}"


def module_and_name(words: str) -> tuple[TargetModule, str | None]:
    """The module that a dotted name begins with, and what of it is meant.

    Raises:
        Refusal: there is no such module.
    """
    head, _, last = words.rpartition(".")
    for module, name in ((words, None), (head, last)):
        if target := _existing(module):
            return target, name
    if _existing(head.rpartition(".")[0]):
        raise Refusal(f"{words} is within {head}: take that as a whole.")
    raise Refusal(f"The app has no module {words}, and none that {words} could be in: name it as in an import.")


def _existing(module: str) -> TargetModule | None:
    try:
        target = target_module(module)
    except Refusal:
        return None
    return target if target.path.exists() else None


def _whole(target: TargetFile, bringer: Bringer) -> str:
    data = read(target.path)
    if data is None:
        raise Refusal(f"There is no file {target.title}.")
    bringer.remember(target.title, data)
    text = decoded(data) if isinstance(target, TargetModule) else data.decode(errors="replace")
    return text.replace("\r\n", "\n")
