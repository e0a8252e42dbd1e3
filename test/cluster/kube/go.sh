#!/bin/bash
# go.sh GO_MOD: makes sure that Go can build that module: installs Debian's Go where none is, and
# says what is needed where it is too old to fetch a newer toolchain by itself (before 1.21).
. "$(dirname "$0")/lib.sh"
want=$(awk '$1 == "go" {print $2}' "$1")
"$HERE/packages.sh" go:golang-go
have=$(cd / && go env GOVERSION); have=${have#go}
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -1)" = "$1" ]; }
at_least "$want" "$have" && exit 0
at_least 1.21 "$have" && [ "$(go env GOTOOLCHAIN)" != local ] && exit 0   # go fetches the toolchain that go.mod names
die "Go $want or newer is needed to build the test cluster, this is Go $have. Install it from https://go.dev/dl/ \
(or any Go since 1.21 with GOTOOLCHAIN=auto), or test on another cluster: MLFLOW_SETUP_TEST_CONTEXT=<context of your kubeconfig>"
