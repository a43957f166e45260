wget -q -t 1 --spider http://127.0.0.1:8080/ || exit 1
