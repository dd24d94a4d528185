//! Random numbers out of the world's random bytes.

use gostd::world::World;

/// A number below `count`, each as likely as any other; 0 where `count` is 0.
pub(crate) fn below(world: &dyn World, count: u64) -> u64 {
    if count == 0 {
        return 0;
    }
    // Numbers past the last full round of `count` would favour the small ones.
    let last = u64::MAX - u64::MAX % count;
    loop {
        let mut bytes = [0; 8];
        world.random(&mut bytes);
        let number = u64::from_le_bytes(bytes);
        // A world that gives the same bytes for ever must not hang the render.
        if number < last || bytes == [0xff; 8] {
            return number % count;
        }
    }
}
