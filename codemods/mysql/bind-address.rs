//! # Let MariaDB and MySQL listen on IPv6 too (`bind-address`)
//!
//! ## Why it breaks
//! `0.0.0.0` is IPv4 only. `::` is IPv6 only in MariaDB and both families in MySQL. `*` is both
//! families in both, and falls back to IPv4 where there is no IPv6.
//!
//! ## Examples
//! ```ini before path=my.cnf
//! [mysqld]
//! port=3306
//! bind-address=0.0.0.0
//!
//! [client]
//! port=3306
//! ```
//! ```ini after unsafe path=my.cnf
//! [mysqld]
//! port=3306
//! bind-address=*
//!
//! [client]
//! port=3306
//! ```
//! ```ini before path=etc/mysql/mariadb.conf.d/50-server.cnf
//! [mysqld]
//! bind_address = ::
//! ```
//! ```ini after unsafe path=etc/mysql/mariadb.conf.d/50-server.cnf
//! [mysqld]
//! bind_address = *
//! ```
//! In the values of a chart:
//! ```yaml before path=shop.yaml
//! apiVersion: k8s.mariadb.com/v1alpha1
//! kind: MariaDB
//! metadata:
//!   name: shop
//! spec:
//!   myCnf: |
//!     [mariadb]
//!     bind-address=0.0.0.0
//!     max_allowed_packet=256M
//! ```
//! ```yaml after unsafe path=shop.yaml
//! apiVersion: k8s.mariadb.com/v1alpha1
//! kind: MariaDB
//! metadata:
//!   name: shop
//! spec:
//!   myCnf: |
//!     [mariadb]
//!     bind-address=*
//!     max_allowed_packet=256M
//! ```
//! ```yaml before path=values.yaml
//! configuration: |-
//!   [mysqld]
//!   skip-name-resolve
//!   bind-address=0.0.0.0
//!
//!   [client]
//!   port=3306
//! other: 1
//! ```
//! ```yaml after unsafe path=values.yaml
//! configuration: |-
//!   [mysqld]
//!   skip-name-resolve
//!   bind-address=*
//!
//!   [client]
//!   port=3306
//! other: 1
//! ```
//! In a file that a script writes:
//! ```sh before
//! cat > /etc/mysql/my.cnf <<EOF
//! [mysqld]
//! bind-address = 0.0.0.0
//! EOF
//! ```
//! ```sh after unsafe
//! cat > /etc/mysql/my.cnf <<EOF
//! [mysqld]
//! bind-address = *
//! EOF
//! ```
//! In IPv6-only mode:
//! ```ini before mode=ipv6-only path=my.cnf
//! [mysqld]
//! bind-address = 0.0.0.0
//! ```
//! ```ini after unsafe mode=ipv6-only path=my.cnf
//! [mysqld]
//! bind-address = ::
//! ```
//! In a setting that a script writes:
//! ```sh before
//! sudo bash -c "iniset $my_conf mysqld bind-address 0.0.0.0 && iniset $my_conf mysqld a 1"
//! ```
//! ```sh after unsafe
//! sudo bash -c "iniset $my_conf mysqld bind-address '*' && iniset $my_conf mysqld a 1"
//! ```
//! Reported: loopback, addresses that the server does not read, and clusters.
//! ```ini reported path=my.cnf
//! [mysqld]
//! wsrep_on=ON
//! bind-address=0.0.0.0
//! ```
//! ```ini reported path=my.cnf
//! [mysqld]
//! bind-address = 127.0.0.1
//! ```
//! ```ini reported path=my.cnf
//! [mysqld]
//! bind-address = [::]
//! ```
//! Left alone:
//! ```ini unchanged path=my.cnf
//! [mysqld]
//! bind-address = 192.0.2.1
//! # bind-address = 0.0.0.0
//! [client]
//! bind-address = 0.0.0.0
//! ```
//! ```ini unchanged path=my.cnf
//! [mysqld]
//! bind-address = 127.0.0.1,::1
//! ```
//!
//! ## Safety
//! Unsafe: `*` was measured with MariaDB 10.11 on every kind of host and is read in the manual of
//! MySQL 5.6 and later, but not measured by the project's own lab. Clients that come in over IPv6
//! need accounts that match them.
//!
//! ## References
//! - evidence: MariaDB, 10.11 measured
//! - <https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_bind_address>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["bind-address"], &["bind_address"]]),
    specificity: 0,
    run: |doc, cx| look("mysql/bind-address", doc, cx),
};
