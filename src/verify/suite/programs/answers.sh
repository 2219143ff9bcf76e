# answers.sh WORDS PROGRAM [ARGUMENT...]: the program's output begins with these words.
words=$1
shift
answer=$("$@" 2>&1) || {
  status=$?
  printf '%s\n' "$answer"
  exit "$status"
}
printf '%s\n' "$answer"
case $answer in
  "$words" | "$words"[!0-9.]*) ;;
  *)
    printf 'expected: %s\n' "$words"
    exit 1
    ;;
esac
