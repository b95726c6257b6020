//! Others that an image speaks to, as far as its configuration names them.

use boltseal_model::workload::EnvironmentSource;
use boltseal_model::{ImageConfiguration, Origin, Peer, Port, Stated, Transport};

/// Endings of variables that name a host, and those that name its port.
const HOSTS: [&str; 3] = ["_HOST", "_HOSTNAME", "_SERVER"];
const PORT: &str = "_PORT";

/// Ports that schemes of URLs stand for.
const SCHEMES: [(&str, u16); 14] = [
    ("amqp", 5672),
    ("amqps", 5671),
    ("ftp", 21),
    ("http", 80),
    ("https", 443),
    ("kafka", 9092),
    ("ldap", 389),
    ("ldaps", 636),
    ("mongodb", 27017),
    ("mysql", 3306),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
    ("rediss", 6379),
];

pub(super) fn of(configuration: &ImageConfiguration) -> Vec<Stated<Peer>> {
    let mut peers = Vec::new();
    for variable in &configuration.environment {
        let EnvironmentSource::Literal { value, .. } = &variable.source else { continue };
        let (name, value) = (variable.name.value.as_str(), value.expose().as_str());
        let evidence = format!("ENV {name}");
        peers.extend(in_text(value).into_iter().map(|peer| (peer, evidence.clone())));
        peers.extend(named(configuration, name, value).map(|peer| (peer, evidence)));
    }
    for word in super::configuration::words(configuration) {
        peers.extend(in_text(word).into_iter().map(|peer| (peer, "CMD".to_owned())));
    }
    let mut stated: Vec<Stated<Peer>> = peers
        .into_iter()
        .filter(|(peer, _)| is_elsewhere(&peer.host))
        .map(|(value, evidence)| Stated { value, origin: Origin::Derived, evidence: Some(evidence) })
        .collect();
    stated.sort();
    stated.dedup_by(|later, earlier| later.value == earlier.value);
    stated
}

/// URLs in a text. Of what they say, neither names nor passwords nor paths are kept.
fn in_text(text: &str) -> Vec<Peer> {
    let words = text.split(|character: char| character.is_whitespace() || ",;\"'<>()".contains(character));
    words.filter_map(url).collect()
}

fn url(word: &str) -> Option<Peer> {
    let (before, rest) = word.split_once("://")?;
    let scheme = before.rsplit(|character: char| !character.is_ascii_alphanumeric()).next()?.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next()?;
    let place = authority.rsplit('@').next()?;
    let known = SCHEMES.iter().find(|(known, _)| *known == scheme).map(|(_, port)| *port);
    host_and_port(place, known)
}

/// `DB_HOST`, with `DB_PORT` beside it.
fn named(configuration: &ImageConfiguration, name: &str, value: &str) -> Option<Peer> {
    let stem = HOSTS.iter().find_map(|ending| name.strip_suffix(ending))?;
    let port = super::configuration::variable(configuration, &format!("{stem}{PORT}"));
    host_and_port(value, port.and_then(|port| port.parse().ok()))
}

/// A host with a port, or with the port that is meant without one.
pub(crate) fn host_and_port(place: &str, otherwise: Option<u16>) -> Option<Peer> {
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port.parse().ok()?)),
        _ => (place, otherwise),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_host = |character: char| character.is_ascii_alphanumeric() || "-._:".contains(character);
    let is_name = !host.is_empty() && host.len() <= 253 && host.chars().all(is_host);
    let port = port.filter(|port| *port != 0).map(|number| Port { number, protocol: Transport::Tcp });
    is_name.then(|| Peer { host: host.to_ascii_lowercase(), port })
}

/// Whether it is another host, and not the container itself or all that it listens on.
fn is_elsewhere(host: &str) -> bool {
    let address = host.parse::<core::net::IpAddr>().ok();
    host != "localhost" && !address.is_some_and(|address| address.is_loopback() || address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use boltseal_model::workload::EnvironmentVariable;
    use boltseal_model::{Located, Position, Redacted};

    use super::*;

    fn peers(variables: &[(&str, &str)]) -> Vec<String> {
        let variable = |(name, value): &(&str, &str)| EnvironmentVariable {
            name: Located::new((*name).to_owned(), Position::default()),
            source: EnvironmentSource::Literal {
                value: Redacted::new((*value).to_owned()),
                is_empty: value.is_empty(),
                is_hidden: false,
            },
        };
        let environment = variables.iter().map(variable).collect();
        let configuration = ImageConfiguration { environment, ..ImageConfiguration::default() };
        let shown = |it: Stated<Peer>| match it.value.port {
            Some(port) => format!("{}:{}", it.value.host, port.number),
            None => it.value.host,
        };
        of(&configuration).into_iter().map(shown).collect()
    }

    #[test]
    fn hosts_and_ports_are_kept_and_passwords_are_not() {
        assert_eq!(peers(&[("DATABASE_URL", "postgres://shop:hunter2@db.internal/shop?ssl=1")]), ["db.internal:5432"]);
        assert_eq!(
            peers(&[("JDBC", "jdbc:mysql://sql:3307/x,http://[2001:db8::1]:8080/")]),
            ["2001:db8::1:8080", "sql:3307"]
        );
        assert_eq!(peers(&[("REDIS_HOST", "Cache"), ("REDIS_PORT", "6380")]), ["cache:6380"]);
    }

    #[test]
    fn what_is_the_container_itself_or_no_host_is_no_peer() {
        assert_eq!(
            peers(&[("BIND", "http://0.0.0.0:80"), ("A_HOST", "127.0.0.1"), ("B", "http://localhost:3000")]),
            [""; 0]
        );
        assert_eq!(
            peers(&[("C_HOST", "${HOST}"), ("D", "https://{{ name }}/"), ("E", "a://b:c"), ("HOMEPAGE", "")]),
            [""; 0]
        );
    }
}
