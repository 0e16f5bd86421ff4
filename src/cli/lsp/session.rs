//! The conversation: what the editor says, what is answered, and what is told unasked.

use super::super::Judging;
use super::super::terminal::Terminal;
use super::addresses::{Ground, file_of};
use super::answers;
use super::desk::{Buffer, Client, Desk, Model};
use super::diagnostics::{self, ByFile};
use super::judging::{Job, Judged, Refused};
use crate::config::{Config, FILE, Uncontrolled};
use crate::rules;
use crate::source::RepoPath;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::notification::{self as told, Notification as _};
use lsp_types::request::{self as asked, Request as _};
use lsp_types::{
    Diagnostic, DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern,
    InitializeParams, InitializeResult, MessageType, PublishDiagnosticsParams, Registration,
    RegistrationParams, ServerInfo, ShowMessageParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Sender;

/// How far the conversation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The editor has not said who it is.
    Greeting,
    /// Questions are answered.
    Open,
    /// The editor said that it is about to go.
    Closing,
}

/// What is to happen after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The conversation goes on.
    GoOn,
    /// It ends, in good order or not.
    End {
        /// Whether the editor said so before.
        is_in_order: bool,
    },
}

/// What an editor was told of a file last.
struct Last {
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

/// A conversation with one editor.
pub(super) struct Session<'t> {
    terminal: &'t mut Terminal,
    folder: PathBuf,
    judging: Judging,
    jobs: Sender<Job>,
    stage: Stage,
    desk: Desk,
    /// Counted up with every change.
    edition: u64,
    /// The edition that was judged last.
    judged: u64,
    last: BTreeMap<RepoPath, Last>,
    /// How many questions were asked of the editor.
    questions: i32,
    /// What of the open folders is not served, and why.
    not_served: Option<String>,
}

impl<'t> Session<'t> {
    /// Waits for an editor. `folder` is where it is looked for a repository if the editor names no
    /// folder; jobs go to whoever judges.
    pub(super) fn new(
        terminal: &'t mut Terminal,
        folder: PathBuf,
        judging: Judging,
        jobs: Sender<Job>,
    ) -> Self {
        let desk = Desk {
            client: Client::of(&lsp_types::ClientCapabilities::default()),
            ground: None,
            buffers: BTreeMap::new(),
            model: None,
            refused: None,
        };
        Self {
            terminal,
            folder,
            judging,
            jobs,
            stage: Stage::Greeting,
            desk,
            edition: 0,
            judged: 0,
            last: BTreeMap::new(),
            questions: 0,
            not_served: None,
        }
    }

    /// Takes a message of the editor.
    ///
    /// # Errors
    /// When it cannot be answered, since nobody listens.
    pub(super) fn hear(&mut self, message: Message) -> anyhow::Result<Next> {
        match message {
            Message::Request(request) => self.answer(request)?,
            Message::Notification(note) if note.method == told::Exit::METHOD => {
                return Ok(Next::End { is_in_order: self.stage == Stage::Closing });
            }
            Message::Notification(note) if self.stage == Stage::Open => self.take(note)?,
            // Answers to what was asked: that a file is watched, that lenses are asked for again.
            Message::Notification(_) | Message::Response(_) => {}
        }
        Ok(Next::GoOn)
    }

    /// Says of something the editor sent that it was not understood.
    ///
    /// # Errors
    /// When nobody listens.
    pub(super) fn not_understood(&mut self, why: &str) -> anyhow::Result<()> {
        self.log(&format!("a message was not understood: {why}"))
    }

    fn answer(&mut self, request: Request) -> anyhow::Result<()> {
        let Request { id, method, params } = request;
        let result = match (self.stage, method.as_str()) {
            (Stage::Greeting, asked::Initialize::METHOD) => self.greet(params),
            (Stage::Greeting, _) => {
                let words = format!("`{method}` came before `initialize`");
                Err(error(ErrorCode::ServerNotInitialized, words))
            }
            (Stage::Open, asked::Initialize::METHOD) | (Stage::Closing, _) => {
                Err(error(ErrorCode::InvalidRequest, format!("`{method}` comes too late")))
            }
            (Stage::Open, asked::Shutdown::METHOD) => {
                self.stage = Stage::Closing;
                Ok(Value::Null)
            }
            (Stage::Open, _) => self.look_up(&method, params),
        };
        self.send(&Response { id, response_result: result }.into())
    }

