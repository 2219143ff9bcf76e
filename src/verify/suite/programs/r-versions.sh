# r-versions.sh VERSION...: the session launcher offers each version, and every folder that it offers has an R.
list=/etc/rstudio/r-versions
[ -r "$list" ] || {
  echo "$list cannot be read"
  exit 1
}
status=0
for version in "$@"; do
  grep -qxF -e "Path: /opt/R/$version" "$list" || {
    echo "$list does not have R $version"
    status=1
  }
done
sed -n 's/^Path:[[:space:]]*//p' "$list" | {
  while read -r folder; do
    [ -x "$folder/bin/R" ] || {
      echo "$list names $folder, which has no R"
      status=1
    }
  done
  exit "$status"
}
