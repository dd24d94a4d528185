//! Looking up host names, as Go's own resolver does: the hosts file first, then the name servers of
//! resolv.conf. The C library's `getaddrinfo` would give a chart other answers: glibc's and musl's take `127.1`,
//! `0x7f.1` and `2130706433` for addresses and `010.0.0.1` for 8.0.0.1, lose the zone of `fe80::1%eth0`, and musl's
//! compares the hosts file's names by case.

use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use resolv_conf::{Config, ScopedIp};
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};
use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::str;
use std::time::Duration;

const HOSTS: &str = "/etc/hosts";
const CONFIGURATION: &str = "/etc/resolv.conf";
const DNS_PORT: u16 = 53;
/// The longest answer over TCP, and more than any over UDP.
const MAX_ANSWER: usize = 0xffff;

/// The sources for names.
#[derive(Debug)]
pub(super) struct Resolver {
    /// The hosts file's text.
    hosts: String,
    /// The name servers, in order.
    servers: Vec<SocketAddr>,
    /// Domains to try behind a name.
    search: Vec<String>,
    /// Dots from which on a name is tried as it stands first.
    dots: usize,
    /// The time to wait for an answer.
    timeout: Duration,
    /// The number of questions to each server.
    attempts: usize,
}

impl Resolver {
    /// The machine's own configuration; what is missing or unreadable has Go's defaults.
    pub(super) fn system() -> Resolver {
        let read = |file| input::read(Path::new(file), NamedBy::User, LIMITS.argument_bytes);
        let hosts = read(HOSTS).unwrap_or_default();
        let text = read(CONFIGURATION).unwrap_or_default();
        Resolver::new(
            String::from_utf8_lossy(&hosts).into_owned(),
            &Config::parse(text).unwrap_or_default(),
        )
    }

    fn new(hosts: String, configuration: &Config) -> Resolver {
        let address = |ip: &ScopedIp| SocketAddr::new(IpAddr::from(ip), DNS_PORT);
        let mut servers: Vec<SocketAddr> = configuration.nameservers.iter().map(address).collect();
        if servers.is_empty() {
            servers.push(SocketAddr::from(([127, 0, 0, 1], DNS_PORT)));
        }
        let search = configuration.get_last_search_or_domain();
        Resolver {
            hosts,
            servers,
            search: search.cloned().collect(),
            dots: configuration.ndots as usize,
            timeout: Duration::from_secs(configuration.timeout.max(1).into()),
            attempts: configuration.attempts.max(1) as usize,
        }
    }

    /// The addresses of a host, IPv4 first; none where it has none or nobody answers.
    pub(super) fn addresses(&self, host: &str) -> Vec<String> {
        if is_address(host) {
            return vec![host.to_owned()];
        }
        let of_file = self.of_hosts_file(host);
        if !of_file.is_empty() {
            return of_file;
        }
        let bare = host.strip_suffix('.').unwrap_or(host);
        // There never is such a host: RFC 6761.
        if bare.is_empty() || bare == "invalid" || bare.ends_with(".invalid") {
            return Vec::new();
        }
        let mut names = self.names(host).into_iter();
        let answer = names.find_map(|name| {
            let mut records = self.ask(&name, TYPE::A);
            records.append(&mut self.ask(&name, TYPE::AAAA));
            Some(records).filter(|records| !records.is_empty())
        });
        answer.unwrap_or_default()
    }

