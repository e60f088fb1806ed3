"""A cell merged into the text of a module: bytes in, bytes out, without files and without IPython.

- ``blocks.py``: source code as blocks of lines, which everything else works on;
- ``cells.py``: what of a cell goes to the module, and what runs in the notebook;
- ``merge.py``: the rules of what goes where, with ``replace.py``, ``import_merger.py`` and ``order.py``;
- ``names.py``: which names code binds, and which it needs.
"""
