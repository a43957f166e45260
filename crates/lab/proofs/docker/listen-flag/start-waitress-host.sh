#!/bin/sh
exec waitress-serve --host=0.0.0.0 --port=8080 shop:app
