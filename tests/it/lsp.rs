//! `clausebook lsp` as an editor meets it: whole conversations, over its standard input and output,
//! told in tests/stories/lsp/*.md.
//!
//! Each story goes on where `tests/stories/ground.md` ends. In its `session` fences a line that
//! begins with `->` is what the editor does, in words of our own; what follows is all that the server
//! says to it, in the order of arrival. `BLESS=1 cargo test lsp` writes the answers anew. What goes
//! over the wire is the protocol itself: one story shows it as it is.

use crate::fixtures::told;
use crate::program::{command, git};
use crate::stories;
use clausebook::story::build;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Nothing takes that long; a test that waits longer has failed.
const LONGEST: Duration = Duration::from_secs(120);

/// An editor with one server.
struct Editor {
    folder: PathBuf,
    server: Child,
    input: Option<ChildStdin>,
    said: Receiver<Value>,
    utf8: bool,
    asked: i64,
    texts: BTreeMap<String, (i64, String)>,
    /// The findings told since they were printed last, by file.
    findings: BTreeMap<String, Value>,
    /// The rest of what was told unasked.
    aside: Vec<String>,
    /// The versions of texts that findings were told of.
    told: BTreeMap<String, i64>,
    /// How many judgements are being waited for.
    judged: usize,
    /// A text that was changed without waiting.
    is_ahead: bool,
}

