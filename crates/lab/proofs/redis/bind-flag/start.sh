#!/bin/sh
exec redis-server --port 8080 --bind 0.0.0.0 --protected-mode no --save ""
