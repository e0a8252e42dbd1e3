#!/bin/bash
# First process of node N's namespaces: containerd, kubelet, kube-proxy and the
# NetworkPolicy engine. Started by add-node.sh.
. "$(dirname "$0")/lib.sh"
trap 'exit 0' TERM
N=$1 NODE=node$1 DIR=$STATE/node$1 IP=$(node_ip "$1")
hostname "$NODE"

# Mounts. /var and /run become the node's own, so every program keeps its usual
# paths (/var/lib/kubelet, /run/containerd...) and nodes don't meet.
mkdir -p "$DIR"/{var/lib,var/log,cni,tmp} "$STATE/volumes" && ln -sfn /run "$DIR/var/run"
for c in /sys/fs/cgroup/*/; do c=${c%/}; mounts="${mounts:-} ${c##*/}"; done
mount -t tmpfs tmpfs /run && mkdir -p /run/netns
mount -t sysfs sysfs /sys                      # shows this network namespace's interfaces; hides the cgroups:
mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
for c in $mounts; do
  mkdir "/sys/fs/cgroup/$c"
  case $c in systemd) opt=none,name=systemd ;; *) opt=$c ;; esac
  mount -t cgroup -o "$opt" cgroup "/sys/fs/cgroup/$c"
done
mount --bind "$DIR/var" /var && mkdir -p /var/tmp
mount --make-rshared /
# The kubelet insists on these settings, which are the whole machine's: give it
# plain files to write to, and the machine stays as it was.
for f in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  cp "/proc/sys/$f" "$DIR/tmp/${f//\//.}" && mount --bind "$DIR/tmp/${f//\//.}" "/proc/sys/$f"
done

# Network. The default route leads to the control plane's namespace, which
# forwards to other nodes' pods and answers "unreachable" for all else. It's
# needed also because a ClusterIP must have some route before kube-proxy sees it.
ip link set lo up
retry 10 ip link show eth0
ip addr add "$IP/24" dev eth0 && ip link set eth0 up && ip route add default via "$API_IP"
sysctl -qw net.ipv4.ip_forward=1

# NetworkPolicy: hand the first packet of each connection to the engine. WHY
# iptables here: the engine's own rule is nftables' `queue`, which this kernel
# lacks (CONFIG_NFT_QUEUE), while it has iptables' NFQUEUE. WHY this place: after
# kube-proxy's translation to a pod address, before any masquerading. Traffic
# that starts on the node itself (probes) is always allowed, as upstream does.
iptables -w -t mangle -N NETPOL
iptables -w -t mangle -A NETPOL -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
iptables -w -t mangle -A NETPOL -m addrtype --src-type LOCAL -j RETURN
iptables -w -t mangle -A NETPOL -s "$POD_NET.0.0/16" -j NFQUEUE --queue-num 100
iptables -w -t mangle -A NETPOL -d "$POD_NET.0.0/16" -j NFQUEUE --queue-num 100
iptables -w -t mangle -A POSTROUTING -j NETPOL

# Pod network: `ptp` (a veth and a route for each pod). WHY not `bridge`: on a
# bridge, pod-to-pod frames skip the routing hooks where policy is enforced.
cat >"$DIR/cni/10-ptp.conflist" <<JSON
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "ptp", "mtu": 1500, "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam",
    "ranges": [[{"subnet": "$POD_NET.$N.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON

# oom_score and restrict_oom_score_adj: lowering a process's oom_score_adj takes
# CAP_SYS_RESOURCE, which this machine doesn't give; without these no pod starts.
cat >"$DIR/containerd.toml" <<TOML
version = 2
oom_score = 0
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$DIR/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$DIR/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
TOML
# Every registry is the stand-in: an image that isn't loaded is "not found" at once. `server` too,
# or containerd would go on to the real host's name and wait.
mkdir -p "$DIR/registries/_default"
cat >"$DIR/registries/_default/hosts.toml" <<TOML
server = "http://$REGISTRY"
[host."http://$REGISTRY"]
  capabilities = ["pull", "resolve"]
TOML
echo "nameserver $DNS_IP" >"$DIR/resolv.conf"   # never the host's
cat >"$DIR/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: "$PKI/ca.crt"}}
authorization: {mode: Webhook}
tlsCertFile: "$PKI/$NODE.crt"
tlsPrivateKeyFile: "$PKI/$NODE.key"
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
clusterDNS: ["$DNS_IP"]
clusterDomain: cluster.local
resolvConf: "$DIR/resolv.conf"
cgroupDriver: cgroupfs        # no systemd here
failCgroupV1: false
failSwapOn: false
maxOpenFiles: 20000           # the hard limit here
oomScoreAdj: 0                # the default, -999, takes CAP_SYS_RESOURCE
# Images can't be pulled again, so none may be collected; and a busy developer's
# disk is no reason to evict pods.
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1%}
volumePluginDir: /var/lib/kubelet/volumeplugins   # default is under /usr
YAML
cat >"$DIR/kube-proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection: {kubeconfig: "$PKI/kube-proxy.kubeconfig"}
clusterCIDR: $POD_NET.0.0/16
hostnameOverride: $NODE
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}   # machine-wide settings: leave
YAML

svc "$NODE-containerd" containerd --config "$DIR/containerd.toml"
retry 20 ctr version
retry 20 ctr -n k8s.io images import --all-platforms "$CACHE/current/pause.tar"
svc "$NODE-kubelet" "$KUBEBOX" kubelet --config="$DIR/kubelet.yaml" --kubeconfig="$PKI/$NODE.kubeconfig" \
  --hostname-override="$NODE" --node-ip="$IP"
svc "$NODE-kube-proxy" "$KUBEBOX" kube-proxy --config="$DIR/kube-proxy.yaml"
svc "$NODE-kube-network-policies" "$KUBEBOX" kube-network-policies \
  --kubeconfig="$PKI/kube-network-policies.kubeconfig" --hostname-override="$NODE"
while :; do wait -n || true; sleep 0.1; done
