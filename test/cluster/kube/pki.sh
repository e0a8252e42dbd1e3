#!/bin/bash
# Makes $PKI: one CA for everything, a second for the aggregation layer's front
# proxy (clients signed by that one may name any user, so it must be apart),
# the service account key, and a kubeconfig for each component.
. "$(dirname "$0")/lib.sh"
mkdir -p "$PKI" && cd "$PKI"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
ca() { key "$1"; openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 3650 -out "$1.crt"; }
# cert CA NAME SUBJECT [SUBJECT_ALT_NAMES]
cert() {
  key "$2"
  openssl req -new -key "$2.key" -subj "$3" | openssl x509 -req -CA "$1.crt" -CAkey "$1.key" \
    -CAcreateserial -days 3650 -out "$2.crt" -extfile <(
      echo "extendedKeyUsage=clientAuth,serverAuth"
      [ -z "${4:-}" ] || echo "subjectAltName=$4") 2>/dev/null
}
# config FILE SERVER CERT_NAME
config() {
  cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: mlflow-setup-test
clusters: [{name: mlflow-setup-test, cluster: {server: "$2", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: user, user: {client-certificate-data: $(base64 -w0 "$3.crt"), client-key-data: $(base64 -w0 "$3.key")}}]
contexts: [{name: mlflow-setup-test, context: {cluster: mlflow-setup-test, user: user}}]
YAML
}

if [ "${1:-}" = node ]; then   # pki.sh node N
  cert ca "node$2" "/O=system:nodes/CN=system:node:node$2" "DNS:node$2,IP:$(node_ip "$2")"
  config "node$2.kubeconfig" "https://$API_IP:6443" "node$2"
  exit
fi
ca ca; ca front-proxy-ca; key sa
openssl ec -in sa.key -pubout -out sa.pub 2>/dev/null
cert ca apiserver "/CN=kube-apiserver" \
  "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$API_IP,IP:$SERVICE_IP"
cert ca apiserver-kubelet-client "/O=system:masters/CN=kube-apiserver-kubelet-client"
cert front-proxy-ca front-proxy-client "/CN=front-proxy-client"
for user in kube-controller-manager kube-scheduler kube-proxy dir-provisioner kube-network-policies; do
  cert ca $user "/CN=system:$user"
  config $user.kubeconfig "https://$API_IP:6443" $user
done
cert ca admin "/O=system:masters/CN=admin"
config admin.kubeconfig "https://$API_IP:6443" admin
config ../kubeconfig "https://127.0.0.1:$PORT" admin   # for the host, through the relay
chmod 600 ./*.key ./*.kubeconfig ../kubeconfig
