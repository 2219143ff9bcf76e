# shellcheck shell=bash
# The command-line client that the comparisons run against.

# Prints a docker command that builds with BuildKit. Clients before 23 do so by themselves; later ones need buildx,
# which not every package of them brings.
buildkit_client() {
  local client major
  for client in ${DOCKER:-docker /usr/bin/docker}; do
    major=$("$client" version --format '{{.Client.Version}}' | cut --delimiter=. --fields=1) || continue
    if [[ $major -lt 23 ]] || "$client" buildx version >/dev/null 2>&1; then
      printf '%s\n' "$client"
      return
    fi
  done
  echo "no docker command here builds with BuildKit: install docker-buildx, or set DOCKER to one that does" >&2
  return 1
}
