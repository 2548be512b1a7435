//! What services say: in their logs, and by their lists.
//!
//! The examples are read by the tests as a lab reads them.

use super::Text;

pub(super) const PASSED_ON: Text = Text {
    heading: "Who answered",
    about: "The container that owns the address that answered. Where its own access line about that request names in `upstream` the address \
            that it passed the request on to, it is the container that owns that one, and so on. A 502, 503 or 504 is the gateway's own, unless \
            `tried` is written apart from `upstream`, or the one behind it has a line about the request as well.",
    without: "The line of a service that writes such lines is not there yet, or some of its log was not read. A service that writes none has \
              answered by itself.",
    give: "Write [access lines](#access-lines) with `upstream`, and pass the header `X-Request-Id` on: by it a request is found again. A request \
           without one, and a line of a service that writes none, is found by its method, host, path and status, within 2 s.",
    example: Some(("nginx", NGINX_PASSES)),
};

const NGINX_PASSES: &str = "proxy_set_header X-Request-Id $http_x_request_id;
";

pub(super) const LOG: Text = Text {
    heading: "Log lines",
    about: "What a service writes to its standard output and standard error, line by line and without colours: what `docker logs` shows. At \
            most 200,000 lines are read, and 1 MiB of each.",
    without: "There is no container of that name. That something was not logged, or no more often, is no evidence where the service is paused, \
              in a crash loop or has exited with another code than 0, and where some of its log was not read. What was seen counts all the same.",
    give: "Every service has it, if it logs to standard output or standard error and not to a file.",
    example: None,
};

pub(super) const REQUESTS: Text = Text {
    heading: "Access lines",
    about: "A line of JSON for each request that a service answered, on its standard output or standard error. `at` is the Unix time of the \
            answer in seconds with a fraction (of its acceptance, where there is no `seconds`); it, `host`, `method`, `path` and `status` are \
            needed. The others may be left out: `id` is the header `X-Request-Id`; `upstream` is the address and port that the request was \
            passed on to, several with commas between them, empty where the service answered by itself; `tried` are all that were tried, where \
            `upstream` is only the one that answered; `seconds` is how long it took; `user` is who was logged in; `retries` is HAProxy's `%rc`, \
            and `attempts` Envoy's count. Other keys are passed over.",
    without: "The service has written no such line at all, so that it would write one is not known; or some of its log was not read. Of a \
              tier's requests, none is a line of a service that lists the tier, or there are too few.",
    give: "Write such lines, and name the service under `speaks`: of all others a log is only text. nginx can, by `log_format`; HAProxy by \
           `log-format '{\"access\":{\"at\":%Ts.%ms,\"host\":\"%[var(txn.host)]\",\"method\":\"%HM\",\"path\":\"%HU\",\"status\":%ST,\"upstream\":\"%si:%sp\"}}'` \
           after `http-request set-var(txn.host) req.hdr(host)`; Envoy by the format of its access log, with `%START_TIME(%s.%3f)%` as \
           `at`. A line that begins with `{\"access\":` and cannot be read is a gap in what is known of this log; any other line is text.",
    example: Some(("nginx", NGINX_LOGS)),
};

const NGINX_LOGS: &str = r#"# in compose.yaml:  x-relapse: { speaks: [proxy] }
# a line:  {"access":{"at":1764423490.123,"id":"7f3a","host":"shop.test","method":"GET","path":"/cart?x=1","status":200,"upstream":"10.83.0.4:80","seconds":0.012}}
map $upstream_header_time $answering { "" ""; "~-$" ""; default $upstream_addr; }
log_format access escape=json
    '{"access":{"at":$msec,"id":"$http_x_request_id","host":"$host","method":"$request_method","path":"$request_uri",'
    '"status":$status,"upstream":"$answering","tried":"$upstream_addr","seconds":$request_time}}';
access_log /dev/stdout access;
"#;

pub(super) const ACTIONS: Text = Text {
    heading: "Action lines",
    about: "What was attempted, and what came of it: what steps attempted is written down by the lab itself (`push`, `run`, `scale`, `replace`, \
            `flag`); of everything else a line of JSON in the log of whoever did it. `name` is a word in small letters, with hyphens or without, `outcome` is `success`, \
            `failure` or `refused`, `detail` says why, and may be left out.",
    without: "There was no such action on that target: what never was has no outcome. Or some of the log of whoever tells of such actions was \
              not read.",
    give: "Write such lines, and name the service under `speaks`.",
    example: Some(("json", ACTION)),
};

const ACTION: &str = r#"{"action":{"name":"deploy","target":"shop.test","outcome":"failure","detail":"the image did not build"}}
"#;

pub(super) const ALERTS: Text = Text {
    heading: "Alert lines",
    about: "A line of JSON for each time that somebody was told of an alert, in the log of whoever is told. `name` is its label `alertname`, \
            `state` is `firing` or `resolved`, `starts_at` the Unix time since when it fires; `labels` and `summary` may be left out.",
    without: "For more than 5 s nobody was told of any alert that fires, so that this one would have come is not known. A dead-man's switch, an \
              alert that always fires and is told again and again, ends that.",
    give: "Run `relapse-agent alert-receiver` in the topology, name it under `speaks`, and have Alertmanager's `webhook_configs` tell it at \
           `http://SERVICE:9094/alerts`, as `fixtures/slack` does; or write such lines.",
    example: Some(("json", ALERT)),
};

const ALERT: &str = r#"{"alert":{"name":"TargetDown","state":"firing","labels":{"alertname":"TargetDown","job":"sync"},"summary":"sync is down","starts_at":1764423490.0}}
"#;

pub(super) const LIST: Text = Text {
    heading: "List readings",
    about: "Which instances a service has in its list of a tier, by a command that the topology names: it runs from the lab's beginning to its \
            end, in that service or another one, and writes a line of JSON each time that the list changes, and otherwise `\"unchanged\"`, at least \
            twice a second. `address` is an IP address and a port, `listed` says whether the list has it to be used, `state` is the list's own \
            word.",
    without: "The list was not read since the step began, or not for 1.5 s; it could not be read, which the command says by \
              `{\"failed\":\"why\"}`; or the service whose list it is does not run.",
    give: "Name a command that writes such lines. `relapse-agent members` does for Consul, HAProxy, Envoy, nginx, Prometheus and DNS: see \
           `fixtures/slack` and `fixtures/srv-slots`.",
    example: Some(("yaml", READER)),
};

const READER: &str = r#"x-relapse:
  tiers:
    webapp:
      catalogue: registry
      lists:
        # Its file has one line: {"servers":[{"address":"10.83.0.7:8080","listed":true,"state":"passing"}]}
        registry: { service: registry, command: [sh, -c, 'while cat /var/lib/registry/webapp.json; do sleep 0.4; done'] }
services:
  registry: { image: registry }
"#;
