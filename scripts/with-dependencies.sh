#!/usr/bin/env bash
# Makes sure node_modules matches package-lock.json, then runs the given command on the product's own Node.
# Works from a machine that has nothing but some Node and npm. Run through npm, from the project's root.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=node_modules/.trivet-installed
wanted=$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  # Two npm commands at once would install over each other.
  mkdir -p node_modules
  exec 9> node_modules/.trivet-lock
  flock 9
fi
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  echo "Installing packages (about a minute the first time)…" >&2
  # --ignore-scripts: every binary we use ships inside its package; an install script could only slow this down.
  npm install --no-audit --no-fund --ignore-scripts --loglevel=error >&2
  printf '%s' "$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)" > "$stamp"
fi
exec 9>&-
export PATH="$PWD/node_modules/.bin:$PATH"
exec "$@"
