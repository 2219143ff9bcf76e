# locale.sh NAME: the locale exists. Where it does not, programs go on in ASCII, and only `locale` says so.
LC_ALL=$1
export LC_ALL
charmap=$(locale charmap 2>&1)
printf '%s\n' "$charmap"
[ "$charmap" = UTF-8 ]
