tries=0
while ! nc -z 127.0.0.1 8080; do
  tries=$((tries + 1))
  [ "$tries" -lt 2 ] || exit 1
done
