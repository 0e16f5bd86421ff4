//! How many threads share the work: as many as there are processors, unless `RAYON_NUM_THREADS` says
//! otherwise. A number that no machine has would be waited for, not worked with.

use super::terminal::environment;

/// More than any machine makes use of here.
const MOST: usize = 256;

/// Sees to it that the work is not shared by too many.
pub(super) fn limit() {
    let asked = environment("RAYON_NUM_THREADS").and_then(|asked| asked.trim().parse().ok());
    if asked.is_some_and(|asked: u128| asked > MOST as u128) {
        // Nothing has been shared yet, so this is the first word on it.
        let _first = rayon::ThreadPoolBuilder::new().num_threads(MOST).build_global();
    }
}
