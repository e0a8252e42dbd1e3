#!/bin/bash
# Ends the cluster and deletes its state. Safe to run at any time.
. "$(dirname "$0")/lib.sh"
if running; then
  kill -9 "$(cluster_pid)"      # process 1 of the pid namespace: the kernel ends all the others
fi
# A cgroup can be removed once its last process is reaped: the deepest first.
cgroups_gone() {
  local dir left=0
  while read -r dir; do
    [ ! -d "$dir" ] || find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
  done <"$STATE/cgroups"
  return $left
}
[ ! -e "$STATE/cgroups" ] || retry 30 cgroups_gone
# Mounts went with the mount namespaces; network interfaces with the network ones.
rm -rf --one-file-system "$STATE"
