//! The preview, as a browser meets it: the program serves a small system, over HTTP.

use crate::program::{command, git, repository};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

const SMALL: &str = include_str!("../stories/site/small_system.md");

/// So long a busy machine may take; nothing waits longer than it has to.
const PATIENCE: Duration = Duration::from_secs(120);

/// A preview that runs.
struct Served {
    program: Child,
    port: u16,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// What came back: the status, the headers in small letters, the text.
struct Answer {
    status: u16,
    headers: String,
    text: String,
}

/// The names of the moments, as they come.
struct News(BufReader<TcpStream>);

impl News {
    /// Waits until something else is to be seen.
    fn wait(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the news ended");
            if let Some(moment) = line.strip_prefix("data: ") {
                return moment.trim().to_owned();
            }
        }
    }
}

fn serve(folder: &Path) -> Served {
    let mut program = command(env!("CARGO_BIN_EXE_clausebook"))
        .current_dir(folder)
        .args(["serve", "--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut told).unwrap();
    let port = told.trim().strip_prefix("http://127.0.0.1:").unwrap().trim_end_matches('/');
    let port = port.parse().unwrap();
    Served { program, port }
}

/// Makes the small system in a folder, and serves it.
fn small(folder: &Path) -> Served {
    repository(SMALL, folder);
    serve(folder)
}

impl Served {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends the lines of a request; what is asked for is the first.
    fn ask(&self, lines: &[&str]) -> Answer {
        let mut stream = self.connect();
        let request = format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n"));
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (headers, text) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: headers.split(' ').nth(1).unwrap().parse().unwrap(),
            headers: headers.to_ascii_lowercase(),
            text: text.to_owned(),
        }
    }

    fn host(&self) -> String {
        format!("Host: localhost:{}", self.port)
    }

    fn page(&self, address: &str) -> Answer {
        self.ask(&[&format!("GET /{address} HTTP/1.1"), &self.host()])
    }

    fn news(&self) -> News {
        let mut stream = self.connect();
        let request = format!("GET /-/news HTTP/1.1\r\n{}\r\n\r\n", self.host());
        stream.write_all(request.as_bytes()).unwrap();
        let mut news = News(BufReader::new(stream));
        news.wait();
        news
    }

    /// Waits until a page is as it should be, asking again whenever there is news. Every page that
    /// is met on the way is looked at.
    fn wait_for(
        &self,
        news: &mut News,
        address: &str,
        is_it: impl Fn(&Answer) -> bool,
        look_at: impl Fn(&str),
    ) -> String {
        loop {
            let answer = self.page(address);
            look_at(&answer.text);
            if is_it(&answer) {
                return answer.text;
            }
            news.wait();
        }
    }
}

fn change(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(file, text.replacen(from, to, 1)).unwrap();
}

fn is_checked(page: &str) -> bool {
    page.contains("<strong>Checked.</strong>")
}

#[test]
fn pages_are_served_to_this_machine_alone() {
    let folder = tempfile::tempdir().unwrap();
    let served = small(folder.path());
    let page = served.page("documents/POL-ITSM-001.html");
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Service management policy"), "{}", page.text);
    assert!(page.text.contains("form-action 'none'; connect-src 'self'\""));
    assert!(page.text.contains("docs/gone.md</code><span>, which does not exist"), "{}", page.text);
    assert!(page.text.contains("href=\"../rules/dead-link.html\">LN001 dead-link</a>"));
    for header in [
        "content-type: text/html; charset=utf-8",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "content-security-policy: frame-ancestors 'none'",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(page.headers.contains(header), "{header}: {}", page.headers);
    }
    assert_eq!(served.page("").text, served.page("index.html").text);
    for (address, kind) in [
        ("site.css", "text/css"),
        ("-/preview.css", "text/css"),
        ("-/preview.js", "text/javascript"),
        ("search-index.js", "text/javascript"),
        ("audit.json", "application/json"),
    ] {
        let file = served.page(address);
        assert_eq!(file.status, 200, "{address}");
        assert!(file.headers.contains(&format!("content-type: {kind}")), "{}", file.headers);
    }
    let own = served.host();
    let get = "GET / HTTP/1.1";
    assert_eq!(served.ask(&[get, &format!("Host: 127.0.0.1:{}", served.port)]).status, 200);
    assert_eq!(served.ask(&[get, &format!("Host: LOCALHOST:{}", served.port)]).status, 200);
    assert_eq!(served.ask(&[get, &format!("Host: [::1]:{}", served.port)]).status, 200);
    for refused in [
        &[get, "Host: evil.example"][..],
        &[get, &format!("Host: evil.example:{}", served.port)],
        &[get, &format!("Host: localhost.evil.example:{}", served.port)],
        &[get, "Host: localhost"],
        &[get, &format!("Host: localhost:{}", served.port ^ 1)],
        &["GET http://evil.example/ HTTP/1.1", &own],
        &[
            get,
            &own,
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: no-cors",
            "Sec-Fetch-Dest: script",
        ],
        &[get, &own, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"],
    ] {
        let answer = served.ask(refused);
        assert_eq!(answer.status, 403, "{refused:?}");
        assert!(!answer.text.contains("Example Ltd"), "{refused:?}");
    }
    assert!(matches!(served.ask(&[get, &own, &own]).status, 400 | 403));
    assert!(matches!(served.ask(&[get]).status, 400 | 403));
    let leads =
        ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    assert_eq!(served.ask(&[&[get, own.as_str()][..], &leads[..]].concat()).status, 200);
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = served.ask(&[&format!("{method} / HTTP/1.1"), &own, "Content-Length: 0"]);
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.headers.contains("allow: get, head"), "{}", answer.headers);
    }
    let head = served.ask(&["HEAD /index.html HTTP/1.1", &own]);
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[test]
fn an_address_is_one_of_the_site_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let served = small(folder.path());
    for address in [
        "nothing.html",
        "../book.toml",
        "documents/../../book.toml",
        "%2e%2e/book.toml",
        "..%2fbook.toml",
        "book.toml",
        "docs/policy.md",
        ".git/HEAD",
        "-/../book.toml",
        "documents/POL-ITSM-001.html%00",
        "<script>alert(1)</script>",
    ] {
        let answer = served.page(address);
        assert!(matches!(answer.status, 400 | 404), "{address}: {}", answer.status);
        assert!(!answer.text.contains("[preprocessor") && !answer.text.contains("refs/heads"));
        assert!(!answer.text.contains("<script>"), "{address}");
    }
    let missing = served.page("documents/POL-NEW-001.html").text;
    assert!(missing.contains("There is no such page"), "{missing}");
    assert!(missing.contains("href=\"/site.css\"") && missing.contains("src=\"/-/preview.js\""));
    let next = served.page("next/POL-ITSM-001.html");
    assert_eq!(next.status, 307);
    assert!(next.headers.contains("location: /documents/pol-itsm-001.html"), "{}", next.headers);
}

