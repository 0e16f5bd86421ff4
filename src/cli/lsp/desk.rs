//! What questions are answered from: the texts that are being edited, as they are now, and beside
//! them the last judgement.
//!
//! The two are kept apart. What a text says is asked of the text; what is approved, in force or due
//! is asked of what was judged, and only said of a text that was judged as it stands.

use super::addresses::{Ground, file_of};
use super::diagnostics::Frame;
use super::judging::Refused;
use super::positions::{Encoding, Page};
use crate::document::Document;
use crate::repo::object::{ObjectId, ObjectKind};
use crate::repo::snapshot::Edited;
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::source::{RepoPath, Span};
use lsp_types::{ClientCapabilities, Location, MarkupKind, Position, Range, Uri};
use std::collections::BTreeMap;

/// What the editor can do, as far as answers depend on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    /// What it counts within a line.
    pub(super) encoding: Encoding,
    /// Whether it shows Markdown where the mouse rests.
    pub(super) reads_markdown: bool,
    /// Whether edits may name the version of the text they are for.
    pub(super) knows_versions: bool,
    /// Whether it takes a list of edits that belong to a finding.
    pub(super) knows_actions: bool,
    /// Whether symbols may stand within symbols.
    pub(super) nests_symbols: bool,
    /// Whether it can be told to ask for lenses again.
    pub(super) refreshes_lenses: bool,
    /// Whether it can be asked to watch files.
    pub(super) watches: bool,
    /// Whether it asks before it renames.
    pub(super) prepares_renames: bool,
    /// Whether it shows beside each choice what it is.
    pub(super) explains_choices: bool,
}

impl Client {
    /// Reads what an editor says of itself.
    pub(super) fn of(says: &ClientCapabilities) -> Self {
        let text = says.text_document.as_ref();
        let space = says.workspace.as_ref();
        let general = says.general.as_ref();
        let hover = text.and_then(|it| it.hover.as_ref()?.content_format.as_ref());
        let choice = text.and_then(|it| it.completion.as_ref()?.completion_item.as_ref());
        let rename = text.and_then(|it| it.rename.as_ref()?.prepare_support);
        let actions =
            text.and_then(|it| it.code_action.as_ref()?.code_action_literal_support.as_ref());
        let symbols =
            text.and_then(|it| it.document_symbol.as_ref()?.hierarchical_document_symbol_support);
        let edits = space.and_then(|it| it.workspace_edit.as_ref()?.document_changes);
        let lenses = space.and_then(|it| it.code_lens.as_ref()?.refresh_support);
        let watches =
            space.and_then(|it| it.did_change_watched_files.as_ref()?.dynamic_registration);
        Self {
            encoding: Encoding::of(general.and_then(|it| it.position_encodings.as_deref())),
            reads_markdown: hover.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            knows_versions: edits.unwrap_or_default(),
            knows_actions: actions.is_some(),
            nests_symbols: symbols.unwrap_or_default(),
            refreshes_lenses: lenses.unwrap_or_default(),
            explains_choices: choice.and_then(|it| it.label_details_support) == Some(true),
            watches: watches.unwrap_or_default(),
            prepares_renames: rename.unwrap_or_default(),
        }
    }
}

/// A text that stands open in the editor.
#[derive(Debug)]
pub(super) struct Buffer {
    /// Its address.
    pub(super) uri: Uri,
    /// Its version, as the editor counts.
    pub(super) version: i32,
    /// The text, with its own line ends.
    pub(super) text: String,
    /// Its path, if it is a file of the repository.
    pub(super) path: Option<RepoPath>,
    /// The same, read.
    pub(super) document: Document,
}

impl Buffer {
    /// Takes a text in.
    pub(super) fn new(uri: Uri, version: i32, text: String, ground: Option<&Ground>) -> Self {
        let path = ground.and_then(|ground| ground.path_of(&file_of(&uri)?));
        let document = read(path.as_ref(), &text);
        Self { uri, version, text, path, document }
    }

    /// Exchanges a part of it, or all of it.
    pub(super) fn exchange(&mut self, range: Option<Range>, by: &str, encoding: Encoding) {
        let Some(range) = range else {
            by.clone_into(&mut self.text);
            return;
        };
        let page = Page::of(&self.text, encoding);
        let (start, end) = (page.offset(range.start), page.offset(range.end));
        self.text.replace_range(start.min(end)..end.max(start), by);
    }

    /// Reads it anew.
    pub(super) fn read(&mut self) {
        self.document = read(self.path.as_ref(), &self.text);
    }
}

fn read(path: Option<&RepoPath>, text: &str) -> Document {
    let path = path.cloned().unwrap_or_else(|| RepoPath::from(""));
    let blob = ObjectId::of(ObjectKind::Blob, text.as_bytes());
    Document::read(path, blob, text.as_bytes())
}

/// The last judgement.
pub(super) struct Model {
    /// The system.
    pub(super) sms: Sms,
    /// What was found.
    pub(super) outcome: Outcome,
}

