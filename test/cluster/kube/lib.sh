#!/bin/bash
# Shared by every script here (source it). Each setting can be given in the environment.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

: "${MLFLOW_SETUP_CLUSTER_HOME:=${XDG_CACHE_HOME:-$HOME/.cache}/mlflow-setup}"   # holds everything below by default
: "${MLFLOW_SETUP_CLUSTER_CACHE:=$MLFLOW_SETUP_CLUSTER_HOME/programs}"           # built programs, kept between runs
: "${MLFLOW_SETUP_CLUSTER_STATE:=$MLFLOW_SETUP_CLUSTER_HOME/state}"              # one running cluster; down.sh deletes it
: "${MLFLOW_SETUP_CLUSTER_PORT:=16443}"                                          # API server on the host: https://127.0.0.1:PORT
: "${MLFLOW_SETUP_CLUSTER_NODES:=2}"                                             # how many nodes up.sh starts; each offers all of the machine's cores
export MLFLOW_SETUP_CLUSTER_HOME MLFLOW_SETUP_CLUSTER_CACHE MLFLOW_SETUP_CLUSTER_STATE MLFLOW_SETUP_CLUSTER_PORT   # the scripts start one another
CACHE=$MLFLOW_SETUP_CLUSTER_CACHE STATE=$MLFLOW_SETUP_CLUSTER_STATE PORT=$MLFLOW_SETUP_CLUSTER_PORT
# Addresses exist only inside the cluster's own network namespace.
NODE_NET=10.88.0 POD_NET=10.244 SERVICE_CIDR=10.96.0.0/16 SERVICE_IP=10.96.0.1 DNS_IP=10.96.0.10
API_IP=$NODE_NET.1                            # control plane; node N is .1N, its pods are $POD_NET.N.0/24
REGISTRY=$API_IP:5000                         # stand-in for every image registry
PAUSE_IMAGE=local.test/pause:1

KUBEBOX=$CACHE/current/kubebox
PKI=$STATE/pki
LOGS=$STATE/logs
export KUBECONFIG=$STATE/kubeconfig           # for use on the host

die() { echo "test cluster: $*" >&2; exit 1; }
say() { echo "test cluster: $*" >&2; }
kubectl() { "$KUBEBOX" kubectl "$@"; }
node_ip() { echo "$NODE_NET.1$1"; }

# retry SECONDS COMMAND...: run it until it succeeds
retry() {
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { "$@" || true; die "gave up waiting for: $*"; }
    sleep 0.3
  done
}

# A namespace's first process: its pid seen from here, kept by up.sh.
cluster_pid() { cat "$STATE/cluster.pid" 2>/dev/null; }
# WHY not `kill -0` alone: after a reboot or a crash the number may be another program's.
running() { local p; p=$(cluster_pid) && grep -qz control-plane.sh "/proc/$p/cmdline" 2>/dev/null; }
# in_ns PID COMMAND...: run within that process's namespaces. Its cgroups are
# entered too, or the command would be counted (and left over) outside.
in_ns() {
  local pid=$1 dir; shift
  ( for dir in $(cgroup_dirs "$pid"); do echo $BASHPID >"$dir/cgroup.procs"; done
    exec nsenter -t "$pid" -m -n -u -i -p -C -- "$@" )
}

# Where a process is in each cgroup v1 hierarchy ("0::" is the v2 one: unused).
cgroup_dirs() {
  local controllers path dir
  while IFS=: read -r _ controllers path; do
    [ -n "$controllers" ] || continue
    dir=/sys/fs/cgroup/${controllers#name=}$path
    [ -d "$dir" ] && echo "$dir"
  done <"/proc/$1/cgroup"
}

# enter_cgroup NAME: make the cgroup NAME under the caller's own one in every
# hierarchy, move the calling (sub)shell there, and print where that is. WHY under
# the caller's: whatever limits or watches the caller goes on covering the cluster.
enter_cgroup() {
  local me=$BASHPID dir                   # $$ would be the script, also in a subshell
  for dir in $(cgroup_dirs "$me"); do
    mkdir -p "$dir/$1"
    if [ -e "$dir/cpuset.cpus" ]; then
      # A new v1 cpuset is empty and takes no process until it's filled.
      cat "$dir/cpuset.cpus" >"$dir/$1/cpuset.cpus"
      cat "$dir/cpuset.mems" >"$dir/$1/cpuset.mems"
      echo 1 >"$dir/$1/cgroup.clone_children"
    fi
    echo "$me" >"$dir/$1/cgroup.procs"
    echo "$dir/$1"
  done
}

# svc NAME COMMAND...: keep a program running, as systemd's Restart=always would.
svc() {
  local name=$1; shift
  ( while :; do
      "$@" >>"$LOGS/$name.log" 2>&1 &
      echo $! >"$STATE/run/$name.pid"    # pid within the namespace
      wait $! || true
      echo "=== $name ended, starting it again" >>"$LOGS/$name.log"
      sleep 1
    done ) &
}
