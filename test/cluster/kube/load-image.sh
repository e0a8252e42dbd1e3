#!/bin/bash
# load-image.sh ARCHIVE.tar...: imports docker or OCI archives into every node that does not have
# them yet. Name the image fully (local.test/app:1): "app:1" means docker.io/library/app:1.
. "$(dirname "$0")/lib.sh"
running || die "the cluster isn't up"
in_archive() { tar --occurrence=1 -xOf "$1" index.json 2>/dev/null; }
for archive in "$@"; do
  digest=$(in_archive "$archive" | grep -o '"digest": *"sha256:[0-9a-f]*"' | head -1 | grep -o 'sha256:[0-9a-f]*' || true)
  for pidfile in "$STATE"/node*.pid; do
    pid=$(cat "$pidfile")
    if [ -n "$digest" ] && in_ns "$pid" ctr -n k8s.io images ls | grep -q "$digest"; then continue; fi
    say "loading $(basename "$archive") into $(basename "$pidfile" .pid)"
    in_ns "$pid" ctr -n k8s.io images import --all-platforms "$(realpath "$archive")" >&2
  done
done
