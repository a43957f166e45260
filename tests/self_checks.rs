//! Every server accepts what a codemod makes of its configuration.
//!
//! The examples in the headers of the codemods are given to the check that comes with the server
//! (`nginx -t`, `haproxy -c`, `sshd -t`), or to the server itself for a moment where it has none.
//! What was accepted before must be accepted after, and of every server one example is.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sixify::Engine;
use sixify_testkit::example::{Example, Expectation, examples};

use sixify_testkit::skip;

/// How a server is asked about a configuration.
struct Check {
    /// The codemods whose examples are its configurations: an id, or the part before the slash.
    codemods: &'static [&'static str],
    program: &'static str,
    /// The server, where the program only calls it.
    server: &'static str,
    /// `{file}` is the configuration, `{dir}` its folder.
    args: &'static [&'static str],
    /// The name that the configuration has there, where the server insists on one.
    name: Option<&'static str>,
    /// Makes a whole configuration of an example.
    whole: fn(&str) -> String,
    /// Whether the server has no check and is started for a moment.
    runs: bool,
    /// What has to be done in the folder before.
    before: &'static [&'static str],
}

const PLAIN: Check = Check {
    codemods: &[],
    program: "",
    server: "",
    args: &[],
    name: None,
    whole: str::to_owned,
    runs: false,
    before: &[],
};

