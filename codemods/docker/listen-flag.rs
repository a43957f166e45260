//! # Let programs listen on IPv6 too (listen flags on command lines)
//!
//! ## Why it breaks
//! `-b 0.0.0.0:8000` is IPv4 only for most programs. What stands for both families differs from
//! program to program, so each one has its row in `catalog/programs.toml`. For programs written in
//! Go the wildcard is both families already.
//!
//! ## Examples
//! ```dockerfile before
//! FROM python:3
//! CMD ["gunicorn", "-b", "0.0.0.0:8000", "shop:app"]
//! ```
//! ```dockerfile after
//! FROM python:3
//! CMD ["gunicorn", "-b", "[::]:8000", "shop:app"]
//! ```
//! Written as the host needs it: brackets are a pattern in a shell and a list in YAML.
//! ```dockerfile before
//! FROM python:3
//! RUN pip install gunicorn
//! CMD exec gunicorn --bind=0.0.0.0:8000 shop:app
//!
//! FROM python:3
//! CMD gunicorn -w 4 -b :80 shop:app
//! ```
//! ```dockerfile after
//! FROM python:3
//! RUN pip install gunicorn
//! CMD exec gunicorn '--bind=[::]:8000' shop:app
//!
//! FROM python:3
//! CMD gunicorn -w 4 -b '[::]:80' shop:app
//! ```
//! ```yaml before path=compose.yaml
//! services:
//!   web:
//!     image: shop
//!     command:
//!       - gunicorn
//!       - --bind
//!       - 0.0.0.0:8000
//!       - shop:app
//! ```
//! ```yaml after path=compose.yaml
//! services:
//!   web:
//!     image: shop
//!     command:
//!       - gunicorn
//!       - --bind
//!       - "[::]:8000"
//!       - shop:app
//! ```
//! What stands in for the address depends on the program, and on its other flags: uvicorn opens two
//! sockets for an empty host, but with workers only one.
//! ```dockerfile before
//! FROM python:3
//! CMD ["uvicorn", "shop:app", "--host", "0.0.0.0", "--port", "80"]
//!
//! FROM python:3
//! CMD uvicorn shop:app --host 0.0.0.0 --workers 1
//!
//! FROM python:3
//! CMD python manage.py runserver 0.0.0.0:8000
//!
//! FROM php:8
//! CMD bash -c 'X=$Y php -S 0.0.0.0:2080 -t public'
//! ```
//! ```dockerfile after
//! FROM python:3
//! CMD ["uvicorn", "shop:app", "--host", "", "--port", "80"]
//!
//! FROM python:3
//! CMD uvicorn shop:app --host '' --workers 1
//!
//! FROM python:3
//! CMD python manage.py runserver '[::]:8000'
//!
//! FROM php:8
//! CMD bash -c 'X=$Y php -S "[::]:2080" -t public'
//! ```
//! ```dockerfile before
//! FROM python:3
//! CMD ["uvicorn", "shop:app", "--host=0.0.0.0", "--workers", "4"]
//!
//! FROM python:3
//! CMD ["fastapi", "dev", "--host", "0.0.0.0"]
//!
//! FROM php:8
//! CMD php -S 0.0.0.0:$PORT -t public
//!
//! FROM python:3
//! CMD superset run -h 0.0.0.0
//!
//! FROM python:3
//! CMD python manage.py runserver_plus 0.0.0.0:80
//! ```
//! ```dockerfile after unsafe
//! FROM python:3
//! CMD ["uvicorn", "shop:app", "--host=::", "--workers", "4"]
//!
//! FROM python:3
//! CMD ["fastapi", "dev", "--host", "::"]
//!
//! FROM php:8
//! CMD php -S "[::]:$PORT" -t public
//!
//! FROM python:3
//! CMD superset run -h ::
//!
//! FROM python:3
//! CMD python manage.py runserver_plus '[::]:80'
//! ```
//! In shell scripts, with defaults, in variables and arrays:
//! ```sh before
//! gunicorn -b "${HOST:-0.0.0.0}:$PORT" shop:app
//! exec memcached -l0.0.0.0 -m 64
//! args=(--host 0.0.0.0)
//! vite --host 0.0.0.0 --port 80
//! flags="-w 4 --http-socket 0.0.0.0:80"
//! cmd="uwsgi $flags --http-socket 0.0.0.0:81"
//! ```
//! ```sh after unsafe
//! gunicorn -b "${HOST:-[::]}:$PORT" shop:app
//! exec memcached '-l*' -m 64
//! args=(--host 0.0.0.0)
//! vite --host --port 80
//! flags="-w 4 --http-socket 0.0.0.0:80"
//! cmd="uwsgi $flags --http-socket [::]:81"
//! ```
//! In files of lines, in scripts of npm, and in health checks of nothing:
//! ```systemd before path=shop.service
//! [Service]
//! ExecStart=/usr/bin/gunicorn --workers 4 \
//!     --bind 0.0.0.0:8000 shop:app
//! ```
//! ```systemd after path=shop.service
//! [Service]
//! ExecStart=/usr/bin/gunicorn --workers 4 \
//!     --bind '[::]:8000' shop:app
//! ```
//! ```ini before path=supervisord.conf
//! [program:shop]
//! command=gunicorn -b 0.0.0.0:8000 shop:app ; all addresses
//! user=shop
//! ```
//! ```ini after path=supervisord.conf
//! [program:shop]
//! command=gunicorn -b '[::]:8000' shop:app ; all addresses
//! user=shop
//! ```
//! ```procfile before path=Procfile
//! web: bundle exec rails server -b 0.0.0.0 -p $PORT
//! ```
//! ```procfile after unsafe path=Procfile
//! web: bundle exec rails server -b :: -p $PORT
//! ```
//! ```json before path=package.json
//! {
//!   "scripts": { "start": "next start -H 0.0.0.0", "dev": "npx serve -l tcp://0.0.0.0:3000" }
//! }
//! ```
//! ```json after unsafe path=package.json
//! {
//!   "scripts": { "start": "next start -H ::", "dev": "npx serve -l 3000" }
//! }
//! ```
//! ```make before path=Makefile
//! run:
//! 	@poetry run flask run --host 0.0.0.0
//! ```
//! ```make after path=Makefile
//! run:
//! 	@poetry run flask run --host ::
//! ```
//! ```yaml before tests path=.github/workflows/serve.yml
//! jobs:
//!   test:
//!     steps:
//!       - run: |
//!           npm ci
//!           npx http-server -a 0.0.0.0 dist &
//! ```
//! ```yaml after unsafe path=.github/workflows/serve.yml
//! jobs:
//!   test:
//!     steps:
//!       - run: |
//!           npm ci
//!           npx http-server -a :: dist &
//! ```
//! Reported: a program of which no spelling for both families is known, and a place where the
//! new value cannot stand.
//! ```sh reported
//! CMD="uvicorn shop:app --host 0.0.0.0"
//! ```
//! ```sh reported
//! uvicorn shop:app --host 0.0.0.0 --workers "$WORKERS"
//! ```
//! ```dockerfile reported
//! FROM ruby
//! CMD ["mailcatcher", "--foreground", "--ip=0.0.0.0"]
//! ```
//! Left alone: Go programs, loopback, pairs of both families (a pair is one too many for the programs
//! that serve both with one socket), a script that chooses the family itself, values from elsewhere.
//! ```yaml unchanged
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: node-exporter
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: node-exporter
//!         image: quay.io/prometheus/node-exporter:v1.3.1
//!         args:
//!         - --web.listen-address=0.0.0.0:{{ .Values.port }}
//!       - name: app
//!         image: app
//!         args: [--bind, "0.0.0.0:8000"]
//! ```
//! ```sh unchanged
//! exec node_exporter --web.listen-address=0.0.0.0:9100
//! gunicorn -b 127.0.0.1:8000 shop:app
//! hypercorn -b 0.0.0.0:8000 -b [::]:8001 shop:app
//! flask run --host "$HOST"
//! /app/manage.py runserver --debugger -h 0.0.0.0
//! daphne --host 0.0.0.0 shop:app
//! etcd --listen-client-urls http://0.0.0.0:2379
//! php artisan migrate -b 0.0.0.0
//! route add --source=0.0.0.0
//! gunicorn -b unix:/run/shop.sock shop:app
//! echo gunicorn -b 0.0.0.0:8000
//! ```
//! ```sh unchanged
//! if [ -n "$IPV6" ]; then
//!   gunicorn -b '[::]:80' shop:app
//! else
//!   gunicorn -b 0.0.0.0:80 shop:app
//! fi
//! ```
//! ```dockerfile unchanged mode=ipv6-capable
//! FROM python:3
//! CMD ["gunicorn", "-b", "0.0.0.0:8000", "shop:app"]
//! ```
//!
//! ## Safety
//! Safe where the row was measured on every kind of host of the guarantee set. One socket for both
//! families needs a kernel with IPv6, and with `bindv6only=1` it is IPv6 only: where such hosts are
//! in the set, the fix is unsafe.
//!
//! ## References
//! - evidence: Go, net.Listen
//! - evidence: gunicorn, measured

use sixify_langs::command::KINDS;

use crate::listen_flags;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: KINDS,
    anchors: Anchors(&[
        &["0.0.0.0"],
        &["runserver", " 0:"],
        &["gunicorn", " :"],
        &["uwsgi", " :"],
        &["gunicorn", "\":"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    listen_flags::look(doc, cx);
    Ok(())
}
