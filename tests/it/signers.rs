//! Signatures and allowed signers, held against OpenSSH itself: `ssh-keygen -Y` is the judge.
//!
//! The cases come from a seeded loop, so they are the same on every machine; only the keys are
//! made anew. Where this program deliberately says less than OpenSSH, the case says so.

use clausebook::signature::{AllowedSigners, Key, Seal, Signed, Soundness};
use clausebook::source::RepoPath;
use clausebook::story::{Story, build, replay};
use ssh_key::private::Ed25519Keypair;
use ssh_key::public::{KeyData, SkEd25519};
use ssh_key::sha2::{Digest as _, Sha256};
use ssh_key::{
    Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SigningKey, SshSig,
};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs ssh-keygen in a folder, in UTC, with something to read.
#[expect(clippy::disallowed_methods, reason = "OpenSSH itself is the judge")]
fn keygen(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut child = Command::new("ssh-keygen")
        .args(arguments)
        .current_dir(folder)
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ssh-keygen is needed here (package openssh-client); scripts/test installs it");
    // It may have ended already, and then wants nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

pub(crate) fn make_key(folder: &Path, name: &str, arguments: &[&str]) -> Key {
    let all = [&["-q", "-N", "", "-C", name, "-f", name], arguments].concat();
    let made = keygen(folder, &all, b"");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Key::parse(&std::fs::read_to_string(folder.join(format!("{name}.pub"))).unwrap()).unwrap()
}

/// Signs `payload` and returns it as a raw tag, which ends with its signature.
fn signed_tag(folder: &Path, key: &str, namespace: &str, hash: &str, payload: &str) -> Vec<u8> {
    let hash = format!("hashalg={hash}");
    let arguments = ["-q", "-Y", "sign", "-f", key, "-n", namespace, "-O", &hash];
    let signed = keygen(folder, &arguments, payload.as_bytes());
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    [payload.as_bytes(), &signed.stdout].concat()
}

fn seal(raw: &[u8]) -> Seal {
    Signed::of_tag(raw).unwrap().seal(None)
}

#[test]
fn signatures_of_every_kind_of_key_hold_or_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, kind, bits) in [
        ("ed25519", "ed25519", "256"),
        ("p256", "ecdsa", "256"),
        ("p384", "ecdsa", "384"),
        ("p521", "ecdsa", "521"),
        ("rsa", "rsa", "2048"),
    ] {
        let key = make_key(folder, name, &["-t", kind, "-b", bits]);
        let shown = keygen(folder, &["-l", "-f", name], b"");
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains(&key.fingerprint), "{shown}");
        for (round, hash) in ["sha256", "sha512", "sha512", "sha512"].into_iter().enumerate() {
            let payload = format!("object x\n\nRound {round} of {name}\n");
            let raw = signed_tag(folder, name, "git", hash, &payload);
            let of_this = seal(&raw);
            assert_eq!(of_this.soundness, Soundness::Sound, "{name} {hash}");
            assert_eq!(of_this.key.as_ref(), Some(&key), "{name} {hash}");
            let text = String::from_utf8(raw).unwrap();
            let tampered = seal(text.replace("Round", "Bound").as_bytes());
            assert!(matches!(tampered.soundness, Soundness::Broken(_)), "{name} {hash}");
        }
        let for_files = seal(&signed_tag(folder, name, "file", "sha512", "x\n"));
        assert!(matches!(for_files.soundness, Soundness::Broken(_)), "{name}");
    }
}

#[test]
fn what_is_weak_or_certified_is_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let why = |raw: &[u8]| match seal(raw).soundness {
        Soundness::Unchecked(why) => why,
        other => panic!("{other:?}"),
    };
    make_key(folder, "short", &["-t", "rsa", "-b", "1024"]);
    let short = signed_tag(folder, "short", "git", "sha512", "x\n");
    assert_eq!(why(&short), "it is signed with an RSA key of 1024 bits, which is too weak");
    make_key(folder, "ca", &["-t", "ed25519"]);
    make_key(folder, "bo", &["-t", "ed25519"]);
    let certified = keygen(folder, &["-q", "-s", "ca", "-I", "bo", "-n", "bo", "bo.pub"], b"");
    assert!(certified.status.success());
    let by_certificate = signed_tag(folder, "bo-cert.pub", "git", "sha512", "x\n");
    assert_eq!(
        why(&by_certificate),
        "it is signed with a certificate; certificates are not accepted"
    );
}