const CHECKS: &[Check] = &[
    Check {
        codemods: &["nginx"],
        program: "nginx",
        args: &["-t", "-p", "{dir}", "-c", "{file}", "-g", "pid {dir}/pid; error_log stderr;"],
        whole: nginx,
        ..PLAIN
    },
    Check { codemods: &["haproxy"], program: "haproxy", args: &["-c", "-f", "{file}"], ..PLAIN },
    Check {
        codemods: &["redis/bind-line"],
        program: "redis-server",
        args: &["{file}", "--port", "0", "--unixsocket", "{dir}/socket", "--save", ""],
        runs: true,
        ..PLAIN
    },
    Check {
        codemods: &["apache"],
        program: "apache2",
        args: &["-t", "-d", "{dir}", "-f", "{file}"],
        whole: apache,
        ..PLAIN
    },
    Check { codemods: &["bind"], program: "named-checkconf", args: &["{file}"], ..PLAIN },
    Check { codemods: &["unbound"], program: "unbound-checkconf", args: &["{file}"], ..PLAIN },
    Check {
        codemods: &["postgresql/listen-addresses"],
        program: "postgres",
        args: &["-C", "listen_addresses", "-D", "{dir}", "-c", "config_file={file}"],
        ..PLAIN
    },
    Check {
        codemods: &["postfix"],
        program: "postconf",
        args: &["-c", "{dir}", "-x", "inet_protocols", "inet_interfaces", "mynetworks"],
        name: Some("main.cf"),
        ..PLAIN
    },
    Check { codemods: &["dovecot"], program: "dovecot", args: &["-n", "-c", "{file}"], whole: dovecot, ..PLAIN },
    Check {
        codemods: &["sshd"],
        program: "sh",
        server: "sshd",
        args: &["-c", "mkdir -p /run/sshd; exec /usr/sbin/sshd -t -f {file} -h {dir}/key"],
        before: &["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"],
        ..PLAIN
    },
    Check { codemods: &["squid"], program: "squid", args: &["-k", "parse", "-f", "{file}"], ..PLAIN },
    Check { codemods: &["lighttpd"], program: "lighttpd", args: &["-tt", "-f", "{file}"], whole: lighttpd, ..PLAIN },
    Check { codemods: &["mosquitto"], program: "mosquitto", args: &["-c", "{file}"], runs: true, ..PLAIN },
    Check {
        codemods: &["mysql"],
        program: "mariadbd",
        args: &["--defaults-file={file}", "--help", "--verbose"],
        ..PLAIN
    },
    Check { codemods: &["php-fpm"], program: "php-fpm", args: &["-t", "-y", "{file}"], whole: php_fpm, ..PLAIN },
    Check { codemods: &["dnsmasq"], program: "dnsmasq", args: &["--test", "-C", "{file}"], ..PLAIN },
    Check { codemods: &["chrony"], program: "chronyd", args: &["-p", "-f", "{file}"], ..PLAIN },
    Check {
        codemods: &["tor"],
        program: "tor",
        args: &["--verify-config", "-f", "{file}", "--DataDirectory", "{dir}"],
        ..PLAIN
    },
    Check { codemods: &["cups"], program: "cupsd", args: &["-t", "-c", "{file}"], ..PLAIN },
    Check { codemods: &["rsyslog"], program: "rsyslogd", args: &["-N1", "-f", "{file}"], whole: rsyslog, ..PLAIN },
    Check { codemods: &["tinyproxy"], program: "tinyproxy", args: &["-d", "-c", "{file}"], runs: true, ..PLAIN },
    Check {
        codemods: &["rsync"],
        program: "rsync",
        args: &["--daemon", "--no-detach", "--port", "18730", "--config", "{file}"],
        runs: true,
        ..PLAIN
    },
    Check { codemods: &["proftpd"], program: "proftpd", args: &["-t", "-c", "{file}"], ..PLAIN },
    Check {
        codemods: &["snmpd"],
        program: "snmpd",
        args: &["-f", "-Le", "-C", "-c", "{file}", "-p", "{dir}/pid"],
        runs: true,
        ..PLAIN
    },
    Check { codemods: &["pgbouncer"], program: "pgbouncer", args: &["-u", "nobody", "{file}"], runs: true, ..PLAIN },
    Check {
        codemods: &["prosody"],
        program: "prosody",
        args: &["-F", "--config", "{file}"],
        whole: prosody,
        runs: true,
        ..PLAIN
    },
    Check {
        codemods: &["coturn"],
        program: "turnserver",
        args: &["-c", "{file}", "--no-cli", "--log-file", "stdout", "--pidfile", "{dir}/pid"],
        runs: true,
        ..PLAIN
    },
    Check {
        codemods: &["memcached"],
        program: "sh",
        server: "memcached",
        args: &["-c", "set -f; exec memcached -u root $(grep -v -e ^# -e ^-d {file})"],
        runs: true,
        ..PLAIN
    },
    Check {
        codemods: &["caddy"],
        program: "caddy",
        args: &["validate", "--adapter", "caddyfile", "--config", "{file}"],
        ..PLAIN
    },
    Check { codemods: &["stunnel"], program: "stunnel4", args: &["{file}"], whole: stunnel, runs: true, ..PLAIN },
    Check {
        codemods: &["uwsgi"],
        program: "uwsgi-core",
        args: &["--ini", "{file}", "--no-orphans"],
        runs: true,
        ..PLAIN
    },
    Check {
        codemods: &["zabbix"],
        program: "zabbix_agentd",
        args: &["-f", "-c", "{file}"],
        whole: zabbix,
        runs: true,
        ..PLAIN
    },
    Check {
        codemods: &["avahi"],
        program: "avahi-daemon",
        args: &["-f", "{file}", "--no-drop-root", "--no-rlimits", "--no-chroot"],
        whole: |text| text.replace("[server]", "[server]\nenable-dbus=no"),
        runs: true,
        ..PLAIN
    },
    Check {
        codemods: &["systemd"],
        program: "systemd-analyze",
        args: &["verify", "{file}"],
        whole: unit,
        before: &["sh", "-c", "[ -e web.service ] || printf '[Service]\\nExecStart=/bin/true\\n' >web.service"],
        ..PLAIN
    },
    // As the server reads its two formats before it starts.
    Check {
        codemods: &["rabbitmq/listeners"],
        program: "erl",
        server: "rabbitmq-server",
        args: &["-noinput", "-eval", CUTTLEFISH, "-extra", "{file}"],
        ..PLAIN
    },
    Check {
        codemods: &["rabbitmq/advanced-config"],
        program: "erl",
        server: "rabbitmq-server",
        args: &[
            "-noinput",
            "-eval",
            "[F] = init:get_plain_arguments(), {ok, _} = file:consult(F), halt().",
            "-extra",
            "{file}",
        ],
        ..PLAIN
    },
    Check {
        codemods: &["vsftpd"],
        program: "vsftpd",
        args: &["{file}", "-obackground=NO", "-olisten_port=18721", "-osecure_chroot_dir={dir}"],
        runs: true,
        ..PLAIN
    },
    // Nothing is to set the clock.
    Check {
        codemods: &["ntp"],
        program: "ntpd",
        args: &["-n", "-c", "{file}"],
        whole: |text| format!("{text}disable ntp\n"),
        runs: true,
        ..PLAIN
    },
];

