#!/bin/bash
# load.sh [NAME...]: builds the images that are missing and loads those that the cluster lacks.
. "$(dirname "$0")/../kube/lib.sh"
mkdir -p "$MLFLOW_SETUP_CLUSTER_HOME"
exec 9>"$MLFLOW_SETUP_CLUSTER_HOME/images.lock" && flock 9   # one build at a time; let go of at the end
archives=$(node "$HERE/../../../scripts/lib/run-ts.mjs" "$HERE/../images/build.ts" "$@")
mapfile -t archives <<<"$archives"
"$HERE/load-image.sh" "${archives[@]}"
