use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::signature::allowed_signers::Line;
use crate::signature::{NAMESPACE, OpenPgpKeys};
use crate::sms::Sms;
use crate::source::{RepoPath, listed};

rule!(TR010, "allowed-signers-unsound", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if let Some(keys) = &sms.trust.openpgp {
        check_openpgp(sms, keys, out);
    }
    let Some(signers) = &sms.trust.signers else { return };
    let whole = Place::file(&signers.path);
    if signers.text.is_none() {
        let words = format!(
            "the file of allowed signers, `{}`, is not there or cannot be read",
            signers.path
        );
        out.finding(Place::file(&RepoPath::from(FILE)), words)
            .help("add it to the branch that judges, or take `allowed_signers` out of book.toml");
        return;
    }
    for problem in &signers.problems {
        let words = format!("line {} gives nobody a key: {}", problem.line, problem.words);
        out.finding(Place::span(&signers.path, problem.span), words)
            .help("write it as OpenSSH has it: principals, options, key type, key");
    }
    for line in &signers.lines {
        let place = Place::span(&signers.path, line.span);
        if line.is_authority {
            let words = format!(
                "line {} names a certificate authority; certificates are not accepted",
                line.number
            );
            out.finding(place, words).help("list the key of each person by itself");
        } else if line.gives_nobody() {
            let words = format!(
                "line {} gives nobody a key: each name in it is taken out again behind a `!`",
                line.number
            );
            out.finding(place, words).help("name the one person whose key it is");
        } else if line.is_for(NAMESPACE) && line.wildcards().next().is_some() {
            let patterns = listed(line.wildcards().map(|pattern| format!("`{pattern}`")), "and");
            let words = format!(
                "line {} lists a key for the pattern {patterns}, which does not say who signs with it",
                line.number
            );
            out.finding(place, words).help("name the one person whose key it is");
        } else if let Some((one, other)) = sms.keyring().two_owners(line) {
            let words = format!(
                "line {} lists a key for `{one}`, and it is listed for `{other}` as well, who is not the same person by the role register",
                line.number
            );
            out.finding(place, words).help(ONE_KEY_ONE_PERSON);
        }
    }
    let is_sound = |line: &&Line| {
        !line.is_authority
            && !line.gives_nobody()
            && line.wildcards().next().is_none()
            && line.is_for(NAMESPACE)
            && sms.keyring().two_owners(line).is_none()
    };
    let sound = signers.lines.iter().filter(is_sound).count();
    if sound > 0 {
        let keys = if sound == 1 { "1 key is" } else { &format!("{sound} keys are") };
        out.evidence(whole, format!("{keys} listed for people by name"));
    }
}

const ONE_KEY_ONE_PERSON: &str =
    "give each person a key of their own, or list both names for one person in the role register";

fn check_openpgp(sms: &Sms, keys: &OpenPgpKeys, out: &mut Findings) {
    if keys.text.is_none() {
        let words =
            format!("the file of OpenPGP keys, `{}`, is not there or cannot be read", keys.path);
        out.finding(Place::file(&RepoPath::from(FILE)), words)
            .help("add it to the branch that judges, or take `openpgp_keys` out of book.toml");
        return;
    }
    let whole = || Place::file(&keys.path);
    for problem in &keys.problems {
        out.finding(whole(), format!("`{}`: {problem}", keys.path))
            .help("take the key out, or export it anew from its owner's keyring: `gpg --armor --export ADDRESS`");
    }
    for line in &keys.lines {
        let Some((one, other)) = sms.keyring().two_owners(line) else { continue };
        let words = format!(
            "the key {} is certified for `{one}` and for `{other}`, who are not one person by the role register",
            line.key.fingerprint
        );
        out.finding(whole(), words).help(ONE_KEY_ONE_PERSON);
    }
    let sound = keys.lines.iter().filter(|line| sms.keyring().two_owners(line).is_none());
    match sound.count() {
        0 => {}
        1 => drop(out.evidence(whole(), "1 key of OpenPGP is certified by its owner")),
        many => {
            let words = format!("{many} keys of OpenPGP are certified by their owners");
            out.evidence(whole(), words);
        }
    }
}
