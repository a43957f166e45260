#!/bin/sh
exec uvicorn asgi:app --host 0.0.0.0 --port 8080