#[test]
fn an_edit_is_shown_and_nothing_is_called_verified_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let served = small(folder.path());
    let mut news = served.news();
    let (document, next) = ("documents/POL-ITSM-001.html", "next/POL-ITSM-001.html");
    let before = served.page(document).text;
    assert!(is_checked(&before) && before.contains("data-file=\"../documents/POL-ITSM-001.html\""));
    let policy = folder.path().join("docs/policy.md");
    change(&policy, "Back to", "A brand-new promise. Back [out](lost.md) to");
    let is_edited = |page: &str| page.contains("<p>A brand-new promise.");
    let proof = |page: &str| {
        let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
        main.contains("is-verified") || main.contains("is-effective")
    };
    assert!(proof(&before) && !is_edited(&before));
    let look_at = |page: &str| {
        if is_edited(page) {
            assert!(!proof(page), "a text that nobody approved is shown as verified: {page}");
            assert!(page.contains("lost.md</code><span>, which does not exist"), "{page}");
            assert!(is_checked(page) || page.contains("Checking this edit…"), "{page}");
        }
    };
    // The version in force is shown again on the page of the document, and the file has its own.
    let is_settled = |answer: &Answer| {
        is_checked(&answer.text) && answer.text.contains("data-file=\"../next/POL-ITSM-001.html\"")
    };
    let after = served.wait_for(&mut news, document, is_settled, look_at);
    assert!(!is_edited(&after), "{after}");
    let after = served.page(next).text;
    look_at(&after);
    assert!(is_edited(&after) && is_checked(&after), "{after}");
    assert!(after.contains("VC001 version-not-bumped"), "{after}");
    // Taken back, it is what it was.
    change(&policy, "A brand-new promise. Back [out](lost.md) to", "Back to");
    let is_back = |answer: &Answer| {
        is_checked(&answer.text)
            && answer.text.contains("data-file=\"../documents/POL-ITSM-001.html\"")
    };
    let back = served.wait_for(&mut news, document, is_back, look_at);
    assert!(proof(&back), "{back}");
}

