//! A light HTTP/1.1 client: connections that are kept, requests that were written out beforehand, bodies by their length.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::Outcome;

/// A kept connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub struct Answer<'c> {
    /// The HTTP status.
    pub status: u16,
    /// The entity tag, if there is one.
    pub tag: Option<String>,
    /// The body.
    pub body: &'c [u8],
}

impl Connection {
    /// Connects.
    pub async fn to(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(256 * 1024) })
    }

    /// Sends a request and reads its answer.
    pub async fn ask(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let Head { status, tag, body, length } = loop {
            self.read().await?;
            if let Some(head) = Head::read(&self.buffer)? {
                break head;
            }
        };
        while self.buffer.len() < body + length {
            self.read().await?;
        }
        Ok(Answer { status, tag, body: self.buffer.get(body..body + length).unwrap_or_default() })
    }

    async fn read(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server hung up".into()),
            _ => Ok(()),
        }
    }
}

/// What stands before a body, where that begins, and how long it is.
struct Head {
    status: u16,
    tag: Option<String>,
    body: usize,
    length: usize,
}

impl Head {
    /// Nothing while it isn't complete.
    fn read(buffer: &[u8]) -> Outcome<Option<Self>> {
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let text = std::str::from_utf8(buffer.get(..end).unwrap_or_default())?;
        let header = |wanted: &str| {
            let headers = text.lines().filter_map(|line| line.split_once(':'));
            headers.filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim()).next()
        };
        let status = text.split(' ').nth(1).ok_or("no status")?.parse()?;
        // What hasn't changed has no body.
        let length = if status == 304 { 0 } else { header("content-length").ok_or("no Content-Length")?.parse()? };
        Ok(Some(Self { status, tag: header("etag").map(str::to_owned), body: end + 4, length }))
    }
}

/// A request for a stored query's answer, unless it is still the one with that tag.
pub fn poll(address: SocketAddr, path: &str, token: &str, tag: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{}\r\nIf-None-Match: {tag}\r\n\r\n", bearer(token)).into_bytes()
}

/// The header that says who asks.
pub fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// A GraphQL request over POST, written out, with a header of whoever asks.
pub fn request(address: SocketAddr, path: &str, header: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\n{header}\r\nContent-Type: application/json\r\n\
         Accept: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
