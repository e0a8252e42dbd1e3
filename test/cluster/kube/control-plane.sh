#!/bin/bash
# First process of the cluster's namespaces (started by up.sh): network, etcd and
# the control plane. When it dies the kernel ends every process of the cluster.
. "$(dirname "$0")/lib.sh"
trap 'exit 0' TERM

# A private view of the cgroup tree, like a container's: nodes' pods then get the
# usual /kubepods, and can't touch the rest of the machine.
remount_cgroups() {
  local c opt
  umount -R -l /sys/fs/cgroup
  mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
  while IFS=: read -r _ c _; do
    [ -n "$c" ] || continue
    mkdir -p "/sys/fs/cgroup/${c#name=}"
    case $c in name=*) opt=none,$c ;; *) opt=$c ;; esac
    mount -t cgroup -o "$opt" cgroup "/sys/fs/cgroup/${c#name=}"
  done </proc/self/cgroup
}
remount_cgroups
mount --make-rshared /                       # shared within this namespace: some volume mounts need that
mount -t tmpfs tmpfs /run                    # so that nothing meets the host's sockets and locks

# The network: a bridge for the nodes, and no interface that leads out.
ip link set lo up
ip link add nodes0 type bridge && ip addr add "$API_IP/24" dev nodes0 && ip link set nodes0 up
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.nodes0.send_redirects=0
# The bridge only switches frames: a pod's packet must not meet iptables twice.
sysctl -qw net.bridge.bridge-nf-call-iptables=0 2>/dev/null || true

# etcd: no fsync, since the cluster's life is short; speaks plain HTTP on a
# loopback that only this namespace's processes reach.
svc etcd "$KUBEBOX" etcd --name=test --data-dir="$STATE/etcd" --unsafe-no-fsync \
  --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
  --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
  --initial-cluster=test=http://127.0.0.1:2380 --log-level=warn
svc kube-apiserver "$KUBEBOX" kube-apiserver --etcd-servers=http://127.0.0.1:2379 \
  --advertise-address="$API_IP" --secure-port=6443 --service-cluster-ip-range="$SERVICE_CIDR" \
  --allow-privileged=true --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
  --client-ca-file="$PKI/ca.crt" --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" \
  --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP \
  --kubelet-client-certificate="$PKI/apiserver-kubelet-client.crt" --kubelet-client-key="$PKI/apiserver-kubelet-client.key" \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-key-file="$PKI/sa.pub" --service-account-signing-key-file="$PKI/sa.key" \
  --proxy-client-cert-file="$PKI/front-proxy-client.crt" --proxy-client-key-file="$PKI/front-proxy-client.key" \
  --requestheader-client-ca-file="$PKI/front-proxy-ca.crt" --requestheader-allowed-names=front-proxy-client \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
  --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --enable-aggregator-routing=true  # no kube-proxy here: go to metrics-server's pod, not to its ClusterIP
svc kube-controller-manager "$KUBEBOX" kube-controller-manager --kubeconfig="$PKI/kube-controller-manager.kubeconfig" \
  --leader-elect=false --use-service-account-credentials=true \
  --root-ca-file="$PKI/ca.crt" --service-account-private-key-file="$PKI/sa.key" \
  --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key"
svc kube-scheduler "$KUBEBOX" kube-scheduler --kubeconfig="$PKI/kube-scheduler.kubeconfig" --leader-elect=false
svc dir-provisioner "$KUBEBOX" dir-provisioner --kubeconfig="$PKI/dir-provisioner.kubeconfig" --root="$STATE/volumes"
svc registry "$KUBEBOX" registry "$REGISTRY"
svc relay "$KUBEBOX" relay "unix:$STATE/api.sock" "tcp:$API_IP:6443"

touch "$STATE/control-plane.started"
while :; do wait -n || true; sleep 0.1; done   # also reaps orphans, as process 1 must
