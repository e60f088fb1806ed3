#!/bin/sh
# Pin what each requirements.in asks for, with hashes, for every platform and Python 3.11 to 3.14.
# Versions that are pinned already stay, unless --upgrade or --upgrade-package NAME is given.
# Who needs a package is not noted: two branches that add one each could not be merged, and no built image be shared.
set -eu

# The oldest Python is a version to solve for, none to be downloaded.
lock() {
    uv pip compile --quiet --no-python-downloads --universal --python-version 3.11 --generate-hashes --no-annotate --emit-find-links \
        --upgrade-package wsgi-hotreload --upgrade-package notebook-to-app \
        --custom-compile-command "docker compose run --rm lock" "$@"
}

# [template
# The packages of this repository come as wheels, until they are on an index. `%add` locks without them.
if [ -d packages ]; then
    built=$(mktemp -d)
    for package in packages/*/; do
        uv build --quiet --wheel --out-dir "$built" "$package"
    done
    rm -f wheels/*.whl
    mv "$built"/*.whl wheels/
fi
# template]

lock worker-node/requirements.in --output-file worker-node/requirements.txt "$@"
lock production/requirements.in --output-file production/requirements.txt "$@"
lock worker-node/requirements-dev.in --output-file worker-node/requirements-dev.txt "$@"
lock notebooks/requirements.in --output-file notebooks/requirements.txt "$@"
lock tests/requirements.in --output-file tests/requirements.txt "$@"
lock tests/requirements-tools.in --output-file tests/requirements-tools.txt "$@" # [template]
lock tests/requirements-host.in --output-file tests/requirements-host.txt "$@" # [template]
lock tests/requirements-lint.in --output-file tests/requirements-lint.txt "$@"
lock tests/requirements-policy.in --output-file tests/requirements-policy.txt "$@"
