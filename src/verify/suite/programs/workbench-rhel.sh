# workbench-rhel.sh VERSION: this version of Workbench is installed, and a user may start its session program.
session=/usr/lib/rstudio-server/bin/rsession
[ -x "$session" ] || {
  echo "$session cannot be started"
  exit 1
}
version=$(rpm --query --queryformat='%{VERSION}' rstudio-server) || exit
echo "rstudio-server $version"
[ "$version" = "$1" ]
