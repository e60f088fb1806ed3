#!/bin/sh
# Have Git compare and merge the notebooks of this clone cell by cell, by nbdime: https://nbdime.readthedocs.io
# It is kept within .git, so that nothing is installed elsewhere and nobody else is concerned.
set -eu
git=$(cd "$(git rev-parse --git-common-dir)" && pwd)

"$git/nbdime/bin/pip" --version >/dev/null 2>&1 || python3 -m venv --clear "$git/nbdime"
"$git/nbdime/bin/pip" install --quiet "nbdime>=4,<5"
git config diff.notebook.command "'$git/nbdime/bin/git-nbdiffdriver' diff --ignore-outputs --ignore-details"
git config merge.notebook.name "cells of notebooks"
# What cells show is not worth a conflict: where both sides differ, it is taken out.
git config merge.notebook.driver "'$git/nbdime/bin/git-nbmergedriver' merge --output-strategy remove %O %A %B %L %P"
mkdir -p "$git/info"
grep -qs '^\*\.ipynb' "$git/info/attributes" || echo "*.ipynb diff=notebook merge=notebook" >>"$git/info/attributes"