/// Signs as a security key would, whose private half this is not.
fn signed_with_security_key(payload: &str) -> (Vec<u8>, String) {
    fn raw<S: SigningKey>(key: &S, message: &[u8]) -> Signature {
        key.try_sign(message).unwrap()
    }
    let pair = Ed25519Keypair::from_seed(&[7; 32]);
    let key = KeyData::SkEd25519(SkEd25519::new(pair.public, "ssh:"));
    let message = SshSig::signed_data("git", HashAlg::Sha512, payload.as_bytes()).unwrap();
    let touched_and_counted = [1, 0, 0, 0, 9];
    let application: &[u8] = &Sha256::digest("ssh:");
    let signed = [application, &touched_and_counted, &Sha256::digest(&message)].concat();
    let signature = raw(&PrivateKey::from(pair), &signed);
    let data = [signature.as_bytes(), &touched_and_counted].concat();
    let signature = Signature::new(Algorithm::SkEd25519, data).unwrap();
    let armor = SshSig::new(key.clone(), "git", HashAlg::Sha512, signature).unwrap();
    let armor = armor.to_pem(LineEnding::LF).unwrap();
    let key = PublicKey::from(key).to_openssh().unwrap();
    ([payload.as_bytes(), armor.as_bytes()].concat(), key)
}

#[test]
fn signatures_of_security_keys_hold() {
    let folder = tempfile::tempdir().unwrap();
    let payload = "object x\n\nTouched\n";
    let (raw, key) = signed_with_security_key(payload);
    let of_this = seal(&raw);
    assert_eq!(of_this.soundness, Soundness::Sound);
    assert_eq!(of_this.key, Key::parse(&key));
    std::fs::write(folder.path().join("signature"), &raw[payload.len()..]).unwrap();
    std::fs::write(folder.path().join("signers"), format!("bo {key}\n")).unwrap();
    let verify = ["-Y", "verify", "-I", "bo", "-f", "signers", "-n", "git", "-s", "signature"];
    assert!(keygen(folder.path(), &verify, payload.as_bytes()).status.success());
    assert!(!keygen(folder.path(), &verify, b"other").status.success());
}

/// A small generator of numbers, the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

const PEOPLE: [&str; 7] = [
    "bo@example.org",
    "ana@example.org",
    "BO@example.org",
    "bo@sub.example.org",
    "bob@example.org",
    "b",
    "eve@evil.example",
];

const PATTERNS: [&str; 18] = [
    "bo@example.org",
    "bo@example.org",
    "ana@example.org",
    "*@example.org",
    "!bo@example.org",
    "!ana@*",
    "b?@example.org",
    "b??@example.org",
    "*",
    "!*@evil.example",
    "*o@*.org",
    "**b*",
    "?",
    "bo@*",
    "!b?@example.org",
    "eve@evil.example",
    "bo@*.example.org",
    "",
];

const TIMES: [&str; 9] = [
    "20260501",
    "20260501Z",
    "20260501z",
    "20260501UTC",
    "202605010000",
    "202605011200Z",
    "20260501120000",
    "20260501115959Z",
    "20260502000000utc",
];

const NAMESPACES: [&str; 8] = ["git", "file,git", "file", "*", "!git,*", "g*", "git,!file", "GIT"];

