#!/bin/sh
exec flask --app views run --host 0.0.0.0 --port 8080
