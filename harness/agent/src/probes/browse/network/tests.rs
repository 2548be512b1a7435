use super::*;
use serde_json::json;

fn event(method: &str, params: Value) -> Value {
    json!({ "method": method, "params": params })
}

#[test]
fn an_answer_of_the_browser_s_cache_is_told_so_and_takes_no_other_request_s_cookies() {
    let mut network = Network::new(Cookies::default());
    let begin = |path: &str, redirected: Option<Value>| {
        let mut parameters = json!({ "requestId": "1", "type": "Document", "wallTime": 5.0, "timestamp": 1.0,
            "request": { "url": format!("http://h/{path}"), "method": "GET" } });
        if let Some(response) = redirected {
            parameters["redirectResponse"] = response;
            parameters["redirectHasExtraInfo"] = json!(false);
        }
        event("Network.requestWillBeSent", parameters)
    };
    let kept = json!({ "status": 301, "fromDiskCache": true, "remoteIPAddress": "10.0.0.1", "remotePort": 80, "headers": { "location": "/b" } });
    network.take(&begin("a", None));
    network.take(&begin("b", Some(kept)));
    let extra = json!({ "requestId": "1", "associatedCookies": [{ "cookie": { "name": "s" }, "blockedReasons": [] }] });
    network.take(&event("Network.requestWillBeSentExtraInfo", extra));
    network.take(&event("Network.responseReceivedExtraInfo", json!({ "requestId": "1", "headers": {}, "statusCode": 200 })));
    let answer = json!({ "status": 200, "remoteIPAddress": "10.0.0.1", "remotePort": 80 });
    network.take(&event("Network.responseReceived", json!({ "requestId": "1", "response": answer, "hasExtraInfo": true })));
    network.take(&event("Network.loadingFinished", json!({ "requestId": "1", "timestamp": 1.3 })));
    let told: Vec<Hop> = [network.take_hops(false), network.take_hops(false)].concat();
    let mut told: Vec<_> = told.iter().map(|hop| (hop.url.as_str(), hop.cached, hop.peer.is_some(), hop.sent.len())).collect();
    told.sort_unstable();
    assert_eq!(told, [("http://h/a", true, false, 0), ("http://h/b", false, true, 1)]);
}

#[test]
fn a_redirect_ends_one_hop_and_begins_the_next_and_cookies_find_theirs() {
    let mut network = Network::new(Cookies::default());
    let request = |url: &str| json!({ "url": url, "method": "GET" });
    let answer = |status: u16| json!({ "status": status, "remoteIPAddress": "10.0.0.1", "remotePort": 80, "headers": { "Location": "/b" } });
    let extra = json!({ "requestId": "1", "associatedCookies": [{ "cookie": { "name": "s" }, "blockedReasons": [] }] });
    let received = json!({ "requestId": "1", "headers": { "set-cookie": "a=1\nb=2" }, "statusCode": 302 });
    network.take(&event("Network.requestWillBeSentExtraInfo", extra.clone()));
    network.take(&event(
        "Network.requestWillBeSent",
        json!({ "requestId": "1", "type": "Document", "request": request("http://h/a"), "wallTime": 5.0, "timestamp": 1.0 }),
    ));
    network.take(&event("Network.responseReceivedExtraInfo", received.clone()));
    network.take(&event(
        "Network.requestWillBeSent",
        json!({ "requestId": "1", "type": "Document", "request": request("http://h/b"), "wallTime": 5.1, "timestamp": 1.1,
                "redirectResponse": answer(302), "redirectHasExtraInfo": true }),
    ));
    let told = network.take_hops(false);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].cause, told[0].status, told[0].sent.as_slice()), (Cause::Typed, Some(302), ["s".to_owned()].as_slice()));
    assert_eq!(told[0].set.len(), 2);
    assert!(!network.is_quiet());
    network.take(&event("Network.requestWillBeSentExtraInfo", extra));
    network.take(&event("Network.responseReceived", json!({ "requestId": "1", "response": answer(200), "hasExtraInfo": true })));
    network.take(&event("Network.loadingFinished", json!({ "requestId": "1", "timestamp": 1.3 })));
    assert!(network.take_hops(false).is_empty(), "its last extra event is still to come");
    network.take(&event("Network.responseReceivedExtraInfo", received));
    let told = network.take_hops(false);
    assert_eq!((told[0].cause, told[0].status), (Cause::Redirect, Some(200)));
    assert_eq!(told[0].withheld.len(), 2);
    assert_eq!(network.document().unwrap().status, Some(200));
}
