#!/bin/sh
# Plays Rscript with load-packages.R: PROGRAM MARKS PACKAGE...
marks=$2
shift 2
number=0
for package in "$@"; do
  echo "start $number" >>"$marks"
  case $package in
    broken) echo "fail $number 3 there is no package called ‘broken’" >>"$marks" ;;
    crash) kill -SEGV $$ ;;
    *)
      echo "loading $package"
      echo "pass $number 2" >>"$marks"
      ;;
  esac
  number=$((number + 1))
done
