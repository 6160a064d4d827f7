//! The profile that somebody wrote of the model service: true, and as long as its author had patience.

use super::random::Random;
use super::server::{Filters, Manner, Shows};
use rolewright::model::{
    CreateAnswer, DeleteEffect, MemberValue, Members, Paging, Profile, UpdateAnswer, UpdateMethod,
};

/// Draws what is known of a service; in half of the scenarios nothing but what has to be.
pub(crate) fn drawn(random: &mut Random, manner: &Manner) -> Profile {
    let mut profile = Profile {
        // Without it nobody would be found in any group.
        member_value: manner.names_members.then_some(MemberValue::UserName),
        paging: manner.cursor.then_some(Paging::Cursor),
        ..Profile::default()
    };
    if random.chance(50) {
        return profile;
    }
    let method = if manner.takes_patch { UpdateMethod::Patch } else { UpdateMethod::Put };
    let mut known = |likely| random.chance(likely);
    profile.update = known(70).then_some(method);
    profile.group_update = known(70).then_some(method);
    // What a service finds that is behind with its reads is not the truth.
    if known(70) && manner.filters == Filters::Work && manner.lag.is_zero() {
        profile.filters = ["displayName", "externalId", "userName"].map(str::to_owned).to_vec();
    }
    let (create, update) = match manner.answers_whole {
        true => (CreateAnswer::Whole, UpdateAnswer::Whole),
        false => (CreateAnswer::Id, UpdateAnswer::None),
    };
    profile.create_answer = known(70).then_some(create);
    profile.update_answer = known(70).then_some(update);
    let delete = if manner.soft_delete { DeleteEffect::Deactivates } else { DeleteEffect::Removes };
    profile.delete = known(70).then_some(delete);
    profile.members = match manner.members {
        Shows::Everywhere => Some(Members::Shown),
        Shows::Nowhere => Some(Members::Hidden),
        Shows::ListsOnly => None,
    };
    profile.members_per_request = known(70).then_some(manner.members_at_once as u32);
    profile
}
