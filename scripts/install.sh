#!/usr/bin/env bash
# Installs the Debian packages that are missing: install.sh program:package …  (with root or sudo; else it says the line).
set -euo pipefail
missing=()
for want in "$@"; do
  program=${want%%:*} package=${want##*:}
  case $program in
    postgres) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=("$package") ;;
    /*) [ -e "$program" ] || missing+=("$package") ;;
    *) command -v "$program" >/dev/null || missing+=("$package") ;;
  esac
done
[ ${#missing[@]} -eq 0 ] && exit 0
line="apt-get install --yes --no-install-recommends ${missing[*]}"
as=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as=(sudo); else
    echo "Missing: ${missing[*]}. Please run:  sudo $line" >&2; exit 1
  fi
fi
echo "Installing ${missing[*]} …"
"${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as[@]}" env DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
