# workbench-debian.sh VERSION: this version of Workbench is installed, and a user may start its session program.
session=/usr/lib/rstudio-server/bin/rsession
[ -x "$session" ] || {
  echo "$session cannot be started"
  exit 1
}
# shellcheck disable=SC2016 # a format of dpkg-query, not a variable
version=$(dpkg-query --show --showformat='${Version}' rstudio-server) || exit
echo "rstudio-server $version"
[ "$version" = "$1" ]