    /// Go's `lookupStaticHost`: of names with a dot, the last one counts for nothing.
    fn of_hosts_file(&self, host: &str) -> Vec<String> {
        let host = absolute(host);
        let mut addresses = Vec::new();
        for line in self.hosts.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_whitespace();
            let Some(address) = words.next().and_then(written_address) else {
                continue;
            };
            if words.any(|name| absolute(name).eq_ignore_ascii_case(&host)) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// The names to ask for, in order: the name with each of the search domains, and as it stands.
    fn names(&self, host: &str) -> Vec<String> {
        if let Some(absolute) = host.strip_suffix('.') {
            return vec![absolute.to_owned()];
        }
        let mut names: Vec<String> = Vec::new();
        for domain in &self.search {
            names.push(format!("{host}.{}", domain.trim_end_matches('.')));
        }
        let first = host.matches('.').count() >= self.dots;
        let place = if first { 0 } else { names.len() };
        names.insert(place, host.to_owned());
        names
    }

    /// Asks the servers for one kind of address; the first that knows anything of the name counts.
    fn ask(&self, name: &str, kind: TYPE) -> Vec<String> {
        let Some(question) = question(name, kind) else {
            return Vec::new();
        };
        for _ in 0..self.attempts {
            for server in &self.servers {
                let answer = self.exchange(*server, &question);
                if let Some(addresses) = answer.ok().and_then(|answer| read_answer(&answer)) {
                    return addresses;
                }
            }
        }
        Vec::new()
    }

    fn exchange(&self, server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
        let any: IpAddr = match server {
            SocketAddr::V4(_) => [0; 4].into(),
            SocketAddr::V6(_) => [0u16; 8].into(),
        };
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(server)?;
        socket.set_read_timeout(Some(self.timeout))?;
        socket.send(question)?;
        let mut answer = vec![0; MAX_ANSWER];
        // Answers to other questions are passed over, but not for ever.
        for _ in 0..self.attempts + 1 {
            let size = socket.recv(&mut answer)?;
            let received = answer.get(..size).unwrap_or_default();
            if received.get(..2) != question.get(..2) {
                continue;
            }
            let truncated = Packet::parse(received)
                .is_ok_and(|packet| packet.has_flags(PacketFlag::TRUNCATION));
            return match truncated {
                true => self.exchange_by_tcp(server, question),
                false => Ok(received.to_vec()),
            };
        }
        Err(io::ErrorKind::InvalidData.into())
    }

    fn exchange_by_tcp(&self, server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&server, self.timeout)?;
        stream.set_read_timeout(Some(self.timeout))?;
        stream.set_write_timeout(Some(self.timeout))?;
        let size = u16::try_from(question.len()).map_err(|_| io::ErrorKind::InvalidData)?;
        stream.write_all(&[&size.to_be_bytes(), question].concat())?;
        let mut size = [0; 2];
        stream.read_exact(&mut size)?;
        let mut answer = vec![0; u16::from_be_bytes(size).into()];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}

/// Go's `absDomainName`: a name that has a dot ends in one; `localhost.` is another name than `localhost`.
fn absolute(name: &str) -> Cow<'_, str> {
    match name.contains('.') && !name.ends_with('.') {
        true => format!("{name}.").into(),
        false => name.into(),
    }
}

/// Returns true if a host is an address: one of IPv6 may have a zone.
fn is_address(host: &str) -> bool {
    written_address(host).is_some()
}

/// An address as Go's `netip.Addr` prints it.
fn written_address(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    let (address, zone) = text.split_once('%')?;
    let address = address.parse::<Ipv6Addr>().ok()?;
    (!zone.is_empty()).then(|| format!("{address}%{zone}"))
}

/// A question for the addresses of a name; nothing where the name is none.
fn question(name: &str, kind: TYPE) -> Option<Vec<u8>> {
    let mut id = [0; 2];
    getrandom::fill(&mut id).ok()?;
    let mut packet = Packet::new_query(u16::from_ne_bytes(id));
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name).ok()?;
    let class = QCLASS::CLASS(CLASS::IN);
    let question = Question::new(name, QTYPE::TYPE(kind), class, false);
    packet.questions.push(question);
    packet.build_bytes_vec().ok()
}