/// Maps a configuration with the schemas of the server and its plugins.
const CUTTLEFISH: &str = r#"
    [F] = init:get_plain_arguments(),
    Lib = "/usr/lib/rabbitmq/lib/*/plugins/*/",
    code:add_paths(filelib:wildcard(Lib ++ "ebin")),
    Schema = cuttlefish_schema:files(filelib:wildcard(Lib ++ "priv/schema/*.schema")),
    case cuttlefish_generator:map(Schema, cuttlefish_conf:file(F)) of
        {error, _, Why} -> io:format("~p~n", [Why]), halt(1);
        _ -> halt(0)
    end."#;

fn nginx(text: &str) -> String {
    let events = if text.contains("events {") { "" } else { "events {}\n" };
    match text.lines().any(|l| ["http {", "stream {", "mail {"].iter().any(|block| l.starts_with(block))) {
        true => format!("{events}{text}"),
        false => format!("{events}http {{\n{text}}}\n"),
    }
}

fn apache(text: &str) -> String {
    let modules = ["mpm_event", "authz_core", "authz_host", "access_compat", "proxy", "proxy_http", "status"];
    let load = |name: &&str| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
    let listen = if text.contains("Listen ") { "" } else { "Listen 18080\n" };
    format!("{}ServerName a\nErrorLog /dev/null\n{listen}{text}", modules.iter().map(load).collect::<String>())
}

fn dovecot(text: &str) -> String {
    format!("ssl = no\n{text}")
}

fn lighttpd(text: &str) -> String {
    let root = if text.contains("document-root") { "" } else { "server.document-root = \"/tmp\"\n" };
    format!("{root}{text}")
}

fn php_fpm(text: &str) -> String {
    format!("[global]\nerror_log = /dev/stderr\n{text}\npm = static\npm.max_children = 1\nuser = www-data\n")
}

fn prosody(text: &str) -> String {
    format!("{text}VirtualHost \"a\"\n")
}

fn rsyslog(text: &str) -> String {
    let module = if text.contains("$ModLoad") { "" } else { "$ModLoad imudp\n" };
    let run = if text.contains("$UDPServerRun") { "" } else { "\n$UDPServerRun 18514" };
    format!("{module}{text}{run}\n*.* /dev/null\n")
}

fn stunnel(text: &str) -> String {
    format!("foreground = yes\npid =\n{text}client = yes\n")
}

fn zabbix(text: &str) -> String {
    let server = if text.contains("Server=") { "" } else { "Server=a\n" };
    format!(
        "LogType=console\nPidFile=/tmp/sixify-zabbix.pid\nAllowRoot=1\nListenPort=18050\nHostname=a\n{server}{text}"
    )
}

/// A unit that starts a program which is there.
fn unit(text: &str) -> String {
    let starts = text.contains("ExecStart=") || !text.contains("[Service]");
    let text = text.replace("/usr/bin/web", "/bin/true");
    if starts { text } else { text.replace("[Service]", "[Service]\nExecStart=/bin/true") }
}

