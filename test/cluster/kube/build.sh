#!/bin/bash
# Builds the two Go programs of the test cluster into the cache; skips what is there
# already, keyed by a hash of the sources (go.sum names every version). Prints the path.
. "$(dirname "$0")/lib.sh"

key=$(cat "$HERE"/kubebox/*.go "$HERE"/kubebox/go.* "$HERE"/pause/* "$HERE/make-image.sh" "$0" | sha256sum | cut -c1-16)
out=$CACHE/$key
if [ ! -x "$out/kubebox" ]; then
  "$HERE/go.sh" "$HERE/kubebox/go.mod"
  say "building Kubernetes (once; about 6 minutes on two cores when Go's own cache is empty)"
  mkdir -p "$out/pause"
  K8S=$(awk '$1 == "k8s.io/kubernetes" {print $2; exit}' "$HERE/kubebox/go.mod")
  IFS=. read -r major minor _ <<<"${K8S#v}"
  # WHY the version flags: without them every component says v0.0.0-master, and
  # clients (helm, charts' kubeVersion, kubelet skew checks) believe it.
  ld="-s -w"
  for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    ld+=" -X $p.gitVersion=$K8S -X $p.gitMajor=$major -X $p.gitMinor=$minor -X $p.gitTreeState=archive"
  done
  # CGO off: static, so it also runs in pods whose image is empty.
  (cd "$HERE/kubebox" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "$ld" -o "$out/kubebox.tmp" .) >&2
  (cd "$HERE/pause" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w" -o "$out/pause/pause" .) >&2
  "$HERE/make-image.sh" "$PAUSE_IMAGE" "$out/pause" "$out/pause.tar" '{"Entrypoint":["/pause"]}'
  mv "$out/kubebox.tmp" "$out/kubebox"
fi
ln -sfn "$key" "$CACHE/current"
echo "$KUBEBOX"
