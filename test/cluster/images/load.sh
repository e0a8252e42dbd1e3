#!/bin/bash
# load.sh [NAME...]: builds the images that are missing and loads those that the cluster lacks.
. "$(dirname "$0")/../kube/lib.sh"
archives=$(node "$HERE/../../../scripts/lib/run-ts.mjs" "$HERE/../images/build.ts" "$@")
# shellcheck disable=SC2086 # one path a line, none with spaces inside
IFS=$'\n' && "$HERE/load-image.sh" $archives
