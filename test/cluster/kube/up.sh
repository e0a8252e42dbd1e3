#!/bin/bash
# Starts the test cluster, waits until its nodes and add-ons are ready, and loads the images.
# Installs and builds what is missing. Does nothing twice. Afterwards:
#   export KUBECONFIG=~/.cache/mlflow-setup/state/kubeconfig
# `up.sh --no-images` leaves the images out.
. "$(dirname "$0")/lib.sh"

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || die "runs on Linux x86-64 only; use another cluster: MLFLOW_SETUP_TEST_CONTEXT=<context>"
[ "$(id -u)" = 0 ] || die "must run as root (it makes namespaces, mounts and cgroups of its own)"
[ -d /sys/fs/cgroup/memory ] || die "needs the cgroup v1 controllers under /sys/fs/cgroup; use another cluster: MLFLOW_SETUP_TEST_CONTEXT=<context>"
case $STATE in /var/*|/run/*) die "the state folder can't be under /var or /run: nodes have their own there" ;; esac
# One at a time. --close: the cluster's processes must not inherit the lock.
mkdir -p "$MLFLOW_SETUP_CLUSTER_HOME"
[ -n "${MLFLOW_SETUP_CLUSTER_LOCKED:-}" ] ||
  MLFLOW_SETUP_CLUSTER_LOCKED=1 exec flock --close "$MLFLOW_SETUP_CLUSTER_HOME/lock" bash "$HERE/up.sh" "$@"
unset MLFLOW_SETUP_CLUSTER_LOCKED

start() {
  "$HERE/packages.sh" containerd:containerd runc:runc iptables:iptables nft:nftables conntrack:conntrack ip:iproute2 \
    openssl:openssl unshare:util-linux pgrep:procps sysctl:procps /usr/lib/cni/ptp:containernetworking-plugins
  "$HERE/build.sh" >/dev/null
  SECONDS=0
  "$HERE/down.sh"
  mkdir -p "$STATE"/{run,logs}
  "$HERE/pki.sh"

  # Own namespaces for everything. --kill-child: ending this one process ends all.
  (
    enter_cgroup "mlflow-setup-test-$PORT" >"$STATE/cgroups"
    exec setsid unshare --mount --net --uts --ipc --pid --cgroup --fork --kill-child --mount-proc \
      bash "$HERE/control-plane.sh" >"$LOGS/control-plane.log" 2>&1 </dev/null
  ) &
  retry 10 test -e "$STATE/control-plane.started"
  pgrep -P $! bash >"$STATE/cluster.pid"
  disown

  # The way in from the host: it enters the pid namespace, so that it ends with the
  # cluster, and not the network one.
  (
    while read -r dir; do echo $BASHPID >"$dir/cgroup.procs"; done <"$STATE/cgroups"
    exec setsid nsenter -t "$(cluster_pid)" -p "$KUBEBOX" relay "tcp:127.0.0.1:$PORT" \
      "unix:$STATE/api.sock" >"$LOGS/host-relay.log" 2>&1 </dev/null
  ) &
  disown
  retry 60 kubectl get --raw /readyz
  for n in $(seq "$MLFLOW_SETUP_CLUSTER_NODES"); do "$HERE/add-node.sh" "$n"; done
  for f in "$HERE"/manifests/*.yaml; do
    sed "s#@KUBEBOX@#$(readlink -f "$KUBEBOX")#; s#@DNS_IP@#$DNS_IP#; s#@PAUSE_IMAGE@#$PAUSE_IMAGE#" "$f" |
      kubectl apply --server-side -f - >/dev/null
  done
  for n in $(seq "$MLFLOW_SETUP_CLUSTER_NODES"); do
    retry 60 kubectl get node "node$n"
    kubectl wait --for=condition=Ready --timeout=120s "node/node$n" >/dev/null
  done
}

if running; then
  say "already up"
else
  start
  # Images are loaded while CoreDNS and metrics-server get ready.
  started=1
fi
[ "${1:-}" = --no-images ] || "$HERE/../images/load.sh"
[ -z "${started:-}" ] || {
  kubectl -n kube-system rollout status --timeout=120s deployment/coredns deployment/metrics-server >/dev/null
  say "up in ${SECONDS}s"
}
say "export KUBECONFIG=$KUBECONFIG"
