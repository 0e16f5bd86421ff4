//! Messages as they come in: a length, then that many bytes of JSON.
//!
//! What cannot be understood is handed on as what it is; an editor's mistake ends nothing.

use lsp_server::Message;
use std::io::{BufRead, Error, ErrorKind, Read as _};

/// A message longer than this is none: no document that is read comes near.
const LONGEST: u64 = 64 * 1024 * 1024;
/// No line of a header is longer.
const LONGEST_LINE: u64 = 8 * 1024;

/// Reads one message; none where the input ends, and why not where there was something else.
///
/// # Errors
/// When the input cannot be read, or nobody can tell where the next message begins.
pub(super) fn read(input: &mut impl BufRead) -> std::io::Result<Option<Result<Message, String>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let lost = |why: &str| Err(Error::new(ErrorKind::InvalidData, why.to_owned()));
    let Some(length) = length else { return lost("a message has no length") };
    if length > LONGEST {
        return lost("a message is longer than any that is read");
    }
    let mut body = Vec::new();
    if input.take(length).read_to_end(&mut body)? as u64 != length {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&body).map_err(|error| error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(mut input: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            told.push(match read(&mut input) {
                Ok(None) => break,
                Ok(Some(Ok(Message::Notification(message)))) => message.method,
                Ok(Some(Ok(_))) => "another message".to_owned(),
                Ok(Some(Err(_))) => "not understood".to_owned(),
                Err(error) => error.to_string(),
            });
            if told.last().is_some_and(|last| last.starts_with("a message")) {
                break;
            }
        }
        told
    }

    #[test]
    fn what_is_not_understood_ends_nothing() {
        let said = "{\"method\":\"a\"}";
        let message = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let good = message(said);
        let garbled = message("{\"id\":") + &message("[1]") + &message("\u{0}");
        let input = format!("{good}{garbled}{good}");
        let told = ["a", "not understood", "not understood", "not understood", "a"];
        assert_eq!(read_all(input.as_bytes()), told);
        let spelt = format!("x: y\ncontent-length:{}\n\n{said}", said.len());
        assert_eq!(read_all(spelt.as_bytes()), ["a"]);
    }

    #[test]
    fn where_the_next_message_begins_must_be_known() {
        assert_eq!(read_all(b"hello\r\n\r\n"), ["a message has no length"]);
        assert_eq!(read_all(b"Content-Length: -1\r\n\r\n"), ["a message has no length"]);
        let long = "Content-Length: 99999999999999999\r\n\r\n";
        assert_eq!(read_all(long.as_bytes()), ["a message is longer than any that is read"]);
        assert_eq!(read_all(b"Content-Length: 9\r\n\r\n{}"), [""; 0]);
        assert_eq!(read_all(b""), [""; 0]);
    }
}
