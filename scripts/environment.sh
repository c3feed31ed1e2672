# What the bash commands share: find a Python, make .venv, keep it in step with the requirements.
# Sourced, never run. Works with bash 3.2 (macOS) and in folders whose path holds spaces.
# shellcheck shell=bash
set -euo pipefail

HOUSE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$HOUSE/.venv

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$@"; exit 2; }

# The first Python >= 3.11 that really runs: version managers leave shims that only complain.
find_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} \
        python3 python3.14 python3.13 python3.12 python3.11 python /usr/bin/python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            # The one below a virtual environment: .venv may be active while it is made anew.
            "$name" -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))'
            return
        fi
    done
    return 1
}

has_uv() { command -v uv >/dev/null 2>&1; }

make_venv() {
    local python
    python=$(find_python) || give_up "Comptoir needs Python 3.11 or newer; none of python3, python3.11 to python3.14 runs here."
    say "Making .venv with $("$python" --version 2>&1) ..."
    rm -rf -- "$VENV"
    if has_uv; then
        uv --no-config venv --quiet --python "$python" "$VENV"
    else
        "$python" -m venv "$VENV" >/dev/null 2>&1 ||
            give_up "Python cannot make a virtual environment; on Debian: apt-get install python3-venv"
    fi
}

# A venv that runs and that the tool at hand can install into.
venv_is_usable() {
    "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || return 1
    has_uv || "$VENV/bin/python" -c 'import pip' >/dev/null 2>&1
}

install() {
    if has_uv; then
        # Compiled once here, as pip does: uncompiled, every process would take seconds to start.
        uv --no-config pip install --quiet --compile-bytecode --python "$VENV/bin/python" "$@"
    else
        "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
            --no-warn-script-location "$@"
    fi
}

# What the environment was made from: when these lines change, it is made to follow. The place is
# among them because a venv that was moved still points to where it was.
made_from() { printf '%s\n' "$HOUSE" compiled; cat -- "$HOUSE/pyproject.toml" "$HOUSE/$1"; }
is_current() { [ -x "$VENV/bin/comptoir" ] && [ -x "$VENV/bin/python" ] && made_from "$1" | cmp -s - "$VENV/$1.stamp"; }

# ensure_environment requirements.txt|requirements-test.txt: no installer is started when nothing
# changed. The test requirements hold the runtime ones, at the same versions.
ensure_environment() {
    local requirements=$1
    is_current "$requirements" && return
    venv_is_usable || make_venv
    rm -f -- "$VENV"/*.stamp
    say "Installing $requirements (once; about a minute) ..."
    # The lock is whole (a test checks it), so the installer has nothing to resolve: asked to, older
    # pips take the newest release of a package named with an extra, and refuse it for want of a hash.
    install --no-deps --require-hashes -r "$HOUSE/$requirements"
    install --no-deps --no-build-isolation --editable "$HOUSE"
    made_from requirements.txt >"$VENV/requirements.txt.stamp"
    [ "$requirements" = requirements.txt ] || made_from "$requirements" >"$VENV/$requirements.stamp"
}
