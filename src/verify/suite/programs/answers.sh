# answers.sh WORDS PROGRAM [ARGUMENT...]: the first line of the program's output begins with these words.
words=$1
shift
answer=$("$@" 2>&1) || {
  status=$?
  printf '%s\n' "$answer"
  exit "$status"
}
first=${answer%%"
"*}
printf '%s\n' "$first"
case $first in
  "$words" | "$words"[!0-9.]*) ;;
  *)
    printf 'expected %s, found %s\n' "$words" "$first"
    exit 1
    ;;
esac
