# installed.sh PROGRAM: the program is on the search path.
command -v "$1" || {
  echo "$1 is not on $PATH"
  exit 1
}
