#!/bin/sh
# Run every linter over the checkout, and say at the end which ones found something.
# `docker compose run --rm lint sh devtools/lint.sh --fix` lets ruff mend what it can.
set -u

failed=
lint() {
    "$@" || failed="$failed $1"
}

if [ "${1:-}" = --fix ]; then
    lint ruff check --fix .
    lint ruff format .
else
    lint ruff check .
    lint ruff format --check .
fi
lint mypy
# [template
for package in packages/*/; do
    (cd "$package" && mypy) || failed="$failed mypy:$package"
done
lint hadolint benchmarks/reload/Dockerfile benchmarks/serve/Dockerfile
lint check-jsonschema --builtin-schema vendor.compose-spec packages/compose.yaml
# template]
# shellcheck disable=SC2046  # one argument a script
lint shellcheck $(grep -rlE --exclude-dir=.git --exclude-dir=venv --exclude-dir=.venv --exclude-dir=node_modules '^#!.*\b(ba)?sh$' .)
lint hadolint Dockerfile Dockerfile.dev
lint dclint --max-warnings 0 .
lint check-jsonschema --builtin-schema vendor.compose-spec compose.yaml compose.services.yaml
lint check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yaml
# What Kustomize makes of the manifests. Which checks are left out, and why, is in .checkov.yaml.
rendered=$(mktemp -d)
for overlay in deploy/overlays/*; do
    kubectl kustomize "$overlay" >"$rendered/$(basename "$overlay").yaml" || failed="$failed kustomize"
done
lint checkov --directory "$rendered" --directory deploy/components

if [ -n "$failed" ]; then
    echo "Found something:$failed" >&2
    exit 1
fi
echo "All linters are content."