/// Returns one line, now and then a malformed one.
fn line(dice: &mut Dice, keys: &[Key]) -> String {
    if dice.chance(12) {
        return dice.one_of(&["# bo@example.org is Bo", "", "   \t", "bo@example.org"]).to_owned();
    }
    let patterns: Vec<&str> = (0..=dice.below(3)).map(|_| dice.one_of(&PATTERNS)).collect();
    let mut principals = patterns.join(",");
    if principals.is_empty() || dice.chance(6) {
        principals = format!("\"{principals}\"");
    }
    let mut options: Vec<String> = Vec::new();
    if dice.chance(3) {
        let name = dice.one_of(&["namespaces", "Namespaces", "namespaces", "namespace"]);
        options.push(format!("{name}=\"{}\"", dice.one_of(&NAMESPACES)));
    }
    for name in ["valid-after", "valid-before"] {
        if dice.chance(3) {
            options.push(format!("{name}=\"{}\"", dice.one_of(&TIMES)));
        }
    }
    if dice.chance(10) {
        options.push(dice.one_of(&["cert-authority", "CERT-AUTHORITY", "cert-authority=1"]).into());
    }
    if dice.chance(25) {
        let odd = [
            "no-touch-required",
            "valid-after=\"2026-05-01\"",
            "valid-before=20260501",
            "namespaces=\"git",
            "namespaces=\"git\"x",
            "namespaces=\"a\\\"b\"",
            "valid-before=\"20269901\"",
        ];
        options.push(dice.one_of(&odd).to_owned());
    }
    if dice.chance(2) {
        options.reverse();
    }
    let mut options = options.join(",");
    if dice.chance(40) {
        options.push(',');
    }
    let mut key = keys[dice.below(keys.len())].text.clone();
    if dice.chance(30) {
        key.truncate(key.len() - 9);
    }
    let blank = dice.one_of(&[" ", " ", "\t", "  "]);
    let end = dice.one_of(&["", " a comment", "\r", " "]);
    let lead = dice.one_of(&["", "", "", " "]);
    match options.is_empty() {
        true => format!("{lead}{principals}{blank}{key}{end}"),
        false => format!("{lead}{principals}{blank}{options}{blank}{key}{end}"),
    }
}

/// The time to verify at, as OpenSSH takes it and in seconds.
fn moment(dice: &mut Dice) -> (String, i64) {
    // Noon of 2026-05-01 in UTC, and the edges around it and around midnight.
    let noon = 1_777_636_800;
    let half_a_day = 43_200;
    let base = [noon, noon - half_a_day, noon + half_a_day][dice.below(3)];
    let seconds = base + i64::try_from(dice.below(5)).unwrap() - 2;
    let (day, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let day = clausebook::source::Date::of_seconds(day * 86_400, 0).unwrap().to_string();
    let (hours, minutes, rest) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    (format!("{}{hours:02}{minutes:02}{rest:02}Z", day.replace('-', "")), seconds)
}

#[test]
fn the_list_is_read_as_openssh_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let keys = ["first", "second"].map(|name| make_key(folder, name, &["-t", "ed25519"]));
    let payload = "What is signed.\n";
    let raw = signed_tag(folder, "first", "git", "sha512", payload);
    std::fs::write(folder.join("signature"), &raw[payload.len()..]).unwrap();
    let mut dice = Dice(20_260_501);
    let (mut allowed, mut refused) = (0, 0);
    for case in 0..400 {
        let lines: Vec<String> = (0..=dice.below(3)).map(|_| line(&mut dice, &keys)).collect();
        let text = lines.join("\n");
        std::fs::write(folder.join("signers"), &text).unwrap();
        let signers = AllowedSigners::parse(RepoPath::from("signers"), &text);
        let person = dice.one_of(&PEOPLE);
        let (time, seconds) = moment(&mut dice);
        let time = format!("verify-time={time}");
        let told = format!("case {case}: {person} at {time} in\n{text}\n{:?}", signers.problems);

        let common = ["-f", "signers", "-n", "git", "-s", "signature", "-O", &time];
        let verified = keygen(
            folder,
            &[&["-Y", "verify", "-I", person], &common[..]].concat(),
            payload.as_bytes(),
        );
        let said = String::from_utf8_lossy(&verified.stderr).into_owned();
        let ours = signers.allow(&keys[0], person, "git", seconds);
        assert_eq!(ours, verified.status.success(), "{told}\n{said}");
        if ours {
            allowed += 1;
        } else {
            refused += 1;
        }

        let find = ["-Y", "find-principals", "-f", "signers", "-s", "signature", "-O", &time];
        let found = keygen(folder, &find, b"");
        let theirs = String::from_utf8_lossy(&found.stdout).into_owned();
        let theirs: Vec<&str> = theirs.lines().collect();
        let ours = signers.lines_of(&keys[0]).find(|line| line.holds_at(seconds));
        let ours = ours.map(|line| line.principals.as_str()).unwrap_or_default();
        // OpenSSH prints them up to the first that is empty.
        let ours: Vec<&str> = ours.split(',').take_while(|word| !word.is_empty()).collect();
        assert_eq!(ours, theirs, "{told}\nfind-principals");
    }
    // The loop would prove nothing if it met one answer only.
    assert!(allowed > 40 && refused > 100, "{allowed} allowed, {refused} refused");
}