#[test]
fn what_cannot_be_judged_is_said_and_the_last_state_stays() {
    let folder = tempfile::tempdir().unwrap();
    let served = small(folder.path());
    let mut news = served.news();
    let address = "documents/POL-ITSM-001.html";
    let book = folder.path().join("book.toml");
    change(&book, "organization =", "organisation =");
    let is_told = |answer: &Answer| answer.text.contains("Cannot check what there is now");
    let told = served.wait_for(&mut news, address, is_told, |_| {});
    assert!(told.contains("book.toml:5:1"), "{told}");
    assert!(told.contains("Service management policy"), "{told}");
    // Documents can be written meanwhile.
    change(&folder.path().join("docs/policy.md"), "Back to", "A word in between. Back to");
    let is_edited = |answer: &Answer| answer.text.contains("A word in between");
    let edited = served.wait_for(&mut news, address, is_edited, |_| {});
    assert!(!edited.contains("is-verified"), "{edited}");
    change(&book, "organisation =", "organization =");
    let is_mended = |answer: &Answer| is_checked(&answer.text) && is_edited(answer);
    let next = "next/POL-ITSM-001.html";
    served.wait_for(&mut news, next, is_mended, |_| {});
}

#[test]
fn a_new_document_and_a_commit_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let served = small(folder.path());
    let mut news = served.news();
    let text = "---\nid: POL-NEW-001\ntitle: New\ntype: policy\nversion: 0.1\nstatus: draft\nowner: director\nclauses: [5.2]\n---\n\n# New\n";
    std::fs::create_dir(folder.path().join("docs/later")).unwrap();
    std::fs::write(folder.path().join("docs/later/new.md"), text).unwrap();
    let address = "documents/POL-NEW-001.html";
    let is_there = |answer: &Answer| answer.status == 200 && is_checked(&answer.text);
    let page = served.wait_for(&mut news, address, is_there, |_| {});
    assert!(page.contains("No commit holds this document yet."), "{page}");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "A new policy"]);
    let is_committed = |answer: &Answer| {
        is_checked(&answer.text) && !answer.text.contains("No commit holds this document yet.")
    };
    let page = served.wait_for(&mut news, address, is_committed, |_| {});
    assert!(page.contains("A new policy"), "{page}");
}

/// As `git switch` does between a branch with documents and one without.
#[test]
fn a_folder_of_documents_that_goes_and_comes_back_is_watched_again() {
    let folder = tempfile::tempdir().unwrap();
    let served = small(folder.path());
    let mut news = served.news();
    let address = "documents/POL-ITSM-001.html";
    let (docs, away) = (folder.path().join("docs"), folder.path().join("away"));
    for time in ["first", "second"] {
        std::fs::rename(&docs, &away).unwrap();
        let is_gone = |answer: &Answer| answer.text.contains("Cannot check what there is now");
        served.wait_for(&mut news, address, is_gone, |_| {});
        std::fs::rename(&away, &docs).unwrap();
        served.wait_for(&mut news, address, |answer| is_checked(&answer.text), |_| {});
        change(&docs.join("policy.md"), "Back to", &format!("For the {time} time. Back to"));
        let is_edited = |answer: &Answer| answer.text.contains(&format!("For the {time} time."));
        served.wait_for(&mut news, "next/POL-ITSM-001.html", is_edited, |_| {});
    }
}

#[cfg(unix)]
#[test]
fn it_ends_quietly_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = small(folder.path());
    assert_eq!(served.page("index.html").status, 200);
    let id = served.program.id().to_string();
    assert!(command("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(served.program.wait().unwrap().code(), Some(130));
}

#[test]
fn where_nothing_can_be_judged_nothing_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let run = crate::program::clausebook(folder.path(), &["serve", "--port", "0"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("is not inside a Git repository"), "{}", run.err);
    repository(SMALL, folder.path());
    let served = serve(folder.path());
    let port = served.port.to_string();
    let run = crate::program::clausebook(folder.path(), &["serve", "--port", &port]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains(&format!("cannot use port {port}")), "{}", run.err);
}
