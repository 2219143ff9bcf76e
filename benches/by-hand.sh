#!/usr/bin/env bash
# One image from a Dockerfile to a domain, the way it is done without Slipway: docker build, docker push, AWS CLI.
#
#   by-hand.sh prepare   installs the AWS CLI into a virtual environment; not part of what is measured
#   by-hand.sh run CONTEXT REPOSITORY TAG IMAGE DOMAIN
#
# CONTEXT      folder with a Dockerfile
# REPOSITORY   name of the ECR repository; made if missing
# TAG          tag of the container image
# IMAGE        name of the SageMaker image and of its app image config; made if missing
# DOMAIN       id of the domain
#
# IMAGE_ROLE             the image's role; default: arn:aws:iam::123456789012:role/slipway-image
# NETWORK                the network of the build; default: host
# BUILD_ARGS             further options of `docker build`, separated by spaces
# DOCKER                 the docker command
# AWS_ENDPOINT_URL and the other variables of the AWS CLI say where it goes and as whom.
#
# It waits by asking every half second: the CLI's own waiters ask once a minute, and it has none for a domain.
# Like most such scripts it sends the domain's list with its own entry in place of the old one.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=benches/docker-client.sh
source "$(dirname "${BASH_SOURCE[0]}")/docker-client.sh"

readonly awscli_version=1.46.3
environment=${XDG_CACHE_HOME:-$HOME/.cache}/slipway/awscli-$awscli_version
export AWS_PAGER='' DOCKER_BUILDKIT=1

aws() { "$environment/bin/aws" --output text "$@"; }

prepare() {
  if [[ -x $environment/bin/aws ]]; then return; fi
  rm --recursive --force "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet "awscli==$awscli_version"
}

# wait_until WANTED COMMAND...: asks until the status is the wanted one.
wait_until() {
  local wanted=$1 status
  while status=$("${@:2}"); do
    case $status in
      "$wanted") return ;;
      *[Ff][Aa][Ii][Ll]*) break ;;
      *) sleep 0.5 ;;
    esac
  done
  echo "ended as $status, wanted $wanted: ${*:2}" >&2
  return 1
}

# Prints the address of the repository.
repository() {
  aws ecr describe-repositories --repository-names "$1" --query 'repositories[0].repositoryUri' 2>/dev/null ||
    aws ecr create-repository --repository-name "$1" --image-tag-mutability IMMUTABLE --query repository.repositoryUri
}

# push ADDRESS TAG: with a login that leaves this user's own ones alone.
push() {
  DOCKER_CONFIG=$(mktemp --directory)
  export DOCKER_CONFIG
  trap 'rm --recursive --force "$DOCKER_CONFIG"' EXIT
  aws ecr get-login-password | "$client" login --username AWS --password-stdin "${1%%/*}" >&2
  "$client" push --quiet "$1:$2" >&2
}

image() {
  aws sagemaker describe-image --image-name "$1" >/dev/null 2>&1 ||
    aws sagemaker create-image --image-name "$1" --role-arn "$role" >/dev/null
  wait_until CREATED aws sagemaker describe-image --image-name "$1" --query ImageStatus
  aws sagemaker describe-app-image-config --app-image-config-name "$1" >/dev/null 2>&1 ||
    aws sagemaker create-app-image-config --app-image-config-name "$1" >/dev/null
}

# image_version IMAGE BASE: makes a version and prints its number, the tail of its ARN.
image_version() {
  local arn number
  arn=$(aws sagemaker create-image-version --image-name "$1" --base-image "$2" \
    --client-token "$(sha256sum <<<"$1 $2" | cut --characters=1-36)" --query ImageVersionArn)
  number=${arn##*/}
  wait_until CREATED \
    aws sagemaker describe-image-version --image-name "$1" --version-number "$number" --query ImageVersionStatus
  printf '%s\n' "$number"
}

# attach DOMAIN IMAGE NUMBER
attach() {
  local others entry
  others=$(aws --output json sagemaker describe-domain --domain-id "$1" \
    --query "DefaultUserSettings.RSessionAppSettings.CustomImages[?ImageName!='$2'] || \`[]\`")
  entry="{\"ImageName\": \"$2\", \"ImageVersionNumber\": $3, \"AppImageConfigName\": \"$2\"}"
  aws sagemaker update-domain --domain-id "$1" --default-user-settings "$(
    python3 -c 'import json, sys
images = json.loads(sys.argv[1]) + [json.loads(sys.argv[2])]
print(json.dumps({"RSessionAppSettings": {"CustomImages": images}}))' "$others" "$entry"
  )" >/dev/null
  wait_until InService aws sagemaker describe-domain --domain-id "$1" --query Status
}

run() {
  local context=$1 name=$2 tag=$3 image=$4 domain=$5 address digest number
  read -ra options <<<"${BUILD_ARGS:-}"
  address=$(repository "$name")
  "$client" build --quiet --network "${NETWORK:-host}" --label slipway.bench \
    --tag "$address:$tag" "${options[@]}" "$context"
  push "$address" "$tag"
  digest=$(aws ecr describe-images --repository-name "$name" --image-ids "imageTag=$tag" \
    --query 'imageDetails[0].imageDigest')
  image "$image"
  number=$(image_version "$image" "$address@$digest")
  attach "$domain" "$image" "$number"
  printf '%s@%s is version %s of %s in %s\n' "$address" "$digest" "$number" "$image" "$domain"
}

role=${IMAGE_ROLE:-arn:aws:iam::123456789012:role/slipway-image}
case ${1:-} in
  prepare) prepare ;;
  run)
    client=$(buildkit_client)
    run "${@:2}"
    ;;
  *)
    sed --quiet '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0" >&2
    exit 64
    ;;
esac
