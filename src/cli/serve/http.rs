//! What a browser meets: pages of the preview, for this machine alone.
//!
//! Nothing that is asked for leads to a file: an address is one of the site's or it is none. Whoever
//! names another host than this one is sent away, because a foreign page could have had its own name
//! lead here; and foreign pages cannot take in what is served as if it were theirs.

use super::preview::Preview;
use crate::site::preview::{FOLDER, SCRIPT, STYLE};
use anyhow::{Context as _, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::{future, stream};
use std::convert::Infallible;
use std::net::{Ipv4Addr, TcpListener};
use std::pin::pin;
use std::sync::Arc;

/// The port, where none is asked for. The number of a standard is easy to keep in mind.
const PORT: u16 = 20_000;

/// So many ports after it are tried.
const TRIED: u16 = 100;

/// Opens a port of this machine's own address: the one asked for, else the first that is free.
///
/// # Errors
/// When there is none.
pub(super) fn listener(asked: Option<u16>) -> anyhow::Result<TcpListener> {
    let open = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = asked {
        return open(port).with_context(|| format!("cannot use port {port} of this machine"));
    }
    let mut free = (PORT..PORT + TRIED).filter_map(|port| open(port).ok());
    let Some(listener) = free.next() else {
        bail!("none of the ports {PORT} to {} is free; name one with `--port`", PORT + TRIED - 1);
    };
    Ok(listener)
}

#[derive(Clone)]
struct Server {
    preview: Arc<Preview>,
    port: u16,
}

/// Serves until the user ends it.
///
/// # Errors
/// When the system lets nothing be served.
pub(super) fn serve(listener: TcpListener, preview: &Arc<Preview>) -> anyhow::Result<()> {
    let server = Server { preview: Arc::clone(preview), port: listener.local_addr()?.port() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let router = Router::new().fallback(respond).with_state(server);
        let served = pin!(axum::serve(listener, router).into_future());
        let ended = pin!(tokio::signal::ctrl_c());
        match future::select(served, ended).await {
            future::Either::Left((served, _)) => served.context("cannot serve"),
            future::Either::Right((ended, _)) => ended.context("cannot wait for Ctrl-C"),
        }
    })
}

async fn respond(State(server): State<Server>, request: Request) -> Response {
    let mut response = match refusal(&request, server.port) {
        Some(refused) => refused.into_response(),
        None => answer(&server.preview, request.uri().clone()).await,
    };
    let is_no_look = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    let headers = response.headers_mut();
    if is_no_look {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// Says why a request gets no answer, if it gets none.
fn refusal(request: &Request, port: u16) -> Option<(StatusCode, &'static str)> {
    if !is_for_here(request, port) {
        let why =
            "This is the preview of somebody who writes documents; ask for it as localhost.\n";
        return Some((StatusCode::FORBIDDEN, why));
    }
    if is_from_elsewhere(request.headers()) {
        let why = "A page of another site asked for this; open it yourself.\n";
        return Some((StatusCode::FORBIDDEN, why));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let why = "The preview can be looked at, and nothing else.\n";
        return Some((StatusCode::METHOD_NOT_ALLOWED, why));
    }
    None
}

/// Tells whether a request names this machine by a name that nobody else can have.
fn is_for_here(request: &Request, port: u16) -> bool {
    let is_ours = |named: &str| {
        let (name, own) = match named.rsplit_once(':') {
            Some((name, number)) if number.parse() == Ok(port) => (name, true),
            _ => (named, port == 80),
        };
        own && ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
    };
    let mut named = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (named.next(), named.next()) else { return false };
    host.to_str().is_ok_and(is_ours)
        && request.uri().authority().is_none_or(|authority| is_ours(authority.as_str()))
}

/// Tells whether a browser says that another site's page asks, other than by leading here.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let leads_here =
        said("sec-fetch-mode") == Some("navigate") && said("sec-fetch-dest") == Some("document");
    !leads_here
        && said("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

async fn answer(preview: &Preview, asked: Uri) -> Response {
    let address = match asked.path().trim_start_matches('/') {
        "" => "index.html",
        address => address,
    };
    match address.strip_prefix(FOLDER) {
        // Browsers ask for it by themselves.
        None if address == "favicon.ico" => StatusCode::NO_CONTENT.into_response(),
        Some("news") => news(preview),
        Some("preview.css") => of_kind(StatusCode::OK, "css", STYLE),
        Some("preview.js") => of_kind(StatusCode::OK, "js", SCRIPT),
        _ => page(preview, address).await,
    }
}

async fn page(preview: &Preview, address: &str) -> Response {
    let Some(answer) = preview.page(address).await else {
        let why =
            "The page cannot be shown, which is a bug of clausebook; the terminal says more.\n";
        return (StatusCode::INTERNAL_SERVER_ERROR, why).into_response();
    };
    // Once the next version is in force, or taken back, the page of the document shows the file.
    if !answer.is_there
        && let Some(document) = address.strip_prefix("next/")
    {
        let there = format!("documents/{document}");
        if preview.page(&there).await.is_some_and(|answer| answer.is_there) {
            let there = [(header::LOCATION, format!("/{there}"))];
            return (StatusCode::TEMPORARY_REDIRECT, there).into_response();
        }
    }
    let status = if answer.is_there { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let name = if answer.page.path.is_empty() { "html" } else { &answer.page.path };
    let extension = name.rsplit('.').next().unwrap_or_default().to_owned();
    of_kind(status, &extension, answer.page.bytes)
}

fn of_kind(status: StatusCode, extension: &str, bytes: impl Into<Body>) -> Response {
    let kind = match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "ics" => "text/calendar; charset=utf-8",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => "text/plain; charset=utf-8",
    };
    (status, [(header::CONTENT_TYPE, kind)], bytes.into()).into_response()
}

/// Tells the name of this moment, and that of each to come.
fn news(preview: &Preview) -> Response {
    let moments = stream::unfold((preview.news(), true), |(mut moments, is_first)| async move {
        if !is_first {
            moments.changed().await.ok()?;
        }
        let moment = moments.borrow_and_update().clone();
        Some((Ok::<_, Infallible>(Event::default().data(moment)), (moments, false)))
    });
    Sse::new(moments).keep_alive(KeepAlive::default()).into_response()
}
