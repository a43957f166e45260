//! The lab where there is no Linux: it says so. Values of these types cannot exist here.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::time::Duration;

use crate::{Answer, Exit, Finished, HostKind, LabError, ListenSocket, Program, Talk, Wait};

/// A host; there is none on this system.
pub enum Host {}

impl Host {
    /// # Errors
    /// Always [`LabError::NotLinux`].
    pub fn new(_kind: HostKind) -> Result<Self, LabError> {
        Err(LabError::NotLinux)
    }

    /// Its kind.
    pub fn kind(&self) -> HostKind {
        match *self {}
    }

    /// Whether the host was made without privileges.
    pub fn is_unprivileged(&self) -> bool {
        match *self {}
    }

    /// Starts a program.
    ///
    /// # Errors
    /// None: there is no host.
    pub fn start(&self, _program: &Program) -> Result<Running<'_>, LabError> {
        match *self {}
    }

    /// Starts a program and notes its system calls.
    ///
    /// # Errors
    /// None: there is no host.
    pub fn start_watched(&self, _program: &Program) -> Result<Running<'_>, LabError> {
        match *self {}
    }

    /// The sockets that wait for clients.
    ///
    /// # Errors
    /// None: there is no host.
    pub fn sockets(&self, _port: Option<u16>) -> Result<Vec<ListenSocket>, LabError> {
        match *self {}
    }

    /// Asks a service.
    ///
    /// # Errors
    /// None: there is no host.
    pub fn ask(&self, _address: IpAddr, _port: u16, _talk: Talk) -> Result<Answer, LabError> {
        match *self {}
    }

    /// The process that holds a socket.
    pub fn holder(&self, _socket: &ListenSocket) -> Option<(u32, String)> {
        match *self {}
    }

    /// How many processes run on the host.
    pub fn processes(&self) -> usize {
        match *self {}
    }

    /// Kills every program on the host.
    pub fn kill_all(&self) {
        match *self {}
    }
}

/// A program on a host; there is none on this system.
pub struct Running<'host> {
    never: Infallible,
    host: PhantomData<&'host Host>,
}

impl Running<'_> {
    /// Its process.
    pub fn pid(&self) -> u32 {
        match self.never {}
    }

    /// How it ended.
    ///
    /// # Errors
    /// None: there is no host.
    pub fn exit(&self) -> Result<Option<Exit>, LabError> {
        match self.never {}
    }

    /// Waits until it ends.
    pub fn wait_exit(&self, _at_most: Duration) -> bool {
        match self.never {}
    }

    /// Waits until it listens.
    ///
    /// # Errors
    /// None: there is no host.
    pub fn wait_listening(&self, _wait: &Wait) -> Result<Vec<ListenSocket>, LabError> {
        match self.never {}
    }

    /// What it has written.
    pub fn output(&self) -> String {
        match self.never {}
    }

    /// Asks it to end.
    pub fn stop(&self, _patience: Duration) {
        match self.never {}
    }

    pub(crate) fn finish(self) -> Finished {
        match self.never {}
    }
}