/// What the server says of a configuration, when it refuses it.
fn refused(check: &Check, program: &str, file: &str, text: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let name = check.name.unwrap_or_else(|| Path::new(file).file_name().unwrap().to_str().unwrap());
    fs::write(dir.join(name), (check.whole)(text)).unwrap();
    if let [before, args @ ..] = check.before {
        assert!(Command::new(before).args(args).current_dir(dir).status().unwrap().success(), "{before}");
    }
    let full = dir.join(name).display().to_string();
    let fill = |arg: &&str| arg.replace("{file}", &full).replace("{dir}", &dir.display().to_string());
    let mut command = Command::new(program);
    command.args(check.args.iter().map(fill)).current_dir(dir);
    if !check.runs {
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        return (!output.status.success()).then(|| String::from_utf8_lossy(&said).into_owned());
    }
    let log = fs::File::create(dir.join("log")).unwrap();
    // Its workers must not outlive it.
    command.process_group(0);
    let mut child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(400) {
        if let Some(status) = child.try_wait().unwrap() {
            let said = fs::read_to_string(dir.join("log")).unwrap_or_default();
            return (!status.success()).then_some(said);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let group = format!("-{}", child.id());
    assert!(Command::new("kill").args(["-KILL", "--", &group]).status().unwrap().success());
    child.wait().unwrap();
    None
}

/// Where the program is. On Debian php-fpm has its version in its name, and PostgreSQL in that of its folder.
fn found(program: &str) -> Option<String> {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let postgres =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|e| Some(e.ok()?.path().join("bin")));
    for folder in path.split(':').map(PathBuf::from).chain(postgres) {
        let mut names: Vec<String> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(|e| Some(e.ok()?.file_name().to_str()?.to_owned()))
            .filter(|name| name == program || (program == "php-fpm" && name.starts_with("php-fpm")))
            .collect();
        names.sort();
        if let Some(name) = names.first() {
            return Some(folder.join(name).display().to_string());
        }
    }
    None
}

/// Files that are the server's own, and no template.
fn own(path: &str, text: &str) -> bool {
    let host = [".yaml", ".yml", ".sh", "Dockerfile", ".j2"].iter().any(|end| path.ends_with(end));
    !host && !["{{", "{%", "${"].iter().any(|action| text.contains(action))
}

#[test]
fn servers_accept_what_their_configurations_become() {
    let engine = Engine::builder().codemods(sixify::codemods::all()).build().unwrap();
    let all: Vec<(String, Vec<Example>)> =
        engine.codemods().map(|meta| (meta.id.clone(), examples(&meta.docs).unwrap())).collect();
    let mut faults = Vec::new();
    for check in CHECKS {
        let server = if check.server.is_empty() { check.program } else { check.server };
        let (Some(program), Some(_)) = (found(check.program), found(server)) else {
            skip(&format!("there is no {server}"));
            continue;
        };
        let mine = |id: &str| check.codemods.iter().any(|c| id == *c || id.split('/').next() == Some(*c));
        let mut accepted = 0;
        let mut last = String::new();
        for (id, examples) in all.iter().filter(|(id, _)| mine(id)) {
            for example in examples {
                let Expectation::Becomes(after) = &example.expect else { continue };
                for (before, after) in example.files.iter().zip(after).filter(|(f, _)| own(&f.path, &f.text)) {
                    match refused(check, &program, &after.path, &after.text) {
                        None => accepted += 1,
                        Some(why) if refused(check, &program, &before.path, &before.text).is_none() => {
                            faults.push(format!("{id}, line {} of the header: {why}", example.line));
                        }
                        Some(why) => last = why,
                    }
                }
            }
        }
        if accepted == 0 {
            faults.push(format!("{server} accepts no example of {:?}: {last}", check.codemods));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
