//! The data of a club of some hundreds: rows as an API of that time gave them, made up anew for each answer and really serialized.

use serde::Serialize;

const USERS: u32 = 300;
const CHANNELS: u32 = 250;
const STAMPS: u32 = 250;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    user_id: String,
    name: String,
    display_name: String,
    icon_file_id: String,
    bot: bool,
    twitter_id: String,
    last_online: String,
    is_online: bool,
    suspended: bool,
    account_status: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Channel {
    channel_id: String,
    name: String,
    parent: String,
    children: Vec<String>,
    member: Vec<String>,
    visibility: bool,
    force: bool,
    private: bool,
    dm: bool,
    topic: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stamp {
    id: String,
    name: String,
    creator_id: String,
    file_id: String,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    message_id: String,
    user_id: String,
    parent_channel_id: String,
    content: String,
    created_at: String,
    updated_at: String,
    pin: bool,
    stamp_list: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    group_id: String,
    name: String,
    description: String,
    r#type: String,
    admin_user_id: String,
    members: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unread {
    channel_id: String,
    unread: u32,
    noticeable: bool,
    since: String,
}

/// The member who asks.
pub(super) fn me(name: &str) -> User {
    User { name: name.to_owned(), display_name: name.to_owned(), is_online: true, ..user(0) }
}

pub(super) fn users() -> Vec<User> {
    (0..USERS).map(user).collect()
}

fn user(number: u32) -> User {
    User {
        user_id: id("user", number),
        name: format!("member-{number:03}"),
        display_name: format!("Member {number} of the club"),
        icon_file_id: id("icon", number),
        bot: number % 20 == 19,
        twitter_id: format!("member_{number:03}"),
        last_online: time(number),
        is_online: number.is_multiple_of(7),
        suspended: false,
        account_status: 1,
    }
}

pub(super) fn channels() -> Vec<Channel> {
    let channel = |number: u32| Channel {
        channel_id: id("channel", number),
        name: format!("channel-{number:03}"),
        parent: if number < 10 { String::new() } else { id("channel", number / 10) },
        children: (0..u32::from(number < 10) * 3).map(|child| id("channel", number * 10 + child)).collect(),
        member: Vec::new(),
        visibility: true,
        force: number == 0,
        private: false,
        dm: false,
        topic: format!("What belongs into the channel with the number {number}"),
    };
    (0..CHANNELS).map(channel).collect()
}

pub(super) fn stamps() -> Vec<Stamp> {
    let stamp = |number: u32| Stamp {
        id: id("stamp", number),
        name: format!("stamp_{number:03}"),
        creator_id: id("user", number % USERS),
        file_id: id("file", number),
        created_at: time(number),
        updated_at: time(number + 1),
    };
    (0..STAMPS).map(stamp).collect()
}

pub(super) fn messages() -> Vec<Message> {
    let message = |number: u32| Message {
        message_id: id("message", number),
        user_id: id("user", number * 7 % USERS),
        parent_channel_id: id("channel", number * 3 % CHANNELS),
        content: format!("Something that a member said, the {number}th today, and a few words more than that"),
        created_at: time(number),
        updated_at: time(number),
        pin: false,
        stamp_list: Vec::new(),
    };
    (0..50).map(message).collect()
}

pub(super) fn groups() -> Vec<Group> {
    let group = |number: u32| Group {
        group_id: id("group", number),
        name: format!("group-{number:02}"),
        description: String::new(),
        r#type: "grade".into(),
        admin_user_id: id("user", number),
        members: (0..10).map(|member| id("user", number * 10 + member)).collect(),
    };
    (0..30).map(group).collect()
}

pub(super) fn unread() -> Vec<Unread> {
    let unread = |number: u32| Unread {
        channel_id: id("channel", number),
        unread: number % 5 + 1,
        noticeable: number.is_multiple_of(4),
        since: time(number),
    };
    (0..40).map(unread).collect()
}

/// Identifiers of channels, for lists of favourites and the like.
pub(super) fn some_channels(many: u32) -> Vec<String> {
    (0..many).map(|number| id("channel", number * 11 % CHANNELS)).collect()
}

/// In the form of a UUID; the same for the same kind and number.
pub(super) fn id(kind: &str, number: u32) -> String {
    let kind = kind.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("{kind:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", number & 0xffff, number & 0xfff, kind & 0xfff, number)
}

pub(super) fn time(number: u32) -> String {
    format!("2019-10-28T{:02}:{:02}:{:02}.000000Z", number % 24, number * 7 % 60, number * 13 % 60)
}
