#!/bin/bash
# packages.sh COMMAND:PACKAGE...: installs the Debian packages whose command (or file) is missing.
. "$(dirname "$0")/lib.sh"
missing=()
for pair in "$@"; do
  command -v "${pair%%:*}" >/dev/null || [ -e "${pair%%:*}" ] || missing+=("${pair#*:}")
done
[ ${#missing[@]} -gt 0 ] || exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
  die "missing packages; run as root: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
say "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# policy-rc.d: a package must not start its service on the host (containerd would).
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2
