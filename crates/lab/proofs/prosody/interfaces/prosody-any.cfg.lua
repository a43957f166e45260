interfaces = { "0.0.0.0" }
c2s_ports = { 8080 }
run_as_root = true
data_path = "."
modules_enabled = { "c2s" }
modules_disabled = { "s2s", "offline" }
c2s_require_encryption = false
log = { info = "*console" }
VirtualHost "localhost"