/// The addresses of an answer; nothing where the server could not answer.
fn read_answer(answer: &[u8]) -> Option<Vec<String>> {
    let packet = Packet::parse(answer).ok()?;
    match packet.rcode() {
        RCODE::NoError => {}
        RCODE::NameError => return Some(Vec::new()),
        _ => return None,
    }
    let addresses = packet
        .answers
        .iter()
        .filter_map(|record| match &record.rdata {
            RData::A(a) => Some(std::net::Ipv4Addr::from(a.address).to_string()),
            RData::AAAA(aaaa) => Some(std::net::Ipv6Addr::from(aaaa.address).to_string()),
            _ => None,
        });
    Some(addresses.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::{A, AAAA};
    use std::thread;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    fn resolver(hosts: &str, configuration: &str) -> Resolver {
        let configuration = Config::parse(configuration).unwrap_or_default();
        Resolver::new(hosts.into(), &configuration)
    }

    /// A name server that knows `web.example` and answers as many questions as it is asked to.
    fn serve(socket: UdpSocket, questions: usize) -> Tested {
        for _ in 0..questions {
            let mut buffer = [0; 512];
            let (size, client) = socket.recv_from(&mut buffer)?;
            let query = Packet::parse(buffer.get(..size).unwrap_or_default())?;
            let mut answer = query.clone().into_reply();
            if let Some(question) = query.questions.first() {
                let is_example = question.qname.to_string() == "web.example";
                let data = match question.qtype {
                    QTYPE::TYPE(TYPE::A) => RData::A(A {
                        address: 0x0a01_0203,
                    }),
                    _ => RData::AAAA(AAAA {
                        address: 0xfd << 120 | 1,
                    }),
                };
                if is_example {
                    let record = ResourceRecord::new(question.qname.clone(), CLASS::IN, 60, data);
                    answer.answers.push(record);
                }
            }
            socket.send_to(&answer.build_bytes_vec()?, client)?;
        }
        Ok(())
    }

    #[test]
    fn the_hosts_file_comes_first() {
        let hosts =
            "# comment\n10.0.0.1 one uno # two\n::1 ONE\nnonsense three\n0:0::2 web.example\n";
        let resolver = resolver(hosts, "");
        assert_eq!(resolver.addresses("one"), ["10.0.0.1", "::1"]);
        assert_eq!(resolver.addresses("192.0.2.7"), ["192.0.2.7"]);
        assert_eq!(resolver.addresses("fe80::1%lo"), ["fe80::1%lo"]);
        assert!(resolver.addresses("nothing.invalid").is_empty());
        assert!(resolver.of_hosts_file("one.").is_empty());
        for name in ["web.example", "WEB.example."] {
            assert_eq!(resolver.addresses(name), ["::2"]);
        }
    }

    /// The C library takes these for addresses.
    #[test]
    fn only_whole_decimal_addresses_are_addresses() {
        let mut resolver = resolver("", "");
        resolver.servers.clear();
        for name in ["127.1", "0x7f.1", "2130706433", "010.0.0.1", "fe80::1%"] {
            assert!(resolver.addresses(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn short_names_are_tried_in_the_search_domains_first() {
        let resolver = resolver("", "search a.example b.example\noptions ndots:2\n");
        let expected = ["web.x.a.example", "web.x.b.example", "web.x"];
        assert_eq!(resolver.names("web.x"), expected);
        let expected = ["web.x.y", "web.x.y.a.example", "web.x.y.b.example"];
        assert_eq!(resolver.names("web.x.y"), expected);
        assert_eq!(resolver.names("web."), ["web"]);
    }

    #[test]
    fn name_servers_are_asked_for_both_kinds_of_addresses() -> Tested {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let mut resolver = resolver("", "search example\n");
        resolver.servers = vec![socket.local_addr()?];
        let server = thread::spawn(move || serve(socket, 4).map_err(|error| error.to_string()));
        assert_eq!(resolver.addresses("web"), ["10.1.2.3", "fd00::1"]);
        assert!(resolver.ask("other.example", TYPE::A).is_empty());
        assert!(resolver.ask("other.example", TYPE::AAAA).is_empty());
        server.join().map_err(|_| "the server failed")??;
        Ok(())
    }
}
