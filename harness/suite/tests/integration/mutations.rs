//! The links of traP's login loop: for each there is a mutation that turns exactly that Then red. See `common::chain`.

use crate::common;
use crate::common::chain::{Chain, Mutation, Red};

relapse_testing::tests! {
    #[engine] the_chain_does_not_survive_what_it_must_not,
    #[alone] #[ignore = "takes three minutes: fourteen labs"] each_link_has_a_mutation_that_turns_exactly_it_red,
}

const CHAIN: Chain = Chain { topology: "trap", feature: "features/trap/login_loop.feature", mutations: MUTATIONS };

const PUSH: &str = "the last push of to-hutohu/example should be success";
const DEPLOY: &str = "the last deploy of example.to-hutohu.trap.show should be success";
const EXITED: &str = "example.to-hutohu.trap.show should be exited";
const RESOLVES: &str = "example.to-hutohu.trap.show should resolve to showcase only from nginx";
const NEXT_DEPLOY: &str = "the last deploy of home.kaz.trap.show should be success";
const RELOADED: &str = "nginx should log at least 2 lines with \"gracefully shutting down\"";
const ANSWERED: &str = "to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show";
const CALLS: &str = "to-hutohu should ask traq for 13 of q.trap.jp/api/1.0/ for each of q.trap.jp/login";
const NO_TOKEN: &str = "traP_token should not be sent to example.to-hutohu.trap.show";
const LOOP: &str = "to-hutohu should still be in a redirect loop";

const MUTATIONS: &[Mutation] = &[
    // The four that the chain must not survive.
    Mutation {
        about: "the DNS zone has no wildcard",
        edit: |project| project.replace("fixtures/trap/dns/everywhere.zone", "\n*.trap.show.  ", "\n;  "),
        red: Red::First(RESOLVES),
    },
    Mutation {
        about: "the push's webhook is not signed",
        edit: |project| project.set("git", "HOOK_SECRET", ""),
        red: Red::First(DEPLOY),
    },
    Mutation {
        about: "the deployer forgets to reload nginx",
        edit: |project| project.set("showcase", "RELOAD", ""),
        red: Red::First(RELOADED),
    },
    Mutation {
        about: "the token is for the apps' domain too",
        edit: |project| project.set("traq", "TOKEN_DOMAINS", "trapti.tech trap.show"),
        red: Red::First(NO_TOKEN),
    },
    // One a link.
    Mutation {
        // `git push` to a remote with two addresses goes on after one has refused, and ends with 1: what is pushed arrives.
        about: "the member's remote has a second address, which refuses them",
        edit: |project| {
            project.replace(common::COMPOSE, "remote: \"http://git.trap.jp/{user}/{app}.git\"", "remote: \"{user}\"");
            let remotes = [
                ("GIT_CONFIG_COUNT", "3"),
                ("GIT_CONFIG_KEY_0", "remote.to-hutohu.url"),
                ("GIT_CONFIG_VALUE_0", "http://to-hutohu:to-hutohu@git.trap.jp/to-hutohu/example.git"),
                ("GIT_CONFIG_KEY_1", "remote.to-hutohu.url"),
                ("GIT_CONFIG_VALUE_1", "http://to-hutohu:to-hutohu@git.trap.jp/somebody/else.git"),
                ("GIT_CONFIG_KEY_2", "remote.kaz.url"),
                ("GIT_CONFIG_VALUE_2", "http://kaz:kaz@git.trap.jp/kaz/home.git"),
            ];
            project.give("visitor", &remotes);
        },
        red: Red::Exactly(PUSH),
    },
    Mutation {
        // A deployer withdraws what it could not deploy: what stays is a copy under another name.
        about: "the first deploy fails at its very end, and what it published stays",
        edit: |project| {
            project.set(
                "showcase",
                "RELOAD",
                &format!("{IS_SECOND} || cp {VHOST} /etc/nginx/vhosts/stays.conf; nginx -s reload && {IS_SECOND}"),
            )
        },
        red: Red::Exactly(DEPLOY),
    },
    Mutation {
        // The deploy takes a second longer, so that it is over when the engine has removed the container.
        about: "apps run with `docker run --rm`: the dead bot's container does not stay",
        edit: |project| {
            project.give("showcase", &[("APP_WHEN_EXITED", "remove")]);
            project.set("showcase", "RELOAD", "nginx -s reload && sleep 1");
        },
        red: Red::Exactly(EXITED),
    },
    Mutation {
        // nginx tries the other address when one refuses, so that the rest goes its way.
        about: "the servers' own view names a second machine beside the Showcase host",
        edit: |project| {
            let zone = project.read("fixtures/trap/dns/everywhere.zone");
            let (before, _) = zone.split_once("*.trap.show.").unwrap();
            let both = "*.trap.show. A ${SHOWCASE}\n*.trap.show. A ${OTHER}\n";
            project.write("fixtures/trap/dns/servers.zone", &format!("{before}{both}"));
            let views = "${RELAPSE_SUBNET}.0.53=/zones/everywhere.zone ${RELAPSE_SUBNET}.128.53=/zones/servers.zone";
            project.set("dns", "VIEWS", views);
            project.give("dns", &[("OTHER", "${RELAPSE_SUBNET}.128.53")]);
        },
        red: Red::Exactly(RESOLVES),
    },
    Mutation {
        about: "the next deploy fails at its very end, after its reload",
        edit: |project| project.set("showcase", "RELOAD", &format!("nginx -s reload && ! {IS_SECOND}")),
        red: Red::Exactly(NEXT_DEPLOY),
    },
    Mutation {
        // The second deploy's reload reads both virtual hosts: the count is what tells.
        about: "the first deploy forgets to reload nginx, the next one does it for both",
        edit: |project| project.set("showcase", "RELOAD", &format!("! {IS_SECOND} || nginx -s reload")),
        red: Red::Exactly(RELOADED),
    },
    Mutation {
        about: "nginx itself sends to the log-in, with the same words as the console",
        edit: |project| {
            project.replace(
                "fixtures/trap/showcase/vhosts/at-load.conf",
                "proxy_pass http://{{host}}:{{port}};",
                "return 302 https://q.trap.jp/login?redirect=http%3A%2F%2F{{host}}%2F;",
            );
        },
        red: Red::Exactly(ANSWERED),
    },
    Mutation {
        about: "the log-in page redirects before it loads anything",
        edit: |project| project.set("traq", "SPA", "redirect-first"),
        red: Red::Exactly(CALLS),
    },
    Mutation {
        about: "the token is for the apps' domain too, and the console has no key to believe it",
        edit: |project| {
            project.set("traq", "TOKEN_DOMAINS", "trapti.tech trap.show");
            project.set("showcase", "AUTHORITY", "/nowhere");
        },
        red: Red::Exactly(NO_TOKEN),
    },
    Mutation {
        about: "the log-in page gives up after five turns",
        edit: |project| project.set("traq", "SPA", "turn-counter"),
        red: Red::Exactly(LOOP),
    },
];

/// In nginx's container: whether the page has been deployed, which is the second deploy.
const IS_SECOND: &str = "[ -e /etc/nginx/vhosts/home.kaz.trap.show.conf ]";
/// The bot's virtual host.
const VHOST: &str = "/etc/nginx/vhosts/example.to-hutohu.trap.show.conf";

fn the_chain_does_not_survive_what_it_must_not() {
    CHAIN.measure_the_gravest();
}

fn each_link_has_a_mutation_that_turns_exactly_it_red() {
    CHAIN.measure();
}
