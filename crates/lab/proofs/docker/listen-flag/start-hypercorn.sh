#!/bin/sh
exec hypercorn -b 0.0.0.0:8080 asgi:app