/// Asks Git, with a list of allowed signers and nothing of the person at the machine.
#[expect(clippy::disallowed_methods, reason = "Git itself is the judge")]
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let ran = Command::new("git")
        .args(["-c", "gpg.format=ssh", "-c", "gpg.ssh.allowedSignersFile=allowed_signers"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git is needed here; scripts/test installs it");
    ran.status.success()
}

#[test]
fn git_believes_the_signatures_of_stories() {
    let text = "```signers allowed_signers\nbo@example.org {bo}\n```\n\
        # commit 2026-03-02 Bo <bo@example.org>: Approve\n- signed: bo\n```md a.md\na\n```\n\
        # tag good 2026-03-02 Bo <bo@example.org>: In force\n- signed: bo\n\
        # commit 2026-03-03 Bo <bo@example.org>: Of others\n- signed: ana\n```md a.md\nb\n```\n\
        # tag broken 2026-03-03 Bo <bo@example.org>: Not in force\n- signed: bo over other content\n";
    let recording = replay(&Story::parse(text).unwrap(), &|_| None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    build(&recording, folder.path()).unwrap();
    assert!(git(folder.path(), &["verify-commit", "HEAD~1"]));
    assert!(git(folder.path(), &["verify-tag", "good"]));
    assert!(!git(folder.path(), &["verify-commit", "HEAD"]));
    assert!(!git(folder.path(), &["verify-tag", "broken"]));
}

#[test]
fn no_bytes_make_it_panic() {
    let list = "bo@example.org,!ä \"x\" namespaces=\"g\\\"i,t\",valid-after=\"20260501Z\",cert-authority ssh-ed25519 AAAA é\n# x\n\r\n";
    let (tag, _) = signed_with_security_key("object x\n\nText\n");
    let commit = b"tree x\ngpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----\n\nText\n";
    for (at, _) in list.char_indices() {
        let (before, after) = list.split_at(at);
        for text in [before, after, &format!("{after}{before}"), &format!("{before}\"{after}")] {
            AllowedSigners::parse(RepoPath::from("signers"), text);
        }
    }
    let looked_at = |raw: &[u8]| {
        for signed in [Signed::of_tag(raw), Signed::of_commit(raw)].into_iter().flatten() {
            signed.seal(None);
        }
    };
    for raw in [&tag[..], &commit[..]] {
        for at in 0..raw.len() {
            looked_at(&raw[..at]);
            looked_at(&raw[at..]);
            looked_at(&[&raw[..at], b"\xFF", &raw[at..]].concat());
        }
    }
}

#[test]
fn where_openssh_is_lenient_a_line_is_a_problem() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFRKf/rhq8HaX19gHuq17UQSmpLR+p1oIJS1I2waFh5J";
    let problem = |line: String| {
        let signers = AllowedSigners::parse(RepoPath::from("signers"), &line);
        assert!(signers.lines.is_empty(), "{line}");
        signers.problems.into_iter().next().map(|problem| problem.words).unwrap_or_default()
    };
    // A day that does not exist is rolled over by OpenSSH into one that does.
    assert!(problem(format!("bo valid-before=\"20260230\" {key}")).contains("20260230"));
    assert!(problem(format!("bo valid-after=\"20260501246000Z\" {key}")).contains("was expected"));
    assert_eq!(problem("bo".to_owned()), "it holds principals and no key");
    assert_eq!(
        problem(format!("bo {key}").replace("ed25519 ", "ed25518 ")),
        "there is no key that can be read"
    );
    assert_eq!(
        problem(format!("bo touch {key}")),
        "`touch` is neither an option nor a key that can be read"
    );
    assert_eq!(
        problem(format!("bo valid-after=\"20260502\",valid-before=\"20260501\" {key}")),
        "`valid-before` is not after `valid-after`"
    );
    // Git takes the mark for a part of the name, so the key would be that of nobody.
    assert!(problem(format!("\u{FEFF}bo {key}")).contains("byte order mark"));
    // A time without a zone is UTC wherever the program runs.
    let text = format!("bo valid-after=\"20260501\" {key}");
    let signers = AllowedSigners::parse(RepoPath::from("signers"), &text);
    assert_eq!(signers.lines[0].valid_after, Some(1_777_593_600));
}