impl Editor {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut server = command(env!("CARGO_BIN_EXE_clausebook"))
            .current_dir(folder)
            .arg("lsp")
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let input = server.stdin.take();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (say, said) = channel();
        std::thread::spawn(move || {
            while let Some(message) = frame(&mut output) {
                if say.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            folder: folder.canonicalize().unwrap(),
            server,
            input,
            said,
            utf8: false,
            asked: 0,
            texts: BTreeMap::new(),
            findings: BTreeMap::new(),
            aside: Vec::new(),
            told: BTreeMap::new(),
            judged: 0,
            is_ahead: false,
        }
    }

    fn send_text(&mut self, body: &str) {
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string());
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks, and waits for the answer; what is told meanwhile is kept.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.next();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.keep(&message);
        }
    }

    fn next(&self) -> Value {
        self.said.recv_timeout(LONGEST).expect("the server says nothing more")
    }

    /// Takes in what is told unasked, and answers what is asked.
    fn keep(&mut self, message: &Value) {
        let params = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "textDocument/publishDiagnostics" => {
                let path = self.path(&params["uri"]);
                if let Some(version) = params["version"].as_i64() {
                    self.told.insert(path.clone(), version);
                }
                self.findings.insert(path, params["diagnostics"].clone());
            }
            "workspace/codeLens/refresh" => {
                self.judged += 1;
                self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
            }
            "client/registerCapability" => {
                for it in params["registrations"].as_array().unwrap() {
                    let method = it["method"].as_str().unwrap();
                    self.aside.push(format!("asks for {method}"));
                }
                self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
            }
            method => {
                self.aside.push(format!("{method}: {}", params["message"].as_str().unwrap_or("?")));
            }
        }
    }

    /// Waits until what the editor did is judged.
    fn wait(&mut self, path: Option<&str>) {
        loop {
            let message = self.next();
            self.keep(&message);
            let version = path.and_then(|path| Some(self.texts.get(path)?.0));
            let is_told = version
                .is_none_or(|version| path.and_then(|path| self.told.get(path)) == Some(&version));
            if self.judged > 0 && (!self.is_ahead || is_told) {
                (self.judged, self.is_ahead) = (0, false);
                return;
            }
        }
    }

    fn uri(&self, path: &str) -> String {
        match path.contains(':') {
            true => path.to_owned(),
            false => {
                let file = self.folder.join(path).display().to_string();
                format!("file://{}", file.replace(' ', "%20"))
            }
        }
    }

    fn path(&self, uri: &Value) -> String {
        let uri = uri.as_str().unwrap().replace("%20", " ");
        let inside = format!("file://{}/", self.folder.display());
        uri.strip_prefix(&inside).unwrap_or(&uri).to_owned()
    }

    /// Returns the text as the editor has it, or as it lies on disk.
    fn text(&self, path: &str) -> String {
        match self.texts.get(path) {
            Some((_, text)) => text.clone(),
            None => {
                let text = std::fs::read_to_string(self.folder.join(path)).unwrap();
                text.trim_start_matches('\u{FEFF}').to_owned()
            }
        }
    }

    /// Counts as was agreed.
    fn place(&self, text: &str, offset: usize) -> Value {
        let before = &text[..offset];
        let line = before.matches('\n').count();
        let within = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let character = if self.utf8 { within.len() } else { within.encode_utf16().count() };
        json!({"line": line, "character": character})
    }

    /// Finds `owner: cha|nge` in a text: the place of the cursor.
    fn cursor(&self, path: &str, words: &str) -> Value {
        let text = self.text(path);
        let words = words.replace("\\n", "\n");
        let plain = words.replacen('|', "", 1);
        let at = text.find(&plain).unwrap_or_else(|| panic!("`{plain}` is not in {path}"));
        self.place(&text, at + words.find('|').unwrap_or(0))
    }

    fn lines(&self, path: &str, range: &Value) -> String {
        let place = |it: &Value| {
            let (line, character) =
                (it["line"].as_i64().unwrap(), it["character"].as_i64().unwrap());
            format!("{}:{}", line + 1, character + 1)
        };
        let (start, end) = (place(&range["start"]), place(&range["end"]));
        // What stands there, where it can be looked up.
        let words = self.words(path, range).map(|it| format!(" `{it}`")).unwrap_or_default();
        if start == end { start } else { format!("{start}-{end}{words}") }
    }

    fn words(&self, path: &str, range: &Value) -> Option<String> {
        let text = match self.texts.contains_key(path) || self.folder.join(path).is_file() {
            true => self.text(path),
            false => return None,
        };
        let (start, end) = (&range["start"], &range["end"]);
        let line = text.lines().nth(usize::try_from(start["line"].as_i64()?).ok()?)?.to_owned();
        if start["line"] != end["line"] {
            return None;
        }
        let units = |it: &Value| usize::try_from(it["character"].as_i64().unwrap()).unwrap();
        let (start, end) = (units(start), units(end));
        match self.utf8 {
            true => line.get(start..end).map(str::to_owned),
            false => {
                let line: Vec<u16> = line.encode_utf16().collect();
                Some(String::from_utf16_lossy(line.get(start..end)?))
            }
        }
    }

    /// Does what a line says, and returns all that is answered.
    fn act(&mut self, line: &str) -> String {
        let (does_wait, line) = match line.strip_prefix('~') {
            Some(rest) => (false, rest),
            None => (true, line),
        };
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (path, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let rest = rest.trim_start_matches("at ");
        let mut judged = does_wait;
        let answer = match verb {
            "start" => self.greet(path, rest),
            "open" => {
                let text = self.text(path);
                self.opens(path, &text);
                String::new()
            }
            "write" => {
                self.opens(path, &rest.replace("\\n", "\n"));
                String::new()
            }
            "windows" => {
                let text = self.text(path).replace('\n', "\r\n");
                self.opens(path, &text);
                String::new()
            }
            "mark" => {
                let file = self.folder.join(path);
                let text = std::fs::read_to_string(&file).unwrap();
                std::fs::write(&file, format!("\u{FEFF}{text}")).unwrap();
                let text = self.text(path);
                self.opens(path, &text);
                String::new()
            }
            "edit" => {
                let (from, to) = rest.split_once(" => ").unwrap();
                self.edits(path, &from.replace("\\n", "\n"), &to.replace("\\n", "\n"));
                String::new()
            }
            "close" => {
                self.texts.remove(path);
                let uri = self.uri(path);
                self.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri}}));
                String::new()
            }
            "disk" => {
                let (from, to) = rest.split_once(" => ").unwrap();
                let file = self.folder.join(path);
                let text = std::fs::read_to_string(&file).unwrap();
                assert!(text.contains(from), "{path} has no `{from}`");
                std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
                let changes = json!([{"uri": self.uri(path), "type": 2}]);
                self.notify("workspace/didChangeWatchedFiles", &json!({"changes": changes}));
                String::new()
            }
            "commit" => {
                git(&self.folder, &["commit", "-qam", &format!("{path} {rest}")]);
                self.notify("workspace/didChangeWatchedFiles", &json!({"changes": []}));
                String::new()
            }
            "send" => {
                judged = false;
                self.send_text(format!("{path} {rest}").trim());
                String::new()
            }
            "raw" => {
                judged = false;
                self.raw(&format!("{path} {rest}"))
            }
            "end" => {
                drop(self.input.take());
                return format!("ended with {}\n", self.server.wait().unwrap().code().unwrap());
            }
            "shutdown" => {
                judged = false;
                let answer = self.ask("shutdown", &Value::Null);
                self.plain(&answer)
            }
            "exit" => {
                self.notify("exit", &Value::Null);
                return format!("ended with {}\n", self.server.wait().unwrap().code().unwrap());
            }
            _ => {
                judged = false;
                self.question(verb, path, rest)
            }
        };
        match judged {
            true => self.wait(Some(path)),
            // Whatever was told before is told before the answer to this.
            false if verb != "shutdown" && !verb.starts_with("raw") => {
                self.ask("nothing/known", &Value::Null);
            }
            false => {}
        }
        let told = self.tell();
        format!("{told}{answer}")
    }

    fn greet(&mut self, encoding: &str, rest: &str) -> String {
        self.utf8 = encoding == "utf-8";
        let uri = self.uri("");
        let uri = uri.trim_end_matches('/');
        let able = json!({
            "general": {"positionEncodings": if self.utf8 { json!(["utf-16", "utf-8"]) } else { json!(["utf-16"]) }},
            "textDocument": {
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "rename": {"prepareSupport": true},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            },
            "workspace": {
                "workspaceEdit": {"documentChanges": true},
                "codeLens": {"refreshSupport": true},
                "didChangeWatchedFiles": {"dynamicRegistration": true},
            },
        });
        let plain = json!({"workspace": {"codeLens": {"refreshSupport": true}}});
        let able = if rest == "plain" { plain } else { able };
        let folders = json!([{"uri": uri, "name": "sms"}]);
        let params = json!({"processId": null, "rootUri": null, "capabilities": able, "workspaceFolders": folders});
        let answer = self.ask("initialize", &params);
        self.notify("initialized", &json!({}));
        let offered = &answer["result"]["capabilities"];
        let names: Vec<&str> = offered
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| name.ends_with("Provider"))
            .map(|(name, _)| name.trim_end_matches("Provider"))
            .collect();
        format!("counts {}; offers {}\n", offered["positionEncoding"], names.join(", "))
    }

    fn opens(&mut self, path: &str, text: &str) {
        self.texts.insert(path.to_owned(), (1, text.to_owned()));
        let uri = self.uri(path);
        let item = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": item}));
    }

    fn edits(&mut self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        let at = text.find(from).unwrap_or_else(|| panic!("`{from}` is not in {path}"));
        let range =
            json!({"start": self.place(&text, at), "end": self.place(&text, at + from.len())});
        let version = self.texts[path].0 + 1;
        self.texts.insert(path.to_owned(), (version, text.replacen(from, to, 1)));
        let uri = self.uri(path);
        let params = json!({
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": range, "text": to}],
        });
        self.is_ahead = true;
        self.notify("textDocument/didChange", &params);
    }

    fn question(&mut self, verb: &str, path: &str, rest: &str) -> String {
        let uri = self.uri(path);
        let document = json!({"uri": uri});
        let (rest, name) = rest.split_once(" to ").unwrap_or((rest, ""));
        let mut params = json!({"textDocument": document});
        let method = match verb {
            "find" => {
                params = json!({"query": format!("{path} {rest}").trim()});
                "workspace/symbol"
            }
            "symbols" => "textDocument/documentSymbol",
            "lens" => "textDocument/codeLens",
            "actions" | "mend" => {
                let place = self.cursor(path, rest);
                params["range"] = json!({"start": place, "end": place});
                params["context"] = json!({"diagnostics": []});
                if verb == "mend" {
                    params["context"]["only"] = json!(["source.fixAll"]);
                }
                "textDocument/codeAction"
            }
            _ => {
                params["position"] = self.cursor(path, rest);
                match verb {
                    "hover" => "textDocument/hover",
                    "definition" => "textDocument/definition",
                    "parent" => "textDocument/declaration",
                    "children" => "textDocument/implementation",
                    "references" => {
                        params["context"] = json!({"includeDeclaration": true});
                        "textDocument/references"
                    }
                    "complete" => "textDocument/completion",
                    "prepare" => "textDocument/prepareRename",
                    "rename" => {
                        params["newName"] = json!(name);
                        "textDocument/rename"
                    }
                    other => panic!("what does `{other}` mean?"),
                }
            }
        };
        let answer = self.ask(method, &params);
        if let Some(error) = answer.get("error") {
            return format!("refused: {}\n", error["message"].as_str().unwrap());
        }
        let result = &answer["result"];
        match method {
            _ if result.is_null() => "nothing\n".to_owned(),
            "textDocument/hover" => {
                format!("{}\n", result["contents"]["value"].as_str().unwrap().replace("\n\n", "\n"))
            }
            "textDocument/codeLens" => {
                each(result, |it| format!("{}\n", it["command"]["title"].as_str().unwrap()))
            }
            "textDocument/completion" => completions(result),
            "textDocument/documentSymbol" => each(result, |it| self.symbol(path, it, 0)),
            "workspace/symbol" => each(result, |it| {
                let place = self.location(&it["location"]);
                format!("{}: {place}\n", it["name"].as_str().unwrap())
            }),
            "textDocument/prepareRename" => {
                let range = self.lines(path, &result["range"]);
                format!("{range}, now {}\n", result["placeholder"].as_str().unwrap())
            }
            "textDocument/rename" => self.changes(result),
            "textDocument/codeAction" => each(result, |it| {
                let told = it["diagnostics"].as_array().into_iter().flatten();
                let told: Vec<&str> = told.map(|it| it["code"].as_str().unwrap()).collect();
                let (title, kind) = (it["title"].as_str().unwrap(), it["kind"].as_str().unwrap());
                format!("{title} ({kind}) {}\n{}", told.join(", "), self.changes(&it["edit"]))
            }),
            _ => each(result, |it| format!("{}\n", self.location(it))),
        }
    }

    fn location(&self, location: &Value) -> String {
        let path = self.path(&location["uri"]);
        let range = self.lines(&path, &location["range"]);
        format!("{path}:{range}")
    }

    fn symbol(&self, path: &str, symbol: &Value, depth: usize) -> String {
        if symbol.get("location").is_some() {
            return format!("{} {}\n", symbol["name"], self.location(&symbol["location"]));
        }
        let range = self.lines(path, &symbol["selectionRange"]);
        let name = symbol["name"].as_str().unwrap();
        let mut text = format!("{}{name}: {range}\n", "  ".repeat(depth));
        for child in symbol["children"].as_array().into_iter().flatten() {
            text.push_str(&self.symbol(path, child, depth + 1));
        }
        text
    }

    fn changes(&self, edit: &Value) -> String {
        let mut text = String::new();
        let mut add = |path: &str, version: &Value, edits: &Value| {
            text.push_str(&format!("  {path} (version {version})\n"));
            for edit in edits.as_array().unwrap() {
                let range = self.lines(path, &edit["range"]);
                text.push_str(&format!("    {range} => {}\n", edit["newText"]));
            }
        };
        for file in edit["documentChanges"].as_array().into_iter().flatten() {
            let document = &file["textDocument"];
            add(&self.path(&document["uri"]), &document["version"], &file["edits"]);
        }
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            add(&self.path(&json!(uri)), &Value::Null, edits);
        }
        text
    }

    /// Sends a message as it stands, and returns the answer as it comes.
    fn raw(&mut self, message: &str) -> String {
        self.send_text(message);
        let id = serde_json::from_str::<Value>(message).unwrap()["id"].clone();
        loop {
            let message = self.next();
            if message["id"] == id {
                return self.plain(&message);
            }
            self.keep(&message);
        }
    }

    fn plain(&self, message: &Value) -> String {
        let folder = self.folder.display().to_string();
        let version = env!("CARGO_PKG_VERSION");
        format!("{message}\n").replace(&folder, "FOLDER").replace(version, "VERSION")
    }

    /// Writes what was told since the last time.
    fn tell(&mut self) -> String {
        let mut text: String =
            std::mem::take(&mut self.aside).iter().map(|line| format!("{line}\n")).collect();
        for (path, findings) in std::mem::take(&mut self.findings) {
            let findings = findings.as_array().unwrap();
            let is_excused = |it: &Value| {
                let message = it["message"].as_str().unwrap();
                ["\nwaived ", "\nknown "].iter().any(|mark| message.contains(mark))
            };
            let (notes, told): (Vec<&Value>, Vec<&Value>) =
                findings.iter().partition(|it| it["severity"] == 3 && !is_excused(it));
            let notes = match notes.len() {
                0 => String::new(),
                count => format!(" (and {count} notes)"),
            };
            text.push_str(&match told.len() {
                0 => format!("{path}: nothing{notes}\n"),
                _ => format!("{path}:{notes}\n"),
            });
            for finding in told {
                let severity = ["", "error", "warning", "information"]
                    [usize::try_from(finding["severity"].as_i64().unwrap()).unwrap()];
                let range = self.lines(&path, &finding["range"]);
                let code = finding["code"].as_str().unwrap_or_default();
                let message = finding["message"].as_str().unwrap().replace('\n', "\n    ");
                text.push_str(&format!("  {range} {severity} {code}: {message}\n"));
                for other in finding["relatedInformation"].as_array().into_iter().flatten() {
                    let place = self.location(&other["location"]);
                    text.push_str(&format!(
                        "    {place}: {}\n",
                        other["message"].as_str().unwrap()
                    ));
                }
            }
        }
        text
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn each(list: &Value, tell: impl Fn(&Value) -> String) -> String {
    match list.as_array().unwrap().as_slice() {
        [] => "nothing\n".to_owned(),
        items => items.iter().map(tell).collect(),
    }
}

/// The first choices, and how many more there are.
fn completions(list: &Value) -> String {
    const SHOWN: usize = 6;
    assert_eq!(list["isIncomplete"], true);
    let items = list["items"].as_array().unwrap();
    let mut text = String::new();
    for item in items.iter().take(SHOWN) {
        let detail = item["detail"].as_str().map(|it| format!(" ({it})")).unwrap_or_default();
        let new = item["textEdit"]["newText"].as_str().unwrap();
        text.push_str(&format!("{new}{detail}\n"));
    }
    if items.len() > SHOWN {
        text.push_str(&format!("and {} more\n", items.len() - SHOWN));
    }
    text
}

/// Reads a message of the server; nothing else may stand on its standard output.
fn frame(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        length = line.trim_end().strip_prefix("Content-Length: ").map(|it| it.parse().unwrap());
        assert!(length.is_some(), "`{line}` is no message");
    }
    let mut body = vec![0; length.unwrap()];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// Holds a story against what the server says, and returns it as it should read.
fn played(name: &str, text: &str) -> String {
    let (story, session) = text.split_once("\n# Session\n").unwrap();
    let (_, recording) = told(name, story);
    let folder = tempfile::tempdir().unwrap();
    build(&recording, folder.path()).unwrap();
    let mut editor = Editor::start(folder.path(), &[]);
    let mut out = format!("{story}\n# Session\n");
    let mut is_in_fence = false;
    for line in session.lines() {
        let is_fence = line.starts_with("```");
        if is_fence {
            is_in_fence = line == "```session";
        }
        match line.strip_prefix("-> ").filter(|_| is_in_fence) {
            Some(does) => {
                let answer = editor.act(does);
                out.push_str(&format!("{line}\n{answer}"));
            }
            None if is_in_fence && !is_fence => {}
            None => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

#[test]
fn conversations_go_as_they_are_told() {
    let mut wrong = Vec::new();
    for (name, text) in stories::of("lsp") {
        let played = played(&name, &text);
        if is_to_be_blessed() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/lsp");
            std::fs::write(folder.join(format!("{name}.md")), &played).unwrap();
        } else if played != text {
            let differs = played.lines().zip(text.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{name}: {differs:?}\n{played}"));
        }
    }
    assert!(wrong.is_empty(), "`BLESS=1 cargo test lsp` writes them anew\n{}", wrong.join("\n"));
}

#[test]
fn where_there_is_no_repository_nothing_is_said_of_documents() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.md");
    std::fs::write(&file, "---\nid: A-1\n---\n\n# A\n").unwrap();
    let mut editor = Editor::start(folder.path(), &[]);
    editor.act("~start utf-8");
    let told = editor.act("~open a.md");
    assert!(told.is_empty(), "{told}");
    assert_eq!(editor.act("hover a.md at A|-1"), "nothing\n");
    // Once it is one, the next file that is opened finds it.
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "Begin"]);
    std::fs::write(folder.path().join("book.toml"), "[book]\nsrc = \".\"\n").unwrap();
    let told = editor.act("open book.toml");
    assert!(told.contains("A-1"), "{told}");
    assert_eq!(editor.act("end"), "ended with 1\n", "it was not told that it should end");
}

#[test]
fn why_nothing_can_be_judged_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    std::fs::write(folder.path().join("a.md"), "# A\n").unwrap();
    let mut editor = Editor::start(folder.path(), &[]);
    let told = editor.act("start utf-8") + &editor.act("open a.md");
    assert_eq!(told.matches("cannot judge: the repository has no commit yet").count(), 1, "{told}");
}