    /// Answers a question about documents. A bug in one answer must not end the conversation.
    fn look_up(&self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let answer = catch_unwind(AssertUnwindSafe(|| answers::answer(&self.desk, method, params)));
        answer.unwrap_or_else(|_| {
            let words = format!("`{method}` could not be answered; this is a bug of clausebook");
            Err(error(ErrorCode::InternalError, words))
        })
    }

    fn greet(&mut self, params: Value) -> Result<Value, ResponseError> {
        let params: InitializeParams = read(asked::Initialize::METHOD, params)?;
        self.desk.client = Client::of(&params.capabilities);
        let named = params.workspace_folders.into_iter().flatten().map(|folder| folder.uri);
        #[expect(deprecated, reason = "editors that know no workspace folders say it so")]
        let named = named.chain(params.root_uri);
        let named: Vec<PathBuf> = named.filter_map(|uri| file_of(&uri)).collect();
        let folder = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        let mut folders = named.iter().chain([&folder]);
        self.desk.ground = folders.find_map(|folder| Ground::of(folder));
        self.not_served = not_served(self.desk.ground.as_ref(), &named);
        self.stage = Stage::Open;
        to_value(InitializeResult {
            capabilities: answers::capabilities(&self.desk.client),
            server_info: Some(ServerInfo {
                name: "clausebook".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    fn take(&mut self, note: Notification) -> anyhow::Result<()> {
        let Notification { method, params } = note;
        let taken = match method.as_str() {
            told::Initialized::METHOD => {
                self.watch()?;
                if self.desk.ground.is_some() {
                    self.ask_for_judgement();
                } else {
                    self.log("no repository yet: no folder that is open lies in one")?;
                }
                if let Some(message) = self.not_served.take() {
                    let params = ShowMessageParams { typ: MessageType::WARNING, message };
                    self.note::<told::ShowMessage>(params)?;
                }
                Ok(())
            }
            told::DidOpenTextDocument::METHOD => {
                self.change::<told::DidOpenTextDocument>(params, Self::open)
            }
            told::DidChangeTextDocument::METHOD => {
                self.change::<told::DidChangeTextDocument>(params, Self::edit)
            }
            told::DidCloseTextDocument::METHOD => {
                self.change::<told::DidCloseTextDocument>(params, Self::close)
            }
            told::DidSaveTextDocument::METHOD | told::DidChangeWatchedFiles::METHOD => {
                self.ask_for_judgement();
                Ok(())
            }
            // `$/cancelRequest` and others: answers are given at once, nothing is under way.
            _ => Ok(()),
        };
        match taken {
            Ok(()) => self.tell_at_once(),
            Err(why) => self.not_understood(&why.message),
        }
    }

    fn change<N: told::Notification>(
        &mut self,
        params: Value,
        change: fn(&mut Self, &N::Params),
    ) -> Result<(), ResponseError> {
        change(self, &read(N::METHOD, params)?);
        self.ask_for_judgement();
        Ok(())
    }

    fn open(&mut self, params: &lsp_types::DidOpenTextDocumentParams) {
        let opened = params.text_document.clone();
        if self.desk.ground.is_none() {
            let folder = file_of(&opened.uri).and_then(|file| Some(file.parent()?.to_owned()));
            self.desk.ground = folder.and_then(|folder| Ground::of(&folder));
        }
        let key = opened.uri.as_str().to_owned();
        let ground = self.desk.ground.as_ref();
        let buffer = Buffer::new(opened.uri, opened.version, opened.text, ground);
        self.desk.buffers.insert(key, buffer);
    }

    fn edit(&mut self, params: &lsp_types::DidChangeTextDocumentParams) {
        let encoding = self.desk.client.encoding;
        let Some(buffer) = self.desk.buffers.get_mut(params.text_document.uri.as_str()) else {
            return;
        };
        buffer.version = params.text_document.version;
        for change in &params.content_changes {
            buffer.exchange(change.range, &change.text, encoding);
        }
        buffer.read();
    }

    fn close(&mut self, params: &lsp_types::DidCloseTextDocumentParams) {
        self.desk.buffers.remove(params.text_document.uri.as_str());
    }

    fn ask_for_judgement(&mut self) {
        let Some(ground) = &self.desk.ground else { return };
        self.edition += 1;
        let job = Job {
            edition: self.edition,
            root: ground.root().to_owned(),
            edited: self.desk.edited(),
            judging: self.judging.clone(),
        };
        // Whoever judges is there as long as the session is.
        let _ = self.jobs.send(job);
    }

    /// Takes what was judged; an older one than the last is of no use any more.
    ///
    /// # Errors
    /// When nobody listens.
    pub(super) fn take_judgement(&mut self, judged: Judged) -> anyhow::Result<()> {
        if judged.edition < self.judged {
            return Ok(());
        }
        self.judged = judged.edition;
        let mut found = ByFile::new();
        match judged.result {
            Ok((sms, outcome)) => {
                if let Some(frame) = self.desk.frame() {
                    found = diagnostics::of_outcome(frame, &sms, &outcome);
                }
                self.desk.model = Some(Model { sms, outcome });
                self.desk.refused = None;
                self.tell(found)?;
            }
            Err(refused) => self.take_refusal(refused)?,
        }
        match self.desk.client.refreshes_lenses {
            true => self.ask::<asked::CodeLensRefresh>(()),
            false => Ok(()),
        }
    }

    /// What was found before stands as it was; that nothing is judged now is said once.
    fn take_refusal(&mut self, refused: Refused) -> anyhow::Result<()> {
        let is_news = self.desk.refused.as_ref() != Some(&refused);
        if let Some((frame, (text, mistakes))) = self.desk.frame().zip(refused.mistakes.as_ref()) {
            let mistakes = diagnostics::of_book(frame, text, mistakes);
            self.tell_of(&RepoPath::from(FILE), mistakes)?;
        }
        if is_news && refused.mistakes.is_none() {
            let message = format!("clausebook cannot judge: {}", refused.sentence);
            let params = ShowMessageParams { typ: MessageType::WARNING, message };
            self.note::<told::ShowMessage>(params)?;
        }
        self.desk.refused = Some(refused);
        Ok(())
    }

    /// Tells what each open text shows by itself, while the others are still being judged: that it
    /// cannot be read, or that it can again.
    fn tell_at_once(&mut self) -> anyhow::Result<()> {
        let mut found = Vec::new();
        for buffer in self.desk.buffers.values() {
            let Some(path) = &buffer.path else { continue };
            let last = self.last.get(path);
            if last.is_some_and(|last| last.version == Some(buffer.version)) {
                continue;
            }
            let diagnostics = self.of_itself(buffer);
            let was_unreadable =
                last.is_some_and(|last| last.diagnostics.iter().any(diagnostics::is_of_one_file));
            if was_unreadable || !diagnostics.is_empty() {
                found.push((path.clone(), diagnostics));
            }
        }
        found.into_iter().try_for_each(|(path, diagnostics)| self.tell_of(&path, diagnostics))
    }

    /// Returns what a text shows by itself.
    fn of_itself(&self, buffer: &Buffer) -> Vec<Diagnostic> {
        let Some((frame, path)) = self.desk.frame().zip(buffer.path.as_ref()) else {
            return Vec::new();
        };
        if path.as_str() == Some(FILE) {
            let mistakes = Config::parse(&buffer.text, &rules::names()).err().unwrap_or_default();
            return diagnostics::of_book(frame, &buffer.text, &mistakes);
        }
        let config = Config::default();
        let (judged, policy) = match &self.desk.model {
            Some(model) => (&model.sms.config, &model.sms.trust.config),
            None => (&config, &config),
        };
        let is_uncontrolled =
            || Uncontrolled::of(judged).lists(path) && buffer.document.id().is_none();
        if !path.is_markdown() || !path.is_inside(&judged.src) || is_uncontrolled() {
            return Vec::new();
        }
        let judged = self.desk.model.as_ref().map(|model| &model.sms);
        let problems = rules::of_file(&buffer.document, policy, judged);
        diagnostics::of_file(frame, &buffer.document.text, &problems)
    }

    /// Tells all that was found, of the files that still stand as they were judged.
    fn tell(&mut self, mut found: ByFile) -> anyhow::Result<()> {
        let open = self.desk.buffers.values().filter_map(|buffer| buffer.path.clone());
        let known = self.last.keys().cloned();
        let paths: BTreeSet<RepoPath> = found.keys().cloned().chain(open).chain(known).collect();
        for path in paths {
            let diagnostics = found.remove(&path).unwrap_or_default();
            if self.desk.is_as_judged(&path) {
                self.tell_of(&path, diagnostics)?;
            }
        }
        Ok(())
    }

    /// Tells of one file, unless the editor knows it.
    fn tell_of(&mut self, path: &RepoPath, diagnostics: Vec<Diagnostic>) -> anyhow::Result<()> {
        let version = self.desk.buffer_of(path).map(|buffer| buffer.version);
        let is_known = match self.last.get(path) {
            Some(last) => last.version == version && last.diagnostics == diagnostics,
            None => version.is_none() && diagnostics.is_empty(),
        };
        let Some(uri) = self.desk.uri_of(path).filter(|_| !is_known) else { return Ok(()) };
        let params = PublishDiagnosticsParams { uri, version, diagnostics: diagnostics.clone() };
        match version.is_none() && diagnostics.is_empty() {
            true => drop(self.last.remove(path)),
            false => drop(self.last.insert(path.clone(), Last { version, diagnostics })),
        }
        self.note::<told::PublishDiagnostics>(params)
    }

    /// Asks to be told when something changes beside the editor: a file, a commit, another branch.
    fn watch(&mut self) -> anyhow::Result<()> {
        if !self.desk.client.watches {
            return Ok(());
        }
        let watched = [
            "**/*.{md,markdown}",
            "**/*.toml",
            "known-findings.txt",
            "**/.git/{HEAD,logs/HEAD,packed-refs}",
        ];
        let watchers = watched.map(|pattern| FileSystemWatcher {
            glob_pattern: GlobPattern::String(pattern.to_owned()),
            kind: None,
        });
        let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.to_vec() };
        let registration = Registration {
            id: "files".to_owned(),
            method: told::DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        self.ask::<asked::RegisterCapability>(RegistrationParams {
            registrations: vec![registration],
        })
    }

    fn log(&mut self, words: &str) -> anyhow::Result<()> {
        let message = words.to_owned();
        self.note::<told::LogMessage>(lsp_types::LogMessageParams {
            typ: MessageType::LOG,
            message,
        })
    }

    fn note<N: told::Notification>(&mut self, params: N::Params) -> anyhow::Result<()> {
        let params = serde_json::to_value(params)?;
        self.send(&Notification { method: N::METHOD.to_owned(), params }.into())
    }

    fn ask<R: asked::Request>(&mut self, params: R::Params) -> anyhow::Result<()> {
        self.questions += 1;
        let id = RequestId::from(self.questions);
        let params = serde_json::to_value(params)?;
        self.send(&Request { id, method: R::METHOD.to_owned(), params }.into())
    }

    fn send(&mut self, message: &Message) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        message.write(&mut bytes)?;
        self.terminal.print_exact(&String::from_utf8_lossy(&bytes))
    }
}

pub(super) fn read<T: DeserializeOwned>(method: &str, params: Value) -> Result<T, ResponseError> {
    serde_json::from_value(params)
        .map_err(|why| error(ErrorCode::InvalidParams, format!("`{method}`: {why}")))
}

pub(super) fn to_value(answer: impl Serialize) -> Result<Value, ResponseError> {
    serde_json::to_value(answer).map_err(|why| error(ErrorCode::InternalError, why.to_string()))
}

pub(super) fn error(code: ErrorCode, message: String) -> ResponseError {
    ResponseError { code: code as i32, message, data: None }
}

/// Says which of the folders that are open are not served: those of another repository than the first,
/// or all of them where a `book.toml` lies in no repository.
fn not_served(ground: Option<&Ground>, folders: &[PathBuf]) -> Option<String> {
    let mut books = folders.iter().filter(|folder| folder.join(FILE).is_file());
    let Some(ground) = ground else {
        let folder = books.next()?.display();
        return Some(format!(
            "no Git repository, so clausebook judges nothing here; `git init` makes one in `{folder}`"
        ));
    };
    let mut others =
        books.filter(|folder| Ground::of(folder).is_none_or(|other| other.root() != ground.root()));
    let other = others.next()?.display();
    let root = ground.root().display();
    Some(format!(
        "open `{other}` in a window of its own: clausebook serves one repository, here `{root}`"
    ))
}
