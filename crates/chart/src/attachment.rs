//! What others make of files and attach to them, so that it stays as long as the file does: an engine the trees that a
//! template is parsed to.

use super::{Chart, File};
use rustc_hash::FxHashMap;
use std::any::Any;
use std::sync::{Arc, OnceLock};

/// A place for one thing, of whatever type who comes first wants.
#[derive(Debug, Default)]
pub struct Attachment(OnceLock<Arc<dyn Any + Send + Sync>>);

impl Attachment {
    /// The thing, made when it is first asked for. Where one of another type is there already, a new one each time.
    pub fn get<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let thing = self.0.get_or_init(|| Arc::new(T::default()));
        Arc::clone(thing).downcast().unwrap_or_default()
    }
}

/// The attachments that templates have in common, those of a load or of several charts, where they may have the same
/// contents: by what is known of them before they are read, base name and size.
#[derive(Debug, Default)]
pub struct SharedAttachments(FxHashMap<(Box<str>, usize), Arc<Attachment>>);

impl SharedAttachments {
    pub(super) fn add(&mut self, file: &mut File) {
        let base = file.name().rsplit('/').next().unwrap_or_default();
        let attachment = self.0.entry((base.into(), file.size())).or_default();
        file.shared_attachment = Some(Arc::clone(attachment));
    }

    /// Forgets what no template of a chart that is still there may need.
    pub fn forget_unshared(&mut self) {
        self.0.retain(|_, shared| Arc::strong_count(shared) > 1);
    }
}

impl Chart {
    /// Lets the templates of this chart and its dependencies have attachments in common with those of other charts that
    /// were given the same `shared`. Do it before they are parsed, and before anybody else has them.
    pub fn share_attachments(&mut self, shared: &mut SharedAttachments) {
        let templates = self.templates.iter_mut().filter_map(Arc::get_mut);
        templates.for_each(|file| shared.add(file));
        let dependencies = self.dependencies.iter_mut();
        dependencies.for_each(|dependency| dependency.share_attachments(shared));
    }
}

impl File {
    /// What is attached to this file alone.
    pub fn attachment(&self) -> &Attachment {
        &self.attachment
    }

    /// What is attached to all files that may have the same contents, if there are others.
    pub fn shared_attachment(&self) -> Option<&Attachment> {
        let shared = self.shared_attachment.as_ref();
        let shared = shared.filter(|shared| Arc::strong_count(shared) > 1);
        shared.map(AsRef::as_ref)
    }
}