#[test]
fn the_list_of_known_findings_may_have_another_name() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "Begin"]);
    std::fs::write(folder.path().join("book.toml"), "[book]\nsrc = \".\"\n").unwrap();
    std::fs::write(folder.path().join("a.md"), "---\nid: A-1\n---\n\n[b](b.md)\n").unwrap();
    let listed = command(env!("CARGO_BIN_EXE_clausebook"))
        .current_dir(folder.path())
        .args(["adopt", "old.txt"])
        .output()
        .unwrap();
    assert!(listed.status.success(), "{listed:?}");
    let told = |more: &[&str]| {
        let mut editor = Editor::start(folder.path(), more);
        editor.act("start utf-8") + &editor.act("open a.md")
    };
    assert!(told(&[]).contains("error LN001"));
    let known = told(&["--known", "old.txt"]);
    assert!(known.contains("information LN001"), "{known}");
    assert!(!known.contains(" error "), "{known}");
    let missing = told(&["--known", "older.txt"]);
    assert!(missing.contains("older.txt"), "{missing}");
    // A link could lead anywhere, be it to what the editor itself writes to.
    #[cfg(unix)]
    {
        let list = folder.path().join("known-findings.txt");
        std::os::unix::fs::symlink("/dev/stdin", list).unwrap();
        let link = told(&[]);
        assert!(link.contains("cannot read `known-findings.txt`: it is no regular file"), "{link}");
    }
}

