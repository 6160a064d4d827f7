//! The one note on a merge request of GitLab's.

use super::github::Upserted;
use crate::http::{Call, HttpError, Limits, Method, Service};
use crate::model::{Commit, Secret};
use crate::wire::github::{Marker, same};
use crate::wire::gitlab::{
    DecodeError, Note, Project, decode_merge_request, decode_note, decode_notes, decode_user, note_body,
};
use std::ops::ControlFlow;

const USER: &str = "/user";
const MERGE_REQUEST: &str = "/projects/:id/merge_requests/:iid";
const NOTES: &str = "/projects/:id/merge_requests/:iid/notes";
const NOTE: &str = "/projects/:id/merge_requests/:iid/notes/:note_id";
/// Pages that a list of notes may have.
const PAGES: usize = 200;

/// Why a note could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// A call was not answered with success.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// An answer that cannot be understood.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// Writes notes in one project: only what this token's account wrote is ever changed.
#[derive(Debug)]
pub struct Notes {
    project: Project,
    service: Service,
}

impl Notes {
    /// A writer with this token, which is sent nowhere but below the API's URL.
    ///
    /// # Errors
    /// When the URL is no plain `https` one, or the token fits no header.
    pub fn new(project: Project, token: &Secret, limits: Limits) -> Result<Self, HttpError> {
        let service = Service::new(&project.api, Some(token), "application/json", limits)?;
        Ok(Self { project, service })
    }

    /// Makes the note with this marker say `text`. It is found by the marker *and* its author; other people's notes stay as
    /// they are, whatever they say (threat A4). A run whose `head` is the merge request's no longer gives way.
    ///
    /// # Errors
    /// When GitLab cannot be asked or refuses. What was asked may have come about: run again, which looks first.
    pub async fn upsert(
        &self,
        number: u64,
        marker: &Marker,
        head: &Commit,
        text: &str,
    ) -> Result<Upserted, NoteError> {
        let text = marker.mark(text);
        let ours = self.ours(number, marker).await?;
        let asked = Call::new(Method::Get, MERGE_REQUEST, self.project.merge_request(number));
        let now = decode_merge_request(&self.service.send(&asked).await?.body)?.head;
        if now != *head {
            return Ok(Upserted::GaveWay(now));
        }
        let notes = self.project.notes(number);
        match ours.first() {
            Some(note) if same(&note.body, &text) => Ok(Upserted::Unchanged(note.id)),
            Some(note) => {
                let change = Call::new(Method::Put, NOTE, format!("{notes}/{}", note.id));
                self.service.send(&change.body(&note_body(&text))).await?;
                Ok(Upserted::Updated(note.id))
            }
            None => {
                let new = Call::new(Method::Post, NOTES, notes).body(&note_body(&text));
                Ok(Upserted::Created(decode_note(&self.service.send(&new).await?.body)?.id))
            }
        }
    }

    /// Our notes with this marker, the oldest first.
    async fn ours(&self, number: u64, marker: &Marker) -> Result<Vec<Note>, NoteError> {
        let answer = self.service.send(&Call::new(Method::Get, USER, USER)).await?;
        let us = decode_user(&answer.body)?;
        let first = format!("{}?sort=asc&order_by=created_at&per_page=100", self.project.notes(number));
        let mut ours = Vec::new();
        let pages = self.service.pages(Call::new(Method::Get, NOTES, first), PAGES, |body| {
            let notes = decode_notes(body)?.into_iter();
            ours.extend(notes.filter(|note| !note.system && note.author == us && marker.marks(&note.body)));
            Ok::<_, NoteError>(ControlFlow::Continue(()))
        });
        pages.await?;
        ours.sort_by_key(|note| note.id);
        Ok(ours)
    }
}
