#!/usr/bin/env bash
# cli-builds.sh WIDTH CONTEXT...: builds each context with the command-line client, WIDTH at a time.
#
# Prints the image ids. Every image is labelled slipway.bench, so that whoever measures can remove them again.
#
# NETWORK      the network of the build; default: host
# BUILD_ARGS   further options of `docker build`, separated by spaces
# DOCKER       the docker command
set -euo pipefail
# shellcheck source=benches/docker-client.sh
source "$(dirname "${BASH_SOURCE[0]}")/docker-client.sh"

width=$1
client=$(buildkit_client)
read -ra options <<<"${BUILD_ARGS:-}"
export DOCKER_BUILDKIT=1
printf '%s\0' "${@:2}" | xargs --null --max-args=1 --max-procs="$width" \
  "$client" build --quiet --network "${NETWORK:-host}" --label slipway.bench "${options[@]}"
