#!/usr/bin/env bash
# Installs the Debian packages that are missing: install.sh program:package …  (with root or sudo; else it says the line).
# A program with a ? before it is only welcome: without it the script ends well.
set -euo pipefail
missing=() needed=0
for want in "$@"; do
  must=1
  case $want in \?*) must=0 want=${want#\?} ;; esac
  program=${want%%:*} package=${want##*:}
  case $program in
    postgres) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null && continue ;;
    /*) [ -e "$program" ] && continue ;;
    *) command -v "$program" >/dev/null && continue ;;
  esac
  missing+=("$package") needed=$((needed | must))
done
[ ${#missing[@]} -eq 0 ] && exit 0
line="apt-get install --yes --no-install-recommends ${missing[*]}"
as=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as=(sudo); else
    echo "Missing: ${missing[*]}. Please run:  sudo $line" >&2; exit "$needed"
  fi
fi
echo "Installing ${missing[*]} …"
install() {
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive timeout "$1" apt-get update -qq &&
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive timeout "$1" $line -qq >/dev/null
}
if [ "$needed" -eq 1 ]; then install 1800; else install 60 || echo "Going on without ${missing[*]}." >&2; fi
