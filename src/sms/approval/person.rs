//! Whether two identities are one person's.

use crate::document::name::{are_one_name, as_read};
use crate::repo::object::Person;
use crate::sms::roles::Roles;
use crate::source::is_unprintable;

/// Tells whether two identities are one person's, as far as can be seen: the register says so, the
/// mailbox is the same (`bo+git@` is `bo@`), or the full name is, or the second once called the
/// address of the first his own, unless the register knows two people. It is only ever asked
/// against an approval: of an author, and of somebody who acted.
pub(super) fn is_same_person(roles: &Roles, a: &Person, b: &Person) -> bool {
    // One word is as often a machine, a role or a placeholder as a name.
    let is_full = |name: &str| name.split_whitespace().nth(1).is_some();
    let has_one_name = || is_full(&a.name) && are_one_name(&a.name, &b.name);
    roles.are_one_person(&a.email, &b.email)
        || !roles.are_two_people(&a.email, &b.email)
            && (share_mailbox(&a.email, &b.email)
                || has_one_name()
                || roles.has_claimed(&b.email, &a.email))
}

/// Tells whether two addresses are those of one mailbox: `bo+git@` is `bo@`.
pub(super) fn share_mailbox(a: &str, b: &str) -> bool {
    fn lower(text: &str) -> impl Iterator<Item = char> {
        text.chars().flat_map(char::to_lowercase)
    }
    // What Git leaves out around an address is none of it, and neither is what nobody sees.
    fn is_around(c: char) -> bool {
        c.is_whitespace() || ".,:;<>\"\\'".contains(c) || is_unprintable(c)
    }
    fn mailbox(email: &str) -> impl Iterator<Item = char> {
        let email = email.trim_matches(is_around);
        let (user, host) = email.split_at(email.find('@').unwrap_or(email.len()));
        let (user, _) =
            user.split_at(user.find('+').filter(|_| !host.is_empty()).unwrap_or(user.len()));
        lower(user).chain(lower(host)).filter(|c| *c != '"' && !is_unprintable(*c))
    }
    // In other alphabets one letter may be composed of several, and others look like it.
    let are_read_alike = || !(a.is_ascii() && b.is_ascii()) && as_read(a) == as_read(b);
    !a.is_empty() && (mailbox(a).eq(mailbox(b)) || are_read_alike())
}

/// Identities are raw e-mail addresses; only their case does not matter.
pub(super) fn is_by(person: &Person, by: &str) -> bool {
    !person.email.is_empty() && person.email.eq_ignore_ascii_case(by)
}
