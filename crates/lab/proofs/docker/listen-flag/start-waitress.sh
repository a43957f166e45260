#!/bin/sh
exec waitress-serve --listen=0.0.0.0:8080 shop:app
