//! How soon an edit is to be seen in the preview, and how soon it is judged: from writing the file
//! to the page that a browser gets.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The seconds until one edit was shown, and until it was judged.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) shown: f64,
    pub(crate) judged: f64,
}

/// A preview that runs.
struct Preview {
    program: Child,
    port: u16,
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Preview {
    fn start(mut program: Command, repository: &Path) -> Result<Self, Box<dyn Error>> {
        let program = program
            .args(["serve", "--port", "0"])
            .current_dir(repository)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut preview = Self { program, port: 0 };
        let out = preview.program.stdout.take().ok_or("it prints nothing")?;
        let mut told = String::new();
        BufReader::new(out).read_line(&mut told)?;
        let port = told.trim().trim_end_matches('/').rsplit(':').next().unwrap_or_default();
        preview.port = port.parse().map_err(|_| format!("it said `{}`", told.trim()))?;
        Ok(preview)
    }

    fn ask(&self, address: &str, further: &str) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let port = self.port;
        let request = format!("GET /{address} HTTP/1.1\r\nHost: localhost:{port}\r\n{further}\r\n");
        stream.write_all(request.as_bytes())?;
        Ok(stream)
    }

    fn page(&self, address: &str) -> std::io::Result<String> {
        let mut page = Vec::new();
        self.ask(address, "Connection: close\r\n")?.read_to_end(&mut page)?;
        Ok(String::from_utf8_lossy(&page).into_owned())
    }

    /// Waits until a page is as it should be, asking whenever there is news.
    fn wait_for(
        &self,
        news: &mut BufReader<TcpStream>,
        address: &str,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<(), Box<dyn Error>> {
        while !is_it(&self.page(address)?) {
            let mut line = String::new();
            while !line.starts_with("data: ") {
                line.clear();
                if news.read_line(&mut line)? == 0 {
                    return Err("the preview ended".into());
                }
            }
        }
        Ok(())
    }
}

/// Edits a document of a repository again and again, and takes each edit back.
pub(crate) fn measure(
    program: Command,
    repository: &Path,
    runs: usize,
    now: fn() -> Instant,
) -> Result<Vec<Seen>, Box<dyn Error>> {
    let (file, id) = first_policy(&repository.join("docs"))?.ok_or("there is no policy")?;
    let address = format!("documents/{id}.html");
    let preview = Preview::start(program, repository)?;
    let mut news = BufReader::new(preview.ask("-/news", "")?);
    let original = std::fs::read_to_string(&file)?;
    let is_checked = |page: &str| page.contains("<strong>Checked.</strong>");
    let is_whole = format!("data-file=\"../{address}\"");
    let mut all = Vec::new();
    for run in 0..runs {
        let sentence = format!("Nobody wrote sentence {run} before.");
        let begun = now();
        std::fs::write(&file, format!("{original}\n{sentence}\n"))?;
        preview.wait_for(&mut news, &address, |page| page.contains(&sentence))?;
        let shown = begun.elapsed().as_secs_f64();
        preview.wait_for(&mut news, &address, is_checked)?;
        let judged = begun.elapsed().as_secs_f64();
        all.push(Seen { shown, judged });
        std::fs::write(&file, &original)?;
        preview
            .wait_for(&mut news, &address, |page| is_checked(page) && page.contains(&is_whole))?;
    }
    Ok(all)
}

/// Finds the first policy beneath a folder that is approved: its file and its id.
fn first_policy(folder: &Path) -> std::io::Result<Option<(PathBuf, String)>> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for path in entries.iter().map(std::fs::DirEntry::path) {
        if path.is_dir() {
            if let Some(found) = first_policy(&path)? {
                return Ok(Some(found));
            }
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut lines = text.lines();
        let id = lines.find_map(|line| line.strip_prefix("id: POL-"));
        if let Some(id) = id.filter(|_| text.contains("\nstatus: approved\n")) {
            return Ok(Some((path, format!("POL-{}", id.trim()))));
        }
    }
    Ok(None)
}
