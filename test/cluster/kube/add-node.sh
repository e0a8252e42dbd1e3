#!/bin/bash
# add-node.sh N: start node N (1..9) of the running cluster. To end a node as if
# its power were cut: kill -9 $(cat $STATE/nodeN.pid)
. "$(dirname "$0")/lib.sh"
running || die "the cluster isn't up"
N=$1
[ -e "$PKI/node$N.kubeconfig" ] || "$HERE/pki.sh" node "$N"
(
  # The node's cgroup is made beside the cluster's own processes, and becomes the
  # root that the node sees (--cgroup). Its pid here finds its child below.
  in_ns "$(cluster_pid)" bash -c '. "$0/lib.sh"; enter_cgroup "node$1" >/dev/null
    echo $$ >"$STATE/node$1.starter"
    exec setsid unshare --mount --net --uts --ipc --pid --cgroup --fork --kill-child --mount-proc \
      bash "$0/node.sh" "$1"' "$HERE" "$N" >>"$LOGS/node$N.log" 2>&1 </dev/null &
)
# Its network cable: one end in the node, one on the control plane's bridge.
in_ns "$(cluster_pid)" bash -c '. "$0/lib.sh"
  child() { pgrep -P "$(cat "$STATE/node$1.starter")" bash; }
  retry 10 child "$1"
  ip link add "node$1" type veth peer name eth0 netns "$(child "$1")"
  ip link set "node$1" master nodes0 up
  ip route replace "$POD_NET.$1.0/24" via "$(node_ip "$1")"' "$HERE" "$N"
# The node's first process as seen from the host: the one that is process 1 in its
# own namespace, and of this cluster (there may be a second with another state folder).
pid=$(pgrep -f "^bash $HERE/node.sh $N\$" | while read -r p; do
  if [ "$(awk '/^NSpid/{print $NF}' "/proc/$p/status")" = 1 ] &&
    grep -qzx "MLFLOW_SETUP_CLUSTER_STATE=$STATE" "/proc/$p/environ"; then echo "$p"; fi; done)
[ -n "$pid" ] || die "node $N didn't start: see $LOGS/node$N.log"
echo "$pid" >"$STATE/node$N.pid"
