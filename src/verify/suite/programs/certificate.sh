# certificate.sh BUNDLE BODY: the bundle has a certificate with this base64 body, however its lines are broken.
[ -r "$1" ] || {
  echo "$1 cannot be read"
  exit 1
}
tr -d '\r\n' <"$1" | grep -qF -e "$2" || {
  echo "$1 does not have it"
  exit 1
}