/// All that questions are answered from.
pub(super) struct Desk {
    /// What the editor can do.
    pub(super) client: Client,
    /// Where the repository lies, if there is one.
    pub(super) ground: Option<Ground>,
    /// The texts that stand open, by their addresses.
    pub(super) buffers: BTreeMap<String, Buffer>,
    /// The last judgement.
    pub(super) model: Option<Model>,
    /// Why what stands now could not be judged.
    pub(super) refused: Option<Refused>,
}

/// A document of the repository that somebody asks about.
pub(super) struct Asked<'d> {
    /// The document as it reads now.
    pub(super) document: &'d Document,
    /// Its lines.
    pub(super) page: Page<'d>,
    /// The system as it was judged last.
    pub(super) model: &'d Model,
}

impl Asked<'_> {
    /// Returns the document as it was judged last.
    pub(super) fn judged(&self) -> Option<&Document> {
        self.model.sms.document_at(&self.document.path)
    }

    /// Returns the byte of a place.
    pub(super) fn offset(&self, position: Position) -> usize {
        self.page.offset(position)
    }
}

impl Desk {
    /// Returns where files are and how places are counted, if there is a repository.
    pub(super) fn frame(&self) -> Option<Frame<'_>> {
        Some(Frame { ground: self.ground.as_ref()?, encoding: self.client.encoding })
    }

    /// Returns what is being edited.
    pub(super) fn edited(&self) -> Edited {
        let texts = self
            .buffers
            .values()
            .filter_map(|buffer| Some((buffer.path.clone()?, buffer.text.as_bytes().into())));
        texts.collect()
    }

    /// Returns the text of a file that stands open.
    pub(super) fn buffer_of(&self, path: &RepoPath) -> Option<&Buffer> {
        self.buffers.values().find(|buffer| buffer.path.as_ref() == Some(path))
    }

    /// Returns the document that an address names, to answer a question about it; none where nothing
    /// was judged yet, or it is no file of the repository.
    pub(super) fn asked(&self, uri: &Uri) -> Option<Asked<'_>> {
        let model = self.model.as_ref()?;
        let document = match self.buffers.get(uri.as_str()) {
            Some(buffer) => buffer.path.is_some().then_some(&buffer.document)?,
            None => {
                let path = self.ground.as_ref()?.path_of(&file_of(uri)?)?;
                model.sms.document_at(&path)?
            }
        };
        Some(Asked { document, page: self.page_of(document), model })
    }

    /// Returns the documents as they read now, in the order of paths.
    pub(super) fn documents(&self) -> Vec<&Document> {
        let Some(Model { sms, .. }) = &self.model else { return Vec::new() };
        let mut documents: BTreeMap<&RepoPath, &Document> =
            sms.documents.iter().map(|document| (&document.path, document)).collect();
        for buffer in self.buffers.values() {
            let Some(path) = &buffer.path else { continue };
            if path.is_markdown() && path.is_inside(&sms.config.src) {
                documents.insert(path, &buffer.document);
            }
        }
        documents.into_values().collect()
    }

    /// Returns a document as it reads now.
    pub(super) fn as_it_reads<'d>(&'d self, document: &'d Document) -> &'d Document {
        self.buffer_of(&document.path).map_or(document, |buffer| &buffer.document)
    }

    /// Returns the lines of a document.
    pub(super) fn page_of<'d>(&self, document: &'d Document) -> Page<'d> {
        Page::of_document(&document.text, self.client.encoding)
    }

    /// Returns the address of a file: the editor's own where it stands open.
    pub(super) fn uri_of(&self, path: &RepoPath) -> Option<Uri> {
        match self.buffer_of(path) {
            Some(buffer) => Some(buffer.uri.clone()),
            None => self.ground.as_ref()?.uri_of(path),
        }
    }

    /// Returns a place of a document as it reads now.
    pub(super) fn location(&self, document: &Document, span: Span) -> Option<Location> {
        let uri = self.uri_of(&document.path)?;
        Some(Location { uri, range: self.page_of(document).range(span) })
    }

    /// Tells whether a file stands now as it was judged last.
    pub(super) fn is_as_judged(&self, path: &RepoPath) -> bool {
        let judged = self.model.as_ref().and_then(|model| model.sms.text_of(path));
        match self.buffer_of(path) {
            Some(buffer) => judged.is_none_or(|judged| is_same(judged, &buffer.text)),
            None => true,
        }
    }
}

/// Line ends do not count, nor does a byte order mark, which editors keep to themselves. In what was
/// judged of a document they are plain already.
pub(super) fn is_same(judged: &str, text: &str) -> bool {
    let unmarked = |text: &str| text.trim_start_matches('\u{FEFF}').to_owned();
    let plain = |text: &str| unmarked(text).replace("\r\n", "\n");
    judged == text || unmarked(judged) == plain(text) || plain(judged) == plain(text)
}
