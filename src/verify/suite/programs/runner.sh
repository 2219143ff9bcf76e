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
  # Everything but this shell: what a step leaves running must not reach the next one. Only in a container of its own.
  [ $$ = 1 ] && kill -9 -1 2>/dev/null
  read -r clock _ </proc/uptime
  printf 'end %s %s %s\n' "$step" "$status" "$clock"
  [ -f "$work/marks" ] && tail -c 262144 "$work/marks" | LC_ALL=C sed 's/^/+/'
  # Not every sed gets past a zero byte.
  tail -c 4096 "$work/output" | tr -d '\000' | LC_ALL=C sed 's/^/|/'
  # The last line of a step may have no end.
  echo
}
