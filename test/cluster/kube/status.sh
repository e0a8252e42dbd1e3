#!/bin/bash
# Exit code 0 when the test cluster is up, 3 when it is not.
. "$(dirname "$0")/lib.sh"
running || exit 3
