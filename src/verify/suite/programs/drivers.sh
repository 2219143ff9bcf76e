# drivers.sh: ODBC drivers are registered, and the library of each is there.
names=$(odbcinst -q -d) || exit
[ -n "$names" ] || {
  echo "no driver is registered"
  exit 1
}
printf '%s\n' "$names" | {
  status=0
  while read -r name; do
    name=${name#\[}
    name=${name%\]}
    library=$(odbcinst -q -d -n "$name" | sed -n 's/^Driver[[:space:]]*=[[:space:]]*//p')
    case $library in
      /*) [ -r "$library" ] ;;
      # Debian registers names that the linker finds.
      ?*) /sbin/ldconfig -p | grep -qF -e "$library" || ls /usr/lib/*/odbc/"$library" >/dev/null 2>&1 ;;
      *) false ;;
    esac || {
      echo "$name: library '$library' is not there"
      status=1
      continue
    }
    echo "$name: $library"
  done
  exit "$status"
}
