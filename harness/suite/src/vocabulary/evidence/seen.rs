//! What is seen of services from outside. A service has nothing to do for it.

use super::Text;

pub(super) const CONTAINERS: Text = Text {
    heading: "Container states",
    about: "What the engine says of a service's container: that it runs and at which addresses, that it is paused, that it has exited and \
            with which code, that it was removed. One that ends by itself again and again is in a crash loop.",
    without: "There is no container of that name. Where the engine could not be read, no step has a verdict.",
    give: "Every service of the topology has it. So has a container that a service makes while it runs.",
    example: None,
};

pub(super) const VISITS: Text = Text {
    heading: "What the visitor saw",
    about: "What a user's tab saw: each request with its status, its cookies and the address that answered; what has not been answered yet; \
            the page on which the visit came to rest. The latest visit of that user counts.",
    without: "The user opened nothing, sent no request to that host, or came to rest elsewhere; the page is longer than what was read of it, \
              and the text is not in that; or the visitor's service ended meanwhile.",
    give: "The topology names a service in which users sit. The user acts in a step before, such as `When alice opens http://shop/`.",
    example: Some(("yaml", VISITOR)),
};

const VISITOR: &str = "x-relapse:
  visitor: { service: visitor }
services:
  visitor: { image: relapse-agent, command: [idle] }
";

pub(super) const BROWSER: Text = Text {
    heading: "What a browser saw",
    about: "The same, of a real Chromium.",
    without: "The user opened nothing in the browser.",
    give: "The topology names a service with a browser, as `fixtures/trap` and `docker/browser` do. A profile keeps it out of labs whose \
           scenario is not tagged with it.",
    example: Some(("yaml", CHROMIUM)),
};

const CHROMIUM: &str = "x-relapse:
  browser: { service: browser }
services:
  browser: { image: relapse-browser, build: ../../docker/browser, profiles: [browser] }
";

pub(super) const TRAFFIC: Text = Text {
    heading: "What traffic got",
    about: "What users got who ask, upload, send or hold: each answer with its status and time, four times a second what is still out, and \
            twice a second what is held.",
    without: "There are fewer than ten answers of the last three seconds; what is still out would decide; the user asks for nothing; or for \
              1.5 s nothing was told of the user, who has left, or whose service has ended.",
    give: "The user acts in a step before, such as `When alice asks for http://shop/ every 100ms`. The topology names a service in which \
           users sit, as for visits.",
    example: None,
};

pub(super) const RESOLVER: Text = Text {
    heading: "A service's resolver",
    about: "The answer of that service's own resolver, asked again and again while the step is watched: by a helper that joins the service's \
            network, so that its image needs no tool for it.",
    without: "The service does not run, or could not be asked.",
    give: "Every service has it. Compose's `dns:` says whom it asks.",
    example: None,
};

pub(super) const PROCESSES: Text = Text {
    heading: "Processes of a service",
    about: "The engine's list of the processes in a service's container, asked for again and again while the step is watched.",
    without: "The service does not run, or the engine's machine has no `ps`.",
    give: "Every service has it.",
    example: None,
};

pub(super) const USAGE: Text = Text {
    heading: "Usage of a service",
    about: "The engine's figures of a service's processor and memory, asked for again and again while the step is watched: in how many of the \
            scheduler's periods its processor limit held it up.",
    without: "The service does not run, or was not asked for at least half a second.",
    give: "Every service has it. One without a processor limit is never held up.",
    example: Some(("yaml", LIMIT)),
};

const LIMIT: &str = "services:
  shop: { image: shop, cpus: 0.5 }
";

pub(super) const FILES: Text = Text {
    heading: "Files of a service",
    about: "A file in a service's container, read again and again while the step is watched, by the engine: the service's image needs no \
            tool for it.",
    without: "There is no such file, or it is none, or is longer than 16 MiB; or there is no container of that name.",
    give: "Every service has it, also one that does not run. What lies in a `tmpfs` cannot be read.",
    example: None,
};

pub(super) const PROMETHEUS: Text = Text {
    heading: "Prometheus",
    about: "The answer of a Prometheus to a question in PromQL, asked again and again while the step is watched, at port 9090 of that service.",
    without: "Nobody answers there, or the question is not understood; there is no data for it, or the answer is no number; or there are \
              several series, where one is needed, for example by `sum(…)`.",
    give: "Run a Prometheus in the topology. It need not listen beyond its own container.",
    example: Some(("yaml", MONITORING)),
};

const MONITORING: &str = "services:
  prometheus: { image: prom/prometheus, volumes: [./prometheus.yml:/etc/prometheus/prometheus.yml:ro] }
";
