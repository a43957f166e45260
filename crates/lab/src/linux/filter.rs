//! The two seccomp filters: one takes IPv6 away, the other notices IPv4.
//!
//! A filter works on every program, also on static ones and on Go, which make their system calls
//! themselves and would not see a preloaded library. What no filter sees is a socket made through
//! io_uring.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::io;

use libc::{AF_INET, AF_INET6, EAFNOSUPPORT};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    sock_filter,
};

use crate::LabError;

const SOCKET: i64 = libc::SYS_socket;
const BIND: i64 = libc::SYS_bind;
const CONNECT: i64 = libc::SYS_connect;
const SENDTO: i64 = libc::SYS_sendto;

/// `socket(AF_INET6, ..)` fails with `EAFNOSUPPORT`, as on a kernel without IPv6.
pub(super) fn without_ipv6() -> Result<Vec<sock_filter>, LabError> {
    let rules = socket_of(AF_INET6).map(|rule| BTreeMap::from([(SOCKET, vec![rule])]));
    compile(rules, SeccompAction::Errno(EAFNOSUPPORT as u32))
}

/// Holds up the system calls that may betray IPv4: `socket(AF_INET, ..)`, and `bind`, `connect` and
/// `sendto` with an address, whose family only the listener can read. `sendmsg` and `sendmmsg` are
/// left out: their address lies behind two pointers, and they are called for every datagram.
pub(super) fn notice_ipv4() -> Result<Vec<sock_filter>, LabError> {
    let rules = || -> Result<_, seccompiler::BackendError> {
        let with_address = SeccompCondition::new(4, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
        Ok(BTreeMap::from([
            (SOCKET, vec![socket_of(AF_INET)?]),
            (BIND, Vec::new()),
            (CONNECT, Vec::new()),
            (SENDTO, vec![SeccompRule::new(vec![with_address])?]),
        ]))
    };
    // seccompiler has no action "notify". The program is made with one that has its place, and the
    // verdict is exchanged. Calls of a foreign architecture, for which seccompiler would kill, pass.
    let mut program = compile(rules(), SeccompAction::Trace(0))?;
    for instruction in &mut program {
        let is_return = u32::from(instruction.code) == libc::BPF_RET | libc::BPF_K;
        match instruction.k {
            libc::SECCOMP_RET_TRACE if is_return => instruction.k = libc::SECCOMP_RET_USER_NOTIF,
            libc::SECCOMP_RET_KILL_PROCESS if is_return => instruction.k = libc::SECCOMP_RET_ALLOW,
            _ => {}
        }
    }
    Ok(program)
}

fn socket_of(family: i32) -> Result<SeccompRule, seccompiler::BackendError> {
    let family = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, family as u64)?;
    SeccompRule::new(vec![family])
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

fn compile(rules: Result<Rules, seccompiler::BackendError>, action: SeccompAction) -> Result<BpfProgram, LabError> {
    let compile = || {
        let filter = SeccompFilter::new(rules?, SeccompAction::Allow, action, ARCH.try_into()?)?;
        filter.try_into()
    };
    compile().map_err(|error: seccompiler::BackendError| LabError::Io {
        doing: "compiling the system call filter".to_owned(),
        source: io::Error::other(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noticing_filter_neither_kills_nor_traces() {
        let verdicts: Vec<u32> = notice_ipv4()
            .unwrap_or_default()
            .iter()
            .filter(|i| u32::from(i.code) == libc::BPF_RET | libc::BPF_K)
            .map(|i| i.k)
            .collect();
        assert!(verdicts.contains(&libc::SECCOMP_RET_USER_NOTIF));
        let known = [libc::SECCOMP_RET_USER_NOTIF, libc::SECCOMP_RET_ALLOW];
        assert!(verdicts.iter().all(|verdict| known.contains(verdict)));
    }
}
