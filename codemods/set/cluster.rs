//! # Run a Kubernetes cluster on IPv6
//!
//! The cluster itself and what is told to it: kubeadm, the networks of pods, and the Services. The
//! services that run on it are left as they are.
//!
//! ## Members
//! - calico
//! - cilium
//! - flannel
//! - kubeadm
//! - kubernetes
