# Runs tests and reports them line by line on standard output:
#   begin STEP CLOCK
#   end STEP STATUS CLOCK
#   +a line that the step noted for one of its tests
#   |a line that the step wrote
#   done
# What a step writes goes to a file first and is reported with `|` before each line, so that nothing in it can be taken
# for a report. Each line is reported as soon as it is known: a step that ends the container leaves its `begin` behind.
work=/tmp/slipway-tests
mkdir -p "$HOME" "$work"

# Ends everything but this shell, and waits until it is gone: what a step leaves running must not reach the next one, and
# a kill returns before its victims are gone. Only in a container of its own. `(:)` makes the shell collect the dead.
end_all() {
  kill -9 -1 2>/dev/null
  tries=2000
  set -- /proc/[0-9]*
  while [ $# -gt 1 ] && [ "$tries" -gt 0 ]; do
    (:)
    tries=$((tries - 1))
    set -- /proc/[0-9]*
  done
}

# run STEP SECONDS PROGRAM [ARGUMENT...]
run() {
  step=$1 seconds=$2
  shift 2
  command -v timeout >/dev/null && set -- timeout -k 5 "$seconds" "$@"
  rm -rf "$work/marks" "$work/output"
  read -r clock _ </proc/uptime
  printf 'begin %s %s\n' "$step" "$clock"
  # A step that writes without end is stopped at 1 GiB (in blocks of 512 bytes), before memory runs out.
  (
    ulimit -f 2097152
    exec "$@"
  ) </dev/null >"$work/output" 2>&1
  status=$?
  [ $$ = 1 ] && end_all
  read -r clock _ </proc/uptime
  printf 'end %s %s %s\n' "$step" "$status" "$clock"
  [ -f "$work/marks" ] && tail -c 262144 "$work/marks" | LC_ALL=C sed 's/^/+/'
  # Not every sed gets past a zero byte.
  tail -c 4096 "$work/output" | tr -d '\000' | LC_ALL=C sed 's/^/|/'
  # The last line of a step may have no end.
  echo
}
