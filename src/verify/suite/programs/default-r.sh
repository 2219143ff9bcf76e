# default-r.sh FOLDER: /opt/R/default is a link to this folder.
target=$(readlink -f /opt/R/default)
echo "/opt/R/default -> $target"
[ -n "$target" ] && [ "$target" = "$(readlink -f "$1")" ]