/// A double conversion of line ends leaves it; an editor takes it for a line end of its own.
#[test]
fn a_carriage_return_before_a_line_end_hides_no_other_finding() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "Begin"]);
    std::fs::write(folder.path().join("book.toml"), "[book]\nsrc = \".\"\n").unwrap();
    std::fs::write(folder.path().join("a.md"), "---\nid: A-1\n---\n").unwrap();
    for end in ["\n", "\r\n"] {
        let mut editor = Editor::start(folder.path(), &[]);
        editor.act("start utf-8");
        let text = "---\nid: A-1\n---\n\n# A\r\r\n[[NOPE]]\n".replace("\n", end);
        let told = editor.act(&format!("write a.md {}", text.replace("\r\r\r\n", "\r\r\n")));
        assert!(told.contains("error FM001"), "{told}");
        assert!(told.contains("7:1-7:9 error LN003"), "{told}");
    }
}

#[expect(clippy::disallowed_methods, reason = "who asks for new answers is at a keyboard")]
fn is_to_be_blessed() -> bool {
    std::env::var_os("BLESS").is_some()
}

#[test]
fn a_book_that_is_in_no_repository_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("book.toml"), "[book]\nsrc = \".\"\n").unwrap();
    std::fs::write(folder.path().join("a.md"), "---\nid: A-1\n---\n\n# A\n").unwrap();
    let mut editor = Editor::start(folder.path(), &[]);
    let told = editor.act("~start utf-8") + &editor.act("~open a.md");
    assert!(told.contains("no Git repository, so"), "{told}");
}
